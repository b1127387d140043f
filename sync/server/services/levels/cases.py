"""Cases of lower centres, folded from their accepted lines by their own rules. Reads and keeps.

A case with a line at which this centre's own program breaks stays as it was before that line and
waits; the lines stand, and it is tried again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import structlog

from sync.domain.case import Case, State
from sync.domain.events import BOOKKEEPING, Late, Step
from sync.domain.failures import Failure
from sync.domain.folding import advance
from sync.domain.lights import Light, light_of
from sync.domain.time_limit import clock
from sync.proof.events import read_logged_event
from sync.proof.outcomes import read_outcome
from sync.protocol.records import Record
from sync.server.clock import milliseconds, moment
from sync.server.services.record.findings import note_seldom
from sync.server.services.rows.levels import LowerCaseRow, LowerHeldRow
from sync.typed import json_reader

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sync.domain.lower_centres import Lower
    from sync.domain.rules import Rules
    from sync.server.clock import Clock
    from sync.server.services.levels.following import Followed
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.record.unjudged import Unjudged
    from sync.server.services.rows.levels import LowerLineRow, LowerScopeRow

FINDING = "lower_unreckoned"
AGAIN_MS = 300_000  # a case that waits is tried again after so long: each try writes a traceback
AGAIN_MOST = 20  # of them in one report, which is answered within moments
_CLOSED = frozenset({State.CLOSED, State.ARCHIVED, State.LAPSED})
_case = json_reader(Case)

log = structlog.get_logger(__name__)


class LowerCases:
    """Keeps them.

    Args:
        unjudged: is told of what this centre's program breaks at.
        clock: the centre's.
    """

    def __init__(self, unjudged: Unjudged, clock: Clock) -> None:
        self._unjudged = unjudged
        self._clock = clock

    def fold(
        self, tx: Transaction, caller: Lower, followed: Followed, lines: Sequence[LowerLineRow]
    ) -> None:
        """Count lines in, in order; the centre below has judged them, and its receipts say so.

        A case with a line at which this centre's program breaks waits for it: no other does.

        Args:
            tx: a unit that writes.
            caller: who reports; a finding is his.
            followed: the policy of the centre whose lines these are.
            lines: of one scope, those that follow what is counted in.
        """
        cases: dict[str, list[LowerLineRow]] = {}
        for line in lines:
            if _counts(line):
                cases.setdefault(line.case_no, []).append(line)
        if not cases:
            return
        rules, now = followed.book.rules(), max(line.recv for line in lines)
        held = tx.levels.held_among(lines[0].centre, lines[0].scope, cases)
        for number, own in cases.items():
            if number not in held:
                self._count(tx, caller, own, rules, now)

    def again(self, tx: Transaction, caller: Lower, followed: Followed, row: LowerScopeRow) -> None:
        """Try some of the cases of a scope that wait, as far as its lines are counted in.

        Args:
            tx: a unit that writes.
            caller: see `fold`.
            followed: see `fold`.
            row: the scope.
        """
        most, since = AGAIN_MOST, self._clock.now_ms() - AGAIN_MS
        held = tx.levels.held(row.centre, row.scope, most)
        for each in held:
            if each.at > since:
                return
            tx.levels.release(each)
            lines = [
                line
                for line in tx.levels.lines_of(row.centre, each.case_no)
                if line.scope == row.scope and each.n <= line.n <= row.folded and _counts(line)
            ]
            now = max(line.recv for line in lines)
            self._count(tx, caller, lines, followed.book.rules(), now)
        if held and not tx.levels.held(row.centre, row.scope, 1):
            self._unjudged.through(row.centre, row.scope)

    def _count(
        self,
        tx: Transaction,
        caller: Lower,
        lines: Sequence[LowerLineRow],
        rules: Rules,
        now: int,
    ) -> None:
        """Count lines of one case in, up to one at which the program breaks."""
        at, found = lines[0], None
        kept = tx.levels.case(at.centre, at.case_no)
        try:
            case = None if kept is None else _case.decode(kept.body)
            for at in lines:
                case = found = self._advance(case, at, rules) or case
        except Exception as error:  # noqa: BLE001  # whatever it is, it is this case's alone
            self._hold(tx, caller, at, error)
        if found is None:
            return
        try:
            row = _row(at.centre, at.scope, found, rules, now)
        except Exception as error:  # noqa: BLE001  # see above
            self._hold(tx, caller, lines[0], error)
        else:
            tx.levels.save_cases([row])

    @staticmethod
    def _advance(case: Case | None, line: LowerLineRow, rules: Rules) -> Case | None:
        try:
            return advance(case, step_of(line), rules)
        except Failure as failure:
            # A step of a newer centre, whose effect this one cannot know: its line stands.
            log.warning("lower step not folded", n=line.n, failure=failure.code)
            return None

    def _hold(self, tx: Transaction, caller: Lower, line: LowerLineRow, error: Exception) -> None:
        """Let a case wait for a line, and tell of it."""
        centre, scope, now = line.centre, line.scope, self._clock.now_ms()
        said = {"code": "centre.event_unjudged", "sender": centre, "step": line.event}
        log.error("lower step not judged", scope=scope, n=line.n, exc_info=error, **said)
        tx.levels.hold(LowerHeldRow(centre, scope, line.case_no, line.n, now))
        self._unjudged.stuck(centre, scope)
        place = f"{centre} {scope}"
        note_seldom(tx, FINDING, now, dev=centre, scope=caller.scope, place=place, line=line.n)


def _counts(line: LowerLineRow) -> bool:
    accepted = line.verdict == "accepted" and bool(line.case_no)
    return accepted and line.kind not in BOOKKEEPING


def step_of(line: LowerLineRow) -> Step:
    """Return a line as the rules see it."""
    outcome = read_outcome(line.outcome)
    read = read_logged_event(Record(line.jws, line.body, line.act), outcome)
    core, late = read.core, read.core.late
    return Step(
        id=core.id,
        kind=core.kind,
        case=core.case,
        scope=core.scope,
        person=line.person,
        device=core.dev,
        at=moment(core.at),
        body=read.body,
        late=None if late is None else Late(moment(late.happened_at), late.reason),
        signed_by_card=line.act is not None,
        lo=moment(outcome.lo),
        hi=moment(outcome.hi),
    )


def _row(centre: str, scope: str, case: Case, rules: Rules, now: int) -> LowerCaseRow:
    found = clock(case, rules)
    due = found.governing
    item = rules.item_of(case.item, case.item_version)
    light = light_of(case, found, rules, moment(now))
    return LowerCaseRow(
        centre=centre,
        number=case.number,
        scope=scope,
        hall=case.hall,
        department=case.department,
        item=case.item,
        item_name=case.item if item is None else item.name.zh,
        applicant=case.applicant.name,
        state=case.state.value,
        closed=case.state in _CLOSED,
        due=None if due is None else milliseconds(due.at),
        warn=None if due is None else milliseconds(due.warn_at),
        paused=light.light is Light.PAUSED,
        updated=now,
        body=msgspec.json.encode(case).decode(),
    )
