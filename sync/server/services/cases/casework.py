"""Cases at the centre: judged by the same rules as in the window, folded, and made findable.

The folded case is bookkeeping: it can be computed again from the accepted lines of its scope.
"""

from __future__ import annotations

from dataclasses import fields
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from sync.domain.case import Case, State
from sync.domain.events import Kind, Late, Step
from sync.domain.lights import Light, earliest_moment, light_alone, next_moment
from sync.domain.time_limit import clock, governing_end
from sync.domain.violations import SEVERITY, Severity, Violation
from sync.domain.workflow import Applied, Refused, judge
from sync.server.clock import milliseconds, moment
from sync.server.services.cases.chasing import CHASING, keep_chasing
from sync.server.services.cases.folded import read_case
from sync.server.services.cases.notices import TOLD, keep_notices
from sync.server.services.cases.pressing import keep_pressing
from sync.server.services.cases.stamping import keep_unstamped
from sync.server.services.rows.cases import CaseRow, HeldCase

if TYPE_CHECKING:
    from datetime import datetime

    from sync.domain.rules import Rules
    from sync.domain.time_limit import Clock
    from sync.proof.anchors import Interval
    from sync.proof.events import ReadEvent
    from sync.server.services.channels.outbox import Outbox
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.record.policy import Policy
    from sync.server.services.record.scopes import VerdictName
    from sync.server.services.rows.log import EventKey, LogRow

#: Steps of the centre and of supervision that say nothing of the case itself: whoever did not know
#: of them yet did not miss anything.
_SAID_BESIDE = frozenset({Kind.URGE, Kind.ORDER, Kind.ESCALATE, Kind.FINDING, Kind.CHILD_MOVED})
_ALL_BUT_STEPS = attrgetter(*(member.name for member in fields(Case) if member.name != "steps"))
_CLOSED = frozenset({State.CLOSED, State.ARCHIVED, State.LAPSED})


class Judged(Struct, frozen=True, gc=False):
    """What became of a step: its verdict, what was found, and the case after it if it counts."""

    verdict: VerdictName
    violations: tuple[Violation, ...] = ()
    after: Case | None = None
    due: int | None = None
    paper: bool = False  # a refused step that had handed a paper out: a cure is owed

    @property
    def code(self) -> str | None:
        """Return the first thing found."""
        return self.violations[0].code if self.violations else None


