"""A hall's hours of service beyond office hours: evenings, Saturdays (延时服务, TM25). Pure.

They are hours in which people may come, nothing else: no limit counts them, and none ends in them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date  # noqa: TC003  (members are read by these types)
from typing import TYPE_CHECKING

from sync.domain.calendar import CHINA, hours_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sync.domain.calendar import Calendar
    from sync.domain.fields import Fields

_WORKWEEK, _WEEK, _DAY_MIN = 5, 7, 24 * 60
_MOST = 28

Interval = tuple[int, int]
"""From minute to minute of a day."""


@dataclass(frozen=True, slots=True)
class ServiceHours:
    """Hours on some days of the week.

    Args:
        days: 1 Monday to 7 Sunday. Monday to Friday mean working days only: a holiday has none.
        begins, ends: minutes of the day.
        but: days on which there is none all the same.
    """

    days: tuple[int, ...]
    begins: int
    ends: int
    but: frozenset[date] = frozenset()

    def on(self, day: date, calendar: Calendar) -> bool:
        """Say whether there is service in these hours on a day."""
        week = day.isoweekday()
        if week not in self.days or day in self.but:
            return False
        return week > _WORKWEEK or calendar.is_working(day)


def extended_on(service: Iterable[ServiceHours], calendar: Calendar, day: date) -> list[Interval]:
    """Return what a day has beyond its office hours, ascending, nothing of it twice."""
    taken = list(calendar.hours) if calendar.is_working(day) else []
    found: list[Interval] = []
    for hours in service:
        if not hours.on(day, calendar):
            continue
        for interval in _without((hours.begins, hours.ends), taken):
            found.append(interval)
            taken.append(interval)
    return sorted(found)


def serves_at(service: Iterable[ServiceHours], calendar: Calendar, moment: datetime) -> bool:
    """Say whether a moment lies in the hours beyond office hours."""
    at = moment.astimezone(CHINA)
    minute = at.hour * 60 + at.minute
    found = extended_on(service, calendar, at.date())
    return any(begins <= minute < ends for begins, ends in found)


def _without(interval: Interval, taken: Iterable[Interval]) -> list[Interval]:
    left = [interval]
    for begins, ends in taken:
        left = [
            part
            for a, b in left
            for part in ((a, min(b, begins)), (max(a, ends), b))
            if part[0] < part[1]
        ]
    return left


def service_from(fields: Fields, name: str) -> tuple[ServiceHours, ...]:
    """Read [{days: [1…7], hours: [["17:00", "20:00"], …], but?: [day]}].

    Raises:
        DataFailure: as `hours_of`; <place>.malformed.
    """
    found = []
    for part in fields.parts(name):
        days = tuple(part.listed("days"))
        hours, but = hours_of(part, "hours"), frozenset(part.days("but"))
        known = all(type(day) is int and 1 <= day <= _WEEK for day in days)
        if not days or not known or len(set(days)) != len(days) or not hours:
            raise part.fail("malformed", "days")
        for begins, ends in hours:
            if not begins < ends < _DAY_MIN:
                raise part.fail("malformed", "hours")
            found.append(ServiceHours(tuple(sorted(days)), begins, ends, but))
    if len(found) > _MOST:
        raise fields.fail("malformed", name)
    return tuple(found)
