"""The lines by which a clerk reads out how a due time was found: message keys with their values.

Notes are kept while counting and become lines only when somebody asks. Source: rules.md §3.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sync.domain.calendar import CHINA, Calendar, china_day
from sync.domain.catalogue import Limit
from sync.domain.spans import Counted


@dataclass(frozen=True, slots=True)
class Line:
    """One line: a message key and its named values."""

    key: str
    args: Mapping[str, str | int] = field(default_factory=dict)

    def lines(self) -> Iterable["Line"]:
        """Return itself."""
        return (self,)


@dataclass(frozen=True, slots=True)
class Started:
    """On which day something set the limit going."""

    key: str
    at: datetime

    def lines(self) -> Iterable[Line]:
        """Return the line."""
        return (Line(self.key, {"day": china_day(self.at).isoformat()}),)


@dataclass(frozen=True, slots=True)
class Ended:
    """When a limit ends."""

    key: str
    at: datetime
    by_date: date

    def lines(self) -> Iterable[Line]:
        """Return the line."""
        clock = f"{self.at.astimezone(CHINA):%H:%M}"
        return (Line(self.key, {"day": self.by_date.isoformat(), "time": clock}),)


@dataclass(frozen=True, slots=True)
class HowCounted:
    """How a limit was counted; `brief` leaves out holidays and stops, told before already."""

    limit: Limit
    found: Counted
    calendar: Calendar
    brief: bool = False

    def lines(self) -> Iterable[Line]:
        """Return the unit and day 1, decreed days in between, and what was left out."""
        found = self.found
        counted: dict[str, str | int] = {
            "amount": self.limit.amount,
            "first": found.first_day.isoformat(),
        }
        yield Line(f"clock.counted.{self.limit.unit.value}", counted)
        if self.brief:
            return
        between = (self._listed(self.calendar.off), self._listed(self.calendar.on))
        for key, days in zip(("clock.days_off", "clock.weekends_worked"), between, strict=True):
            if days:
                yield Line(key, {"days": days})
        for stop in found.stops:
            begin, end = china_day(stop.start).isoformat(), china_day(stop.end).isoformat()
            yield Line("clock.left_out", {"kind": stop.kind, "from": begin, "to": end})
        if found.left_out:
            unit = "days" if found.in_days else "minutes"
            yield Line(f"clock.left_out_{unit}", {"amount": found.left_out})

    def _listed(self, days: Iterable[date]) -> str:
        """Name the decreed days between day 1 and the end."""
        first, last = self.found.first_day, self.found.by_date
        return ", ".join(f"{day:%m-%d}" for day in sorted(days) if first <= day <= last)


Note = Line | Started | Ended | HowCounted
