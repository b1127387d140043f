"""Counts of the work: received, handled, closed, kept in time or not, errors (PE09, PE07).

One reckoning for both ends: the window feeds it from its store, the centre from its database, and
the figures are the same for the same log. Pure: no clock, no I/O. Only what the centre has answered
counts, at the moment that counts (proof.md §5); a step that still waits is nobody's yet.

A figure counts cases, each once in its group, except `errors` and `overdue_steps`, which count
steps. So the cases of two persons who worked on the same case add up to more than the whole's.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from sync.domain.calendar import CHINA, china_day
from sync.domain.events import Kind
from sync.domain.timeliness import Timeliness, timeliness

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sync.domain.case import Case
    from sync.domain.rules import Rules

RECEIVING = frozenset({Kind.RECEIVE, Kind.FILE})
"""接件: materials handed in, at the window or by the public page."""
HANDLING = frozenset(
    {
        Kind.FIX_ON_SPOT,
        Kind.NOTIFY_CORRECTION,
        Kind.ACCEPT,
        Kind.ACCEPT_PENDING,
        Kind.REFUSE,
        Kind.TELL_NOT_REQUIRED,
        Kind.NOT_AT_ONCE,
        Kind.CLAIM,
        Kind.SURVEY,
        Kind.GIVE_OPINION,
        Kind.HANDLE,
        Kind.REVIEW,
        Kind.SEND_BACK,
        Kind.FORWARD,
        Kind.DECIDE_AT_ONCE,
        Kind.GRANT,
        Kind.DENY,
        Kind.TERMINATE,
        Kind.MAKE,
        Kind.SEAL,
        Kind.ISSUE,
    }
)
"""办件: the office's own work on a case."""
DECIDING = frozenset(
    {
        Kind.DECIDE_AT_ONCE,
        Kind.GRANT,
        Kind.DENY,
        Kind.UPPER_GRANT,
        Kind.UPPER_DENY,
        Kind.DEEM_RENEWED,
    }
)
"""The steps whose moment is held against the governing limit."""
CLOSING = frozenset({Kind.CLOSE})
"""结件."""
LATE_CODES = frozenset({"overdue", "on_time_unproven"})
"""Findings that say how late a step was, not that something was done wrong."""


@dataclass(frozen=True, slots=True)
class Made:
    """One answered step of a case: what is counted of it. `device` is the window's."""

    event: str
    kind: str
    case: str
    item: str
    person: str
    device: str
    at: datetime
    verdict: str  # "accepted" | "refused" | "disputed"
    code: str | None


@dataclass(frozen=True, slots=True)
class Span:
    """The days that are asked about, on China's calendar, the last one included."""

    first: date
    last: date

    @property
    def begin(self) -> datetime:
        """Return the first moment."""
        return datetime.combine(self.first, time(), CHINA)

    @property
    def end(self) -> datetime:
        """Return the first moment after it."""
        return datetime.combine(self.last + timedelta(days=1), time(), CHINA)


class By(StrEnum):
    """What figures are grouped by."""

    PERSON = "person"
    WINDOW = "window"
    ITEM = "item"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Figures:
    """The counts of one group."""

    received: int = 0
    handled: int = 0
    closed: int = 0
    on_time: int = 0  # decided before or on the last day
    extended: int = 0  # decided in time after an extension: never "on time" (rules.md §3)
    late: int = 0
    overdue_steps: int = 0
    errors: int = 0

    @property
    def decided(self) -> int:
        """Return how many cases were decided."""
        return self.on_time + self.extended + self.late

    @property
    def per_mille(self) -> int | None:
        """Return the rate of cases kept in time (按时办结率) in ‰, rounded down; None: none."""
        return None if not self.decided else 1000 * self.on_time // self.decided


@dataclass(frozen=True, slots=True)
class Row:
    """One group's key (person, device, item, or the period's first day as ISO) and figures."""

    key: str
    figures: Figures


