"""Working days and office time by prefix tables: every question is answered in constant time.

Beyond `official_until` (and before the first listed day) Monday to Friday are taken to work: a due
day there is provisional and says so. Source: rules.md §3; State Council holiday decrees for data.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sync.domain.fields import Fields

if TYPE_CHECKING:
    from collections.abc import Mapping

CHINA = timezone(timedelta(hours=8))
"""The one clock of the People's Republic: no summer time since 1992."""

DAY = timedelta(days=1)
_MS_PER_MINUTE = 60_000
_WEEK, _WORKWEEK = 7, 5
_FIRST, _LAST = date(1, 1, 8).toordinal(), date(9999, 12, 24).toordinal()


def china_day(moment: datetime) -> date:
    """Return the day on the wall calendar in China."""
    return moment.astimezone(CHINA).date()


def _weekdays_to(ordinal: int) -> int:
    """Count Mondays to Fridays from day 1 of the era (a Monday) to `ordinal`, it included."""
    weeks, rest = divmod(ordinal, _WEEK)
    return _WORKWEEK * weeks + min(rest, _WORKWEEK)


def _weekday_number(count: int) -> int:
    """Return the ordinal of the count-th Monday-to-Friday day: the inverse of the above."""
    weeks, rest = divmod(count - 1, _WORKWEEK)
    return _WEEK * weeks + rest + 1


@dataclass(frozen=True, slots=True)
class _Tables:
    """Sums over the listed years: `upto[i]` working days to day `first + i`, it included."""

    first: int
    upto: tuple[int, ...]
    works: tuple[date, ...]
    before: int


