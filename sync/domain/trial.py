"""One step on trial: the case, the step, the rules, and what every guard needs of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from sync.domain.authority import When
from sync.domain.calendar import china_day
from sync.domain.failures import Failure, FailureKind
from sync.domain.time_limit import Clock, Due, clock
from sync.domain.violations import Violation, violation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from sync.domain.calendar import Calendar
    from sync.domain.case import Case
    from sync.domain.catalogue import Item
    from sync.domain.events import Step
    from sync.domain.rules import Rules
    from sync.domain.transitions import Row


@dataclass(frozen=True)
class Trial:
    """What a guard sees. `before` is None only where the step opens a case.

    `clocks` may be shared by trials of one case at one moment: each is computed once.
    """

    before: Case | None
    step: Step
    rules: Rules
    row: Row
    item: Item | None
    clocks: dict[str, Clock] = field(default_factory=dict, compare=False, repr=False)

    @property
    def case(self) -> Case:
        """Return the case; guards of opening rows do not ask for it."""
        if self.before is None:
            raise Failure("domain.no_case", FailureKind.BROKEN, step=self.step.kind)
        return self.before

    @property
    def when(self) -> When:
        """Return the proven interval of the step."""
        return When(self.step.counted, self.step.earliest, self.step.latest)

    @cached_property
    def hall(self) -> Calendar:
        """Return the calendar of receipt and service."""
        return self.rules.calendars.of_hall(self.step.scope.partition("/")[0])

    @cached_property
    def department(self) -> Calendar:
        """Return the calendar of the case's own limits."""
        hall, _, department = self.step.scope.partition("/")
        return self.rules.calendars.of_department(department, hall)

    @property
    def clock(self) -> Clock:
        """Return the due times before the step, by the newest calendar."""
        if "now" not in self.clocks:
            self.clocks["now"] = clock(self.case, self.rules)
        return self.clocks["now"]

    @property
    def clock_then(self) -> Clock:
        """Return the due times by the calendar that was published when the step was made.

        A new issue never makes late what was done before it was published (rules.md §3).
        """
        if self.rules.calendars.settled(self.step.counted):
            return self.clock
        if "then" not in self.clocks:
            self.clocks["then"] = clock(self.case, self.rules, self.step.counted)
        return self.clocks["then"]

    def due(self, limit: str, ref: str | None = None) -> Due | None:
        """Return a due of the case, the later one where two issues of the calendar differ."""
        now, then = self.clock.due(limit, ref), self.clock_then.due(limit, ref)
        if now is None or then is None:
            return now or then
        return max(now, then, key=lambda due: due.at)

    def lateness(
        self, limit: str, at: datetime, by_date: date | None = None
    ) -> Iterator[Violation]:
        """Yield what the step's time says about a limit: overdue, unproven, or nothing.

        Args:
            limit: the limit's code.
            at: its due instant.
            by_date: judge by this day instead: limits of the law end with their day.
        """
        counted, latest = self.when.counted, self.when.latest
        late = china_day(counted) > by_date if by_date is not None else counted > at
        doubtful = china_day(latest) > by_date if by_date is not None else latest > at
        day = china_day(at).isoformat()
        if late:
            yield violation("overdue", limit=limit, due=day)
        elif doubtful:
            yield violation("on_time_unproven", limit=limit, due=day)
