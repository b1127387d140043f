"""From a light rule and a counted limit to the first moment of its colour (rules.md §3)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sync.domain.catalogue import Limit, Unit
from sync.domain.schemes import LightRule, Turn
from sync.domain.spans import Counted, back_from

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sync.domain.calendar import Calendar

_HOUR_MS = 3_600_000
_FIFTH = 5
INSTANT_AFTER = timedelta(microseconds=1)
"""The due instant itself is on time; red begins with the smallest step after it."""

_BY_THE_HOUR = (Unit.MINUTE, Unit.HALF_MINUTE)


def default_warning_ms(limit: Limit, total_ms: int, day_ms: int) -> int:
    """Return the office time before the end at which yellow begins by the product's own rule."""
    if limit.unit is Unit.AT_ONCE:
        return min(_HOUR_MS, total_ms)
    if limit.unit in _BY_THE_HOUR:
        return total_ms // _FIFTH
    return min(max(day_ms, total_ms // _FIFTH), total_ms // 2)


def first_moment(
    rules: Iterable[LightRule], limit: Limit, found: Counted, calendar: Calendar
) -> datetime | None:
    """Return the first moment at which one of the rules holds; None = never."""
    return min((_moment(rule, limit, found, calendar) for rule in rules), default=None)


def _moment(rule: LightRule, limit: Limit, found: Counted, calendar: Calendar) -> datetime:
    if rule.turn is Turn.OVER:
        return found.at + INSTANT_AFTER
    if rule.turn is Turn.OVER_WD:
        return calendar.closes(calendar.after(found.by_date, rule.amount)) + INSTANT_AFTER
    if rule.turn is Turn.LEFT_WD:
        left = rule.amount * calendar.day_ms
    elif rule.turn is Turn.USED_PERCENT:
        left = found.total_ms * (100 - rule.amount) // 100
    else:
        left = default_warning_ms(limit, found.total_ms, calendar.day_ms)
    return back_from(found.at, left, calendar, found.stops)