class Casework:
    """Judges steps and keeps cases."""

    def __init__(self, policy: Policy, outbox: Outbox) -> None:
        self._policy = policy
        self._outbox = outbox
        self._counted: tuple[Rules, tuple[Any, ...], int | None] | None = None

    def load(self, tx: Transaction, number: str) -> HeldCase | None:
        """Return a case as folded: steps of one case come together, it is read once."""
        held = tx.cases.held(number)
        row = tx.cases.get(number) if held is None else None
        if row is not None:
            held = HeldCase(number, read_case(row), _last(row), None)
            tx.cases.hold(held)
        return held

    def knew_latest(self, tx: Transaction, read: ReadEvent, cited: EventKey | None) -> bool:
        """Say whether the step was made in knowledge of its case's newest step."""
        case_no = read.core.case
        held = None if case_no is None else self.load(tx, case_no)
        if held is None:
            return read.core.cprev is None
        return cited is not None and cited.case_no == case_no and cited.n >= held.last[0]

    def judge(self, tx: Transaction, step: Step) -> Judged:
        """Judge a step on its case as it stands."""
        rules = self._policy.rules()
        held = None if step.case is None else self.load(tx, step.case)
        result = judge(None if held is None else held.case, step, rules)
        if isinstance(result, Refused):
            return Judged("refused", result.violations, paper=result.paper)
        due_ms = self._due(result.case, rules)
        if isinstance(result, Applied):
            return Judged("accepted", (), result.case, due_ms)
        if any(SEVERITY[found.code] is Severity.DISPUTED for found in result.findings):
            return Judged("disputed", result.findings)
        return Judged("accepted", result.findings, result.case, due_ms)

    def _due(self, after: Case, rules: Rules) -> int | None:
        """Return when a case is due, ms; counted once while steps are only noted beside it.

        No limit of a case's own light asks for the list of its steps.
        """
        about = _ALL_BUT_STEPS(after)
        known = self._counted
        if known is None or known[0] is not rules or known[1] != about:
            end = governing_end(after, rules)
            self._counted = known = (rules, about, None if end is None else milliseconds(end))
        return known[2]

    def settle(self, tx: Transaction, after: Case, line: LogRow, lo: int, now: int) -> None:
        """Keep a case as one accepted line left it."""
        before = self.load(tx, after.number)
        beside = before is not None and line.kind in _SAID_BESIDE
        last = before.last if beside and before is not None else (line.n, line.hash, lo)
        if line.kind in TOLD:
            rules = self._policy.rules()
            keep_notices(self._outbox, tx, after, line, rules, self._due(after, rules), now)
        if line.kind in CHASING:
            keep_chasing(self._outbox, tx, after, line, self._policy.rules(), now)
        keep_unstamped(tx, after, line, now)
        keep_pressing(tx, line)
        make = partial(self._row, after, last, now)
        tx.cases.hold(HeldCase(after.number, after, last, make))

    def turn(self, tx: Transaction, row: CaseRow, now: int) -> CaseRow:
        """Compute a case's light and next moment anew, as of now, and write it."""
        case, rules = read_case(row), self._policy.rules()
        found = clock(case, rules)
        upcoming = next_moment(case, rules, moment(now), found)
        made = self._row(case, _last(row), now, (found, upcoming))
        turned = msgspec.structs.replace(made, updated=row.updated)
        tx.cases.save(turned)
        return turned

    def _row(
        self,
        case: Case,
        last: tuple[int, str, int],
        now: int,
        turned: tuple[Clock, datetime | None] | None = None,
    ) -> CaseRow:
        """Return a case's row as of now.

        Args:
            case: as folded.
            last: see HeldCase.
            now: ms.
            turned: its clock, and when the centre's looks at it again, where the centre's has just
                looked. It looks at any other case when something of it is due, and at once where
                something is already: a case can be red at birth (rules.md §3).
        """
        rules = self._policy.rules()
        at = moment(now)
        if turned is None:
            found = clock(case, rules)
            first = earliest_moment(case, rules, found)
            following = None if first is None else max(now, milliseconds(first))
        else:
            found, upcoming = turned
            following = None if upcoming is None else milliseconds(upcoming)
        light = light_alone(case, found, rules, at)
        statutory = found.due("decision.statutory")
        closed = case.state in _CLOSED
        if closed:
            following = None
        joint = bool(case.children) or case.child is not None
        if turned is None and (joint or case.suspension is not None):
            # What happened here is owed to its parent or its children; a stop is looked at.
            following = now
        due = found.governing
        return CaseRow(
            number=case.number,
            scope=case.scope,
            hall=case.hall,
            department=case.department,
            item=case.item,
            applicant=case.applicant.name,
            state=case.state.value,
            closed=closed,
            light=light.value,
            due=None if due is None else milliseconds(due.at),
            warn=None if due is None else milliseconds(due.warn_at),
            statutory=None if statutory is None else milliseconds(statutory.at),
            next_moment=following,
            paused=light is Light.PAUSED,
            provisional=due is not None and due.provisional,
            fast_track=case.fast_track,
            holder=case.holder or "",
            updated=now,
            last_n=last[0],
            last_hash=last[1],
            last_lo=last[2],
            calendar=calendar_of(case, rules),
            body=msgspec.json.encode(case).decode(),
            certificate=None if case.certificate is None else case.certificate.id,
        )


def _last(row: CaseRow) -> tuple[int, str, int]:
    return row.last_n, row.last_hash, row.last_lo


def calendar_of(case: Case, rules: Rules) -> str:
    """Return the version of the calendar by which a case's limits are counted."""
    calendar = rules.calendars.of_department(case.department, case.hall)
    return f"{calendar.id}@{calendar.version}"


def step_of(
    read: ReadEvent, person: str, interval: Interval, *, knew_latest: bool, card: bool
) -> Step:
    """Return an event as the rules see it."""
    core = read.core
    late = core.late
    return Step(
        id=core.id,
        kind=core.kind,
        case=core.case,
        scope=core.scope,
        person=person,
        device=core.dev,
        at=moment(core.at),
        body=read.body,
        late=None if late is None else Late(moment(late.happened_at), late.reason),
        knew_latest=knew_latest,
        signed_by_card=card,
        lo=moment(interval.lo),
        hi=moment(interval.hi),
    )
