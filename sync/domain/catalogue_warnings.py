"""What is lawful in a catalogue and still worth telling its administrator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sync.domain.catalogue import Item, Trigger, Unit
from sync.domain.spans import count

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from sync.domain.calendar import Calendar
    from sync.domain.switches import Switches

_YEAR = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class CatalogueWarning:
    """One warning: its code, the item, and the first day on which it would bite."""

    code: str
    item: str
    on: date | None = None


def warnings_of(item: Item, calendar: Calendar, switches: Switches) -> tuple[CatalogueWarning, ...]:
    """Return the warnings of an item under a calendar.

    promise_cut: on some day a promise falls after the statutory date and is cut to it (S6);
    no_statutory_limit: the law sets none; nothing_minor: no material may follow later.
    """
    return tuple(_warnings(item, calendar, switches))


def _warnings(item: Item, calendar: Calendar, switches: Switches) -> Iterator[CatalogueWarning]:
    if item.statutory is None:
        yield CatalogueWarning("no_statutory_limit", item.code)
    cut = _first_cut(item, calendar, switches)
    if cut is not None:
        yield CatalogueWarning("promise_cut", item.code, cut)
    if item.materials and not any(material.minor for material in item.materials):
        yield CatalogueWarning("nothing_minor", item.code)


def _first_cut(item: Item, calendar: Calendar, switches: Switches) -> date | None:
    """Return the first day on which, received and accepted at once, the promise passes the law."""
    law, promise = item.statutory, item.fallback or item.promised
    comparable = law is None or (law.unit is not Unit.NATURAL and law.trigger is promise.trigger)
    if law is None or comparable or promise.trigger is Trigger.DECISION:
        return None
    day = max(calendar.first, calendar.official_until - _YEAR)
    while day <= calendar.official_until:
        start = calendar.opens(day)
        if (
            calendar.is_working(day)
            and count(promise, start, calendar, switches).by_date
            > count(law, start, calendar, switches).by_date
        ):
            return day
        day += timedelta(days=1)
    return None
