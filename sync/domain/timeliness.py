"""How a decided case kept its limits: early, on time, extended, overdue (PE07)."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from sync.domain.calendar import china_day
from sync.domain.sheet import Sheet
from sync.domain.time_limit import decision_due

if TYPE_CHECKING:
    from sync.domain.case import Case
    from sync.domain.rules import Rules


class Timeliness(StrEnum):
    """What a decided case is counted as."""

    OPEN = "open"
    EARLY = "early"
    ON_TIME = "on_time"
    EXTENDED = "extended"
    OVERDUE = "overdue"


def timeliness(case: Case, rules: Rules) -> Timeliness:
    """Return how the decision kept the governing limit.

    What was passed up is judged by the day it went up: with that the office's own clock ends, and
    how long the upper office takes is not its doing (rules.md §3 "Ends"). Counted by the calendar
    that was published when it was decided, or by the newest where that is kinder. An extended case
    is "extended", never "on time" (rules.md §3).
    """
    item = rules.item_of(case.item, case.item_version)
    decided = case.decided_at
    if item is None or decided is None or case.accepted_at is None:
        return Timeliness.OPEN
    above = case.forwards[-1] if case.forwards else None
    if above is not None and above.returned_at is None:
        decided = above.at
    dues = (
        decision_due(Sheet(case, item, rules)),
        decision_due(Sheet(case, item, rules, decided)),
    )
    due = max((due for due in dues if due is not None), key=lambda d: d.at, default=None)
    if due is None:
        return Timeliness.OPEN
    if decided > due.at:
        return Timeliness.OVERDUE
    if case.extension is not None:
        return Timeliness.EXTENDED
    return Timeliness.EARLY if china_day(decided) < due.by_date else Timeliness.ON_TIME
