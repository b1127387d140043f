"""Proposals as a supervisor makes them on a page: another scheme, or other days off."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sync.protocol.errors import WireError
from sync.server.services.supervision.changing import Proposal

if TYPE_CHECKING:
    from sync.domain.calendar import Calendar
    from sync.domain.policy import PolicyBook

_DAYS_MOST = 60
_PARTS = re.compile(r"[\s,;，；、]+")


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be chosen from."""

    schemes: tuple[tuple[str, str], ...]  # code, version
    scheme: str  # in force
    calendars: tuple[tuple[str, str], ...]  # id, newest version


def choices(book: PolicyBook) -> Choices:
    """Return what policy has: schemes, and calendars with their newest issues."""
    return Choices(
        schemes=tuple((each.code, each.version) for each in book.schemes.values()),
        scheme=book.rules().scheme.code,
        calendars=tuple(
            (name, issues[-1].calendar.version) for name, issues in book.calendars.issues.items()
        ),
    )


def scheme_proposal(book: PolicyBook, code: str) -> Proposal:
    """Return the switch to another scheme that policy has.

    Raises:
        WireError: malformed: no such scheme.
    """
    if code not in book.schemes:
        raise WireError("wire.malformed")
    return Proposal("switch", {"name": "light_scheme", "value": code})


def calendar_proposal(book: PolicyBook, name: str, off: str, on: str, since: str) -> Proposal:
    """Return the newest issue of a calendar with more days off and more working days.

    Args:
        book: policy in force.
        name: the calendar's id.
        off: days that become days off, ISO dates between spaces or commas.
        on: days that become working days.
        since: the first day of force; "" is the earliest day named.

    Raises:
        WireError: malformed: no such calendar, no day, or what is no day.
    """
    issues = book.calendars.issues.get(name)
    more_off, more_on = _days(off), _days(on)
    if not issues or not more_off | more_on or more_off & more_on:
        raise WireError("wire.malformed")
    first = next(iter(sorted(_days(since))), min(more_off | more_on))
    calendar = issues[-1].calendar
    return Proposal("calendar", _body(calendar, more_off, more_on, first))


def _body(calendar: Calendar, off: set[date], on: set[date], since: date) -> dict[str, object]:
    """Return a calendar's policy body with other days."""
    return {
        "id": calendar.id,
        "version": f"{calendar.version}+",
        "hours": [[_clock(start), _clock(end)] for start, end in calendar.hours],
        "first": calendar.first.isoformat(),
        "official_until": calendar.official_until.isoformat(),
        "off": sorted(day.isoformat() for day in (calendar.off | off) - on),
        "on": sorted(day.isoformat() for day in (calendar.on | on) - off),
        "in_force_from": since.isoformat(),
    }


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _days(text: str) -> set[date]:
    parts = [part for part in _PARTS.split(text.strip()) if part]
    if len(parts) > _DAYS_MOST:
        raise WireError("wire.malformed")
    try:
        return {date.fromisoformat(part) for part in parts}
    except ValueError as error:
        raise WireError("wire.malformed") from error
