"""From what was typed to days, moments and numbers, and what is wrong with it. Pure."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from client.app.forms.table import Ask
from client.app.rows.words import Words
from sync.domain.bodies import MOST_DAYS
from sync.domain.calendar import CHINA
from sync.domain.shapes import LONGEST_TEXT

if TYPE_CHECKING:
    from client.app.forms.table import Field, Filled, Form

_DAY = re.compile(r"(?:(\d{4})[-./年]?)?(\d{1,2})[-./月]?(\d{1,2})日?")
_TIME = re.compile(r"(\d{1,2})[:：](\d{2})")


def day_in(text: str, today: date) -> date | None:
    """Return the day that was typed: 2026-12-01, 20261201, 12-1; a day without year is this one's.

    Args:
        text: as typed.
        today: gives the year.
    """
    found = _DAY.fullmatch(text.strip())
    if found is None:
        return None
    year, month, day = found.groups()
    try:
        return date(int(year) if year else today.year, int(month), int(day))
    except ValueError:
        return None


def moment_in(text: str, today: date) -> datetime | None:
    """Return the moment that was typed, a day and a time in China's time, e.g. 12-1 09:30.

    Args:
        text: as typed.
        today: gives the year, and the day where only a time was typed.
    """
    *days, clock = text.strip().split() or [""]
    found = _TIME.fullmatch(clock)
    day = day_in(days[0], today) if days else today
    if found is None or day is None or len(days) > 1:
        return None
    try:
        return datetime.combine(day, time(int(found[1]), int(found[2])), CHINA)
    except ValueError:
        return None


def days_in(text: str) -> int | None:
    """Return a number of working days, None for anything else."""
    plain = text.strip()
    number = int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 5 else 0
    return number if 0 < number <= MOST_DAYS else None


def dues_in(text: str) -> dict[str, str]:
    """Return the day typed for each material."""
    pairs = (part.partition("=") for part in text.split())
    return {code: day for code, _, day in pairs if day}


def wrong(form: Form, filled: Filled, today: date) -> tuple[tuple[str, Words], ...]:
    """Return what is wrong, field by field, in the page's order; () when the step can be made.

    What the law and the case say of it is the rules' to judge, not this page's.
    """
    found = ((each.name, _wrong(each, filled, today)) for each in form.asked(filled))
    return tuple((name, words) for name, words in found if words is not None)


def _wrong(field: Field, filled: Filled, today: date) -> Words | None:
    if field.ask is Ask.SCAN:
        return _wrong_scan(field, filled)
    typed = filled.of(field.name)
    if field.ask is Ask.DUES:
        return _wrong_dues(dues_in(typed), today)
    if not typed:
        return Words(f"form.wrong.{field.ask}") if field.need else None
    if len(typed) > LONGEST_TEXT:
        return Words("form.wrong.too_long", {"most": LONGEST_TEXT})
    if field.ask is Ask.MANY and len(typed.split()) < field.least:
        return Words("form.wrong.least", {"least": field.least})
    return None if _readable(field.ask, typed, today) else Words(f"form.wrong.{field.ask}")


def _readable(ask: Ask, typed: str, today: date) -> bool:
    if ask is Ask.DAY:
        return day_in(typed, today) is not None
    if ask is Ask.MOMENT:
        return moment_in(typed, today) is not None
    return ask is not Ask.DAYS or days_in(typed) is not None


def _wrong_scan(field: Field, filled: Filled) -> Words | None:
    pages = filled.pages.get(field.name, ())
    if len(pages) > 1:
        return Words("form.wrong.one_file")
    return None if pages or not field.need else Words("form.wrong.scan")


def _wrong_dues(dues: dict[str, str], today: date) -> Words | None:
    if not dues:
        return Words("form.wrong.dues")
    if any(day_in(day, today) is None for day in dues.values()):
        return Words("form.wrong.day")
    return None