def is_error(verdict: str, code: str | None) -> bool:
    """Say whether an answered step counts as an error (出错): refused, disputed, or found wrong."""
    return verdict != "accepted" or (code is not None and code not in LATE_CODES)


def is_overdue(code: str | None) -> bool:
    """Say whether what was found of an accepted step is that it came too late."""
    return code in LATE_CODES


def decisive_step(case: Case, rules: Rules) -> tuple[str, Timeliness] | None:
    """Return the step that decided a case and how it kept the limit; None while it is open."""
    mark = case.step_of(*DECIDING)
    if mark is None:
        return None
    kept = timeliness(case, rules)
    return None if kept is Timeliness.OPEN else (mark.id, kept)


def tally(made: Iterable[Made], kept: Mapping[str, Timeliness], by: By) -> tuple[Row, ...]:
    """Count by groups.

    Args:
        made: the answered steps of the span that is asked about, in any order.
        kept: of each deciding step among them, by its event's id: how it kept the limit.
        by: what a group is.

    Returns:
        Rows by their keys; groups of which nothing is counted are left out.
    """
    key = _KEYS[by]
    groups: defaultdict[str, _Count] = defaultdict(_Count)
    for step in made:
        groups[key(step)].add(step, kept)
    rows = (Row(name, count.figures()) for name, count in sorted(groups.items()))
    return tuple(row for row in rows if row.figures != Figures())


def whole(made: Iterable[Made], kept: Mapping[str, Timeliness]) -> Figures:
    """Count everything as one group: each case once."""
    count = _Count()
    for step in made:
        count.add(step, kept)
    return count.figures()


def first_day(day: date, by: By) -> date:
    """Return the first day of the day, week (from Monday) or month that a day is in."""
    if by is By.MONTH:
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if by is By.WEEK else day


SPANS = ("week", "month", "last_month", "year")
"""The spans that pages offer by name."""


def span_of(name: str, today: date) -> Span:
    """Return the days of a name: up to today, or the whole of last month."""
    if name == "last_month":
        last = first_day(today, By.MONTH) - timedelta(days=1)
        return Span(first_day(last, By.MONTH), last)
    if name == "year":
        return Span(today.replace(month=1, day=1), today)
    return Span(first_day(today, By.WEEK if name == "week" else By.MONTH), today)


class _Count:
    """The cases of one group, each once."""

    def __init__(self) -> None:
        self._cases: defaultdict[str, set[str]] = defaultdict(set)
        self._overdue = self._errors = 0

    def add(self, step: Made, kept: Mapping[str, Timeliness]) -> None:
        self._errors += is_error(step.verdict, step.code)
        if step.verdict != "accepted":
            return
        self._overdue += is_overdue(step.code)
        for name, kinds in _COUNTED:
            if step.kind in kinds:
                self._cases[name].add(step.case)
        if step.event in kept:
            self._cases[_KEPT[kept[step.event]]].add(step.case)

    def figures(self) -> Figures:
        counts = {name: len(cases) for name, cases in self._cases.items()}
        return Figures(**counts, overdue_steps=self._overdue, errors=self._errors)


_COUNTED = (("received", RECEIVING), ("handled", HANDLING), ("closed", CLOSING))
_KEPT = {
    Timeliness.EARLY: "on_time",
    Timeliness.ON_TIME: "on_time",
    Timeliness.EXTENDED: "extended",
    Timeliness.OVERDUE: "late",
}


def _period(by: By) -> Callable[[Made], str]:
    return lambda step: first_day(china_day(step.at), by).isoformat()


_KEYS: Mapping[By, Callable[[Made], str]] = {
    By.PERSON: lambda step: step.person,
    By.WINDOW: lambda step: step.device,
    By.ITEM: lambda step: step.item,
    By.DAY: _period(By.DAY),
    By.WEEK: _period(By.WEEK),
    By.MONTH: _period(By.MONTH),
}
