"""What judging needs besides the case and the step: the policy in force, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sync.domain.authority import Authority, Person
from sync.domain.calendar import Calendar
from sync.domain.catalogue import Catalogue, Item
from sync.domain.schemes import Scheme
from sync.domain.switches import Switches

WEEKDAYS = Calendar(
    id="-",
    version="-",
    hours=((540, 720), (780, 1020)),
    first=date(2024, 1, 1),
    official_until=date(2024, 1, 1),
    off=frozenset(),
    on=frozenset(),
)
"""Where policy has no calendar yet: Monday to Friday, every due day provisional."""


@dataclass(frozen=True, slots=True)
class Issue:
    """One issue of a calendar and the moment at which policy published it."""

    calendar: Calendar
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Calendars:
    """Every issue of every calendar, oldest first, and which hall and department uses which."""

    issues: Mapping[str, tuple[Issue, ...]] = field(default_factory=dict)
    halls: Mapping[str, str] = field(default_factory=dict)
    departments: Mapping[str, str] = field(default_factory=dict)
    hours: Mapping[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)

    def of_hall(self, hall: str, as_of: datetime | None = None) -> Calendar:
        """Return a hall's calendar with the hall's own hours.

        Args:
            hall: hall code.
            as_of: the issue published last before this moment; None = the newest.
        """
        calendar = self._issue(self.halls.get(hall, ""), as_of)
        own = self.hours.get(hall)
        return calendar if own is None else calendar.with_hours(own)

    def of_department(self, department: str, hall: str, as_of: datetime | None = None) -> Calendar:
        """Return the deciding department's calendar, or its hall's where it names none."""
        named = self.departments.get(department, "")
        if named not in self.issues:
            return self.of_hall(hall, as_of)
        return self._issue(named, as_of)

    def _issue(self, calendar_id: str, as_of: datetime | None) -> Calendar:
        issues = self.issues.get(calendar_id) or next(iter(self.issues.values()), ())
        if not issues:
            return WEEKDAYS
        if as_of is None:
            return issues[-1].calendar
        older = (i.calendar for i in reversed(issues) if i.published_at <= as_of)
        return next(older, issues[0].calendar)

    def settled(self, at: datetime) -> bool:
        """Say whether no issue was published after a moment: then as now, the same days."""
        return all(issues[-1].published_at <= at for issues in self.issues.values())

    def published(self, calendar: Calendar, at: datetime) -> "Calendars":
        """Return the shelf with a new issue; days before its day of force stay as they were."""
        issues = self.issues.get(calendar.id, ())
        if issues:
            calendar = issues[-1].calendar.replaced_by(calendar)
        return Calendars(
            {**self.issues, calendar.id: (*issues, Issue(calendar, at))},
            self.halls,
            self.departments,
            self.hours,
        )


_BUILT_IN = Scheme()


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules in force: made by PolicyBook.rules(), or by hand in a test."""

    catalogue: Catalogue = field(default_factory=Catalogue)
    calendars: Calendars = field(default_factory=Calendars)
    authority: Authority = field(default_factory=Authority)
    schemes: Mapping[str, Scheme] = field(default_factory=dict)
    switches: Switches = field(default_factory=Switches)
    roster: Mapping[str, Person] = field(default_factory=dict)

    def item_of(self, code: str, version: int) -> Item | None:
        """Return the item version that a case was opened under."""
        return self.catalogue.item(code, version)

    @property
    def scheme(self) -> Scheme:
        """Return the light scheme in force; the built-in default where policy has none."""
        return self.schemes.get(self.switches.light_scheme) or _BUILT_IN
