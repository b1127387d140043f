"""The working paper of one computation of limits: the case, its item and calendars, the dues."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sync.domain.calendar import Calendar
from sync.domain.case import Case
from sync.domain.catalogue import Item, Limit
from sync.domain.rules import Rules
from sync.domain.schemes import Colour, Reach
from sync.domain.spans import Counted, Stop, count
from sync.domain.warning_times import first_moment

if TYPE_CHECKING:
    from sync.domain.explanation import Note


@dataclass(frozen=True, slots=True)
class Due:
    """One due time.

    Args:
        limit: which limit, e.g. "decision.promised".
        at: the due instant; on time up to and with it.
        by_date: its day: lateness against the law is judged by it.
        provisional: it lies beyond the calendar's last decree.
        warn_at: from here the light is yellow.
        red_at: from here it is red; None = the scheme knows no red for it.
        ref: what it is about, where a case may have several (an order, a material).
        stops: times before it that did not count.
    """

    limit: str
    at: datetime
    by_date: date
    provisional: bool
    warn_at: datetime
    red_at: datetime | None = None
    ref: str = ""
    stops: tuple[Stop, ...] = ()


class Sheet:
    """The working paper of one computation: the case, its item, its calendars, what was found."""

    def __init__(self, case: Case, item: Item, rules: Rules, as_of: datetime | None = None) -> None:
        self.case = case
        self.item = item
        self.rules = rules
        self.as_of = as_of
        self.switches = rules.switches
        self.hall: Calendar = rules.calendars.of_hall(case.hall, as_of)
        self.department: Calendar = rules.calendars.of_department(case.department, case.hall, as_of)
        self.dues: list[Due] = []
        self.notes: list[Note] = []

    def count(
        self,
        limit: Limit,
        start: datetime,
        calendar: Calendar,
        stops: Iterable[Stop] = (),
        extra_wd: int = 0,
    ) -> Counted:
        """Count a limit under the switches in force."""
        return count(limit, start, calendar, self.switches, stops, extra_wd)

    def add(
        self, name: str, limit: Limit, found: Counted, calendar: Calendar, ref: str = ""
    ) -> Due:
        """Add a due that was counted, with the moments at which the scheme turns its light."""
        scheme = self.rules.scheme
        reach = Reach.STEP if name == "step" else Reach.CASE
        warn = first_moment(scheme.rules_for(Colour.YELLOW, reach), limit, found, calendar)
        due = Due(
            limit=name,
            at=found.at,
            by_date=found.by_date,
            provisional=calendar.provisional(found.by_date),
            warn_at=found.at if warn is None else warn,
            red_at=first_moment(scheme.rules_for(Colour.RED, reach), limit, found, calendar),
            ref=ref,
            stops=found.stops,
        )
        self.dues.append(due)
        return due


class BareSheet(Sheet):
    """The working paper of whoever asks only when limits end: no light is looked for."""

    def add(
        self, name: str, limit: Limit, found: Counted, calendar: Calendar, ref: str = ""
    ) -> Due:
        """Add a due that was counted; its light turns at its end."""
        del limit
        sure = not calendar.provisional(found.by_date)
        due = Due(name, found.at, found.by_date, not sure, found.at, None, ref, found.stops)
        self.dues.append(due)
        return due


def stops_of(case: Case, calendar: Calendar) -> tuple[Stop, ...]:
    """Return the times that do not count: noticed suspensions and stays at the upper office.

    The start is the later of suspension and service of its notice; the end the earlier of
    resumption and the told end. No notice served, nothing excluded (LW23).
    """
    found = []
    for suspension in case.suspensions:
        if suspension.served_at is None:
            continue
        told_end = calendar.closes(suspension.until)
        end = told_end if suspension.resumed_at is None else min(suspension.resumed_at, told_end)
        start = max(suspension.at, suspension.served_at)
        if end > start:
            found.append(Stop(start, end, suspension.kind))
    found += [
        Stop(stay.at, stay.returned_at, "forwarded")
        for stay in case.forwards
        if stay.returned_at is not None
    ]
    return tuple(sorted(found, key=lambda stop: stop.start))
