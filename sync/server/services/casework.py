"""Cases at the centre: judged by the same rules as in the window, folded, and made findable.

The folded case is bookkeeping: it can be computed again from the accepted lines of its scope.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import msgspec

from sync.domain.case import Case, State
from sync.domain.events import Kind, Late, Step
from sync.domain.lights import Light, light_of, next_moment
from sync.domain.time_limit import clock
from sync.domain.violations import SEVERITY, Severity, Violation
from sync.domain.workflow import Applied, Refused, judge
from sync.server.clock import milliseconds, moment
from sync.server.services.notices import keep_notices
from sync.server.services.rows import CaseRow

if TYPE_CHECKING:
    from sync.domain.rules import Rules
    from sync.proof.anchors import Interval
    from sync.proof.events import ReadEvent
    from sync.server.services.policy import Policy
    from sync.server.services.ports import Transaction
    from sync.server.services.rows import EventKey, LogRow
    from sync.server.services.scopes import VerdictName

#: Steps of the centre and of supervision that say nothing of the case itself: whoever did not know
#: of them yet did not miss anything.
_SAID_BESIDE = frozenset({Kind.URGE, Kind.ORDER, Kind.ESCALATE, Kind.FINDING})
_CLOSED = frozenset({State.CLOSED, State.ARCHIVED, State.LAPSED})


@dataclass(frozen=True, slots=True)
class Judged:
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

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._newest: tuple[str, Case] | None = None

    def load(self, tx: Transaction, number: str) -> Case | None:
        """Return a case as folded."""
        row = tx.cases.get(number)
        if row is None:
            return None
        newest = self._newest  # steps of one case come together
        if newest is None or newest[0] is not row.body:
            newest = self._newest = (row.body, read_case(row))
        return newest[1]

    def knew_latest(self, tx: Transaction, read: ReadEvent, cited: EventKey | None) -> bool:
        """Say whether the step was made in knowledge of its case's newest step."""
        case_no = read.core.case
        row = None if case_no is None else tx.cases.get(case_no)
        if row is None:
            return read.core.cprev is None
        return cited is not None and cited.case_no == case_no and cited.n >= row.last_n

    def judge(self, tx: Transaction, step: Step) -> Judged:
        """Judge a step on its case as it stands."""
        rules = self._policy.rules()
        case = None if step.case is None else self.load(tx, step.case)
        result = judge(case, step, rules)
        if isinstance(result, Refused):
            return Judged("refused", result.violations, paper=result.paper)
        due = clock(result.case, rules).governing
        due_ms = None if due is None else milliseconds(due.at)
        if isinstance(result, Applied):
            return Judged("accepted", (), result.case, due_ms)
        if any(SEVERITY[found.code] is Severity.DISPUTED for found in result.findings):
            return Judged("disputed", result.findings)
        return Judged("accepted", result.findings, result.case, due_ms)

    def settle(self, tx: Transaction, after: Case, line: LogRow, lo: int, now: int) -> None:
        """Write a case as one accepted line left it."""
        before = tx.cases.get(after.number)
        if before is not None and line.kind in _SAID_BESIDE:
            last = (before.last_n, before.last_hash, before.last_lo)
        else:
            last = (line.n, line.hash, lo)
        row = self._row(after, last, now)
        self._newest = (row.body, after)
        keep_notices(tx, after, line, self._policy.rules(), now)
        # The clock looks at it at once: a case can be red at birth (rules.md §3).
        tx.cases.save(row if row.closed else replace(row, next_moment=now))

    def turn(self, tx: Transaction, row: CaseRow, now: int) -> CaseRow:
        """Compute a case's light and next moment anew, as of now, and write it."""
        turned = self._row(
            read_case(row), (row.last_n, row.last_hash, row.last_lo), now, row.updated
        )
        tx.cases.save(turned)
        return turned

    def _row(
        self, case: Case, last: tuple[int, str, int], now: int, updated: int | None = None
    ) -> CaseRow:
        rules = self._policy.rules()
        at = moment(now)
        found = clock(case, rules)
        light = light_of(case, found, rules, at)
        statutory = found.due("decision.statutory")
        closed = case.state in _CLOSED
        upcoming = None if closed else next_moment(case, rules, at)
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
            light=light.light.value,
            due=None if due is None else milliseconds(due.at),
            warn=None if due is None else milliseconds(due.warn_at),
            statutory=None if statutory is None else milliseconds(statutory.at),
            next_moment=None if upcoming is None else milliseconds(upcoming),
            paused=light.light is Light.PAUSED,
            provisional=due is not None and due.provisional,
            fast_track=case.fast_track,
            holder=case.holder or "",
            updated=now if updated is None else updated,
            last_n=last[0],
            last_hash=last[1],
            last_lo=last[2],
            calendar=calendar_of(case, rules),
            body=msgspec.json.encode(case).decode(),
            certificate=None if case.certificate is None else case.certificate.id,
        )


def read_case(row: CaseRow) -> Case:
    """Return the case that a row holds folded."""
    return msgspec.json.decode(row.body, type=Case)


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