@lru_cache(maxsize=64)
def _tables(first: date, last: date, off: frozenset[date], on: frozenset[date]) -> _Tables:
    start = first.toordinal()
    before = _weekdays_to(start - 1)
    upto: list[int] = []
    works: list[date] = []
    for ordinal in range(start, last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        if day in on or (day.isoweekday() <= _WORKWEEK and day not in off):
            works.append(day)
        upto.append(before + len(works))
    return _Tables(start, tuple(upto), tuple(works), before)


class _Derived:
    """What a calendar computes from its members once; no member itself, so never written out."""

    __slots__ = ("_closing", "_opening", "_t", "day_ms", "ends")

    day_ms: int
    ends: dict[tuple[date, int, bool], Any]  # of whole days, as sync.domain.spans counted them
    _t: _Tables
    _opening: time
    _closing: time


@dataclass(frozen=True, slots=True)
class Calendar(_Derived):
    """One version of one calendar.

    Args:
        id: what halls and departments name, e.g. "cn".
        version: names this issue of it.
        hours: office intervals as minutes of the day, ascending, e.g. ((540, 720), (780, 1020)).
        first: first listed day.
        official_until: last day that a decree covers.
        off: weekdays that are free by decree.
        on: Saturdays and Sundays that are worked by decree.
        in_force_from: first day that this issue may change; earlier days keep the issue before.
    """

    id: str
    version: str
    hours: tuple[tuple[int, int], ...]
    first: date
    official_until: date
    off: frozenset[date]
    on: frozenset[date]
    in_force_from: date | None = None

    def __post_init__(self) -> None:
        opens = [edge for interval in self.hours for edge in interval]
        ascending = all(a < b for a, b in pairwise(opens))
        if not opens or not ascending or opens[0] < 0 or opens[-1] >= 24 * 60:
            raise Fields({}, "calendar").fail("hours", "hours")
        if self.official_until < self.first:
            raise Fields({}, "calendar").fail("malformed", "official_until")
        tables = _tables(self.first, self.official_until, self.off, self.on)
        object.__setattr__(self, "_t", tables)
        object.__setattr__(self, "day_ms", sum(b - a for a, b in self.hours) * _MS_PER_MINUTE)
        object.__setattr__(self, "ends", {})
        object.__setattr__(self, "_opening", _time_of(opens[0]))
        object.__setattr__(self, "_closing", _time_of(opens[-1]))

    # -- days ---------------------------------------------------------------------------------

    def worked_to(self, day: date) -> int:
        """Count working days to `day`, it included, from a fixed origin."""
        ordinal = day.toordinal()
        tables = self._t
        index = ordinal - tables.first
        if index < 0:
            return _weekdays_to(ordinal)
        if index < len(tables.upto):
            return tables.upto[index]
        last = tables.first + len(tables.upto) - 1
        return tables.upto[-1] + _weekdays_to(ordinal) - _weekdays_to(last)

    def numbered(self, count: int) -> date:
        """Return the working day whose count is `count`: the inverse of `worked_to`."""
        tables = self._t
        index = count - tables.before - 1
        if 0 <= index < len(tables.works):
            return tables.works[index]
        if index < 0:
            ordinal = _weekday_number(count)
        else:
            last = tables.first + len(tables.upto) - 1
            ordinal = _weekday_number(_weekdays_to(last) + index - len(tables.works) + 1)
        return date.fromordinal(min(max(ordinal, _FIRST), _LAST))

    def is_working(self, day: date) -> bool:
        """Say whether the office works that day."""
        return self.worked_to(day) != self.worked_to(day - DAY)

    def after(self, day: date, count: int) -> date:
        """Return the count-th working day after `day`; 0 gives the last one not after it."""
        return self.numbered(self.worked_to(day) + count)

    def before(self, day: date, count: int) -> date:
        """Return the count-th working day before `day`."""
        return self.numbered(self.worked_to(day - DAY) - count + 1)

    def from_day(self, day: date) -> date:
        """Return `day` if it is worked, else the next working day."""
        return self.numbered(self.worked_to(day - DAY) + 1)

    def between(self, start: date, end: date) -> int:
        """Count the working days in (start, end]; 0 when end is not after start."""
        return max(0, self.worked_to(end) - self.worked_to(start))

    def provisional(self, day: date) -> bool:
        """Say whether the day lies beyond every decree."""
        return day > self.official_until

    # -- office time --------------------------------------------------------------------------

    def opens(self, day: date) -> datetime:
        """Return the moment the office opens on a day."""
        return datetime.combine(day, self._opening)

    def closes(self, day: date) -> datetime:
        """Return the moment the office closes on a day."""
        return datetime.combine(day, self._closing)

    def next_opening(self, moment: datetime) -> datetime:
        """Return the moment itself before closing time of a working day, else the next opening."""
        day = china_day(moment)
        if self.is_working(day) and moment < self.closes(day):
            return moment
        return self.opens(self.after(day, 1))

    def in_hours(self, moment: datetime) -> bool:
        """Say whether the office is open at that moment."""
        day = china_day(moment)
        if not self.is_working(day):
            return False
        minute = (moment - _at_minute(day, 0)) // timedelta(minutes=1)
        return any(start <= minute < end for start, end in self.hours)

    def office_ms(self, moment: datetime) -> int:
        """Count office milliseconds up to a moment, from a fixed origin."""
        day = china_day(moment)
        whole = self.worked_to(day - DAY) * self.day_ms
        if not self.is_working(day):
            return whole
        since = (moment - _at_minute(day, 0)) // timedelta(milliseconds=1)
        for start, end in self.hours:
            spent = min(since, end * _MS_PER_MINUTE) - start * _MS_PER_MINUTE
            whole += max(0, spent)
        return whole

    def at_office_ms(self, count: int) -> datetime:
        """Return the first moment at which `office_ms` reaches count: a full day ends at its close.

        The inverse of `office_ms`.
        """
        number = -(-count // self.day_ms)
        day = self.numbered(number)
        rest = count - (number - 1) * self.day_ms
        for start, end in self.hours[:-1]:
            length = (end - start) * _MS_PER_MINUTE
            if rest <= length:
                return _at_minute(day, start) + timedelta(milliseconds=rest)
            rest -= length
        return _at_minute(day, self.hours[-1][0]) + timedelta(milliseconds=rest)

    def replaced_by(self, newer: Calendar) -> Calendar:
        """Return `newer` with every day before its day of force as this issue had it.

        A calendar re-issued in September does not rewrite March (rules.md §3 "Calendar change").
        """
        # Of days before its first listed one an issue says nothing: a decree for next year alone
        # leaves this year's as they are.
        force = max(newer.first, newer.in_force_from or newer.first)
        if force <= self.first:
            return newer
        off = {d for d in self.off if d < force} | {d for d in newer.off if d >= force}
        on = {d for d in self.on if d < force} | {d for d in newer.on if d >= force}
        first = min(self.first, newer.first)
        return replace(newer, first=first, off=frozenset(off), on=frozenset(on))

    def with_hours(self, hours: tuple[tuple[int, int], ...]) -> Calendar:
        """Return the same days under a hall's own office hours."""
        return self if not hours or hours == self.hours else _rehoured(self, hours)


@lru_cache(maxsize=256)
def _rehoured(calendar: Calendar, hours: tuple[tuple[int, int], ...]) -> Calendar:
    return replace(calendar, hours=hours)


def _time_of(minute: int) -> time:
    return time(minute // 60, minute % 60, tzinfo=CHINA)


def _at_minute(day: date, minute: int) -> datetime:
    return datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=CHINA)


def end_of_day(day: date) -> datetime:
    """Return the last millisecond of a day in China: the due instant under the midnight switch."""
    return datetime.combine(day, time(23, 59, 59, 999_000), CHINA)


def hours_of(fields: Fields, name: str) -> tuple[tuple[int, int], ...]:
    """Read office intervals written [["09:00", "12:00"], …]; absent is empty."""
    intervals: list[tuple[int, int]] = []
    for pair in fields.listed(name):
        if not isinstance(pair, list) or len(pair) != 2:
            raise fields.fail("hours", name)
        try:
            edges = [time.fromisoformat(edge) for edge in pair]
        except (TypeError, ValueError) as error:
            raise fields.fail("hours", name) from error
        intervals.append(
            (edges[0].hour * 60 + edges[0].minute, edges[1].hour * 60 + edges[1].minute)
        )
    return tuple(intervals)


def calendar_from(body: Mapping[str, Any]) -> Calendar:
    """Read a calendar from its policy body (resources/calendars has the form).

    Raises:
        DataFailure: calendar.malformed, calendar.hours.
    """
    fields = Fields(body, "calendar")
    force = fields.day("in_force_from") if fields.has("in_force_from") else None
    return Calendar(
        id=fields.text("id"),
        version=fields.text("version"),
        hours=hours_of(fields, "hours"),
        first=fields.day("first"),
        official_until=fields.day("official_until"),
        off=frozenset(fields.days("off")),
        on=frozenset(fields.days("on")),
        in_force_from=force,
    )
