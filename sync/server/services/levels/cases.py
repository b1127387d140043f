"""Cases of lower centres, folded from their accepted lines by their own rules. Reads and keeps."""

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
from sync.server.services.rows.levels import LowerCaseRow
from sync.typed import json_reader

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sync.domain.rules import Rules
    from sync.server.services.levels.following import Followed
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.rows.levels import LowerLineRow

_CLOSED = frozenset({State.CLOSED, State.ARCHIVED, State.LAPSED})
_case = json_reader(Case)

log = structlog.get_logger(__name__)


class LowerCases:
    """Keeps them."""

    def fold(self, tx: Transaction, followed: Followed, lines: Sequence[LowerLineRow]) -> None:
        """Count lines in, in order; the centre below has judged them, and its receipts say so."""
        if not lines:
            return
        rules, now = followed.book.rules(), max(line.recv for line in lines)
        touched: dict[str, Case] = {}
        scopes: dict[str, str] = {}
        for line in lines:
            if line.verdict != "accepted" or not line.case_no or line.kind in BOOKKEEPING:
                continue
            before = touched.get(line.case_no)
            if before is None:
                row = tx.levels.case(line.centre, line.case_no)
                before = None if row is None else _case.decode(row.body)
            try:
                touched[line.case_no] = advance(before, step_of(line), rules)
            except Failure as failure:
                # A step of a newer centre, whose effect this one cannot know: its line stands.
                log.warning("lower step not folded", n=line.n, failure=failure.code)
                continue
            scopes[line.case_no] = line.scope
        centre = lines[0].centre
        rows = [_row(centre, scopes[number], case, rules, now) for number, case in touched.items()]
        tx.levels.save_cases(rows)


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
