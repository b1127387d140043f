"""Statistics out of the counters: by any cut, at once, however long the log is (PE07, PE12, PE18).

Each figure's definition stands in `sync.domain.figures`; here it is chosen which counters are
added, and what their keys are called. A span of days is its whole months and the days beside them,
or a month less a few days, so that a year reads twelve rows of a key and at most thirty more.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from sync.domain.events import CENTRE_DEVICE
from sync.domain.figures.counters import NOTHING, Counts, total
from sync.domain.statistics import By, Span, first_day
from sync.server.services.own_steps.hand import PERSON

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sync.domain.catalogue import Words
    from sync.domain.figures.spreads import Spread
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.record.policy import Policy
    from sync.server.services.rows.figures import Cut

LONGEST_DAYS = 3 * 366
_DAY = timedelta(days=1)


class Group(StrEnum):
    """What figures are shown by."""

    DEPARTMENT = "department"
    HALL = "hall"
    WINDOW = "window"
    ITEM = "item"
    PERSON = "person"
    APPLICANT = "applicant"
    CHANNEL = "channel"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


_COLUMN = {
    Group.DEPARTMENT: "scope",
    Group.HALL: "scope",
    Group.WINDOW: "dev",
    Group.ITEM: "item",
    Group.PERSON: "person",
    Group.APPLICANT: "applicant",
    Group.CHANNEL: "channel",
}
_LIFE = ("life.accept", "life.decide", "life.close", "life.whole")
TIMES = (Group.DAY, Group.WEEK, Group.MONTH)


@dataclass(frozen=True, slots=True)
class Row:
    """One group: its key, its name in policy ("" has none), an item's words, its counters."""

    key: str
    name: str
    words: Words | None
    counts: Counts


@dataclass(frozen=True, slots=True)
class Waited:
    """How long one step took, by one value of a column."""

    step: str
    key: str
    name: str
    words: Words | None
    spread: Spread


class Reckoning:
    """Reads figures; needs a unit that reads."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy

    def rows(self, tx: Transaction, cut: Cut, span: Span, group: Group) -> tuple[Row, ...]:
        """Return a span's counters by a group, the whole as the last row (key "")."""
        if group in TIMES:
            sums = self._by_time(tx, cut, span, group)
        else:
            sums = _over(tx, cut, span, _COLUMN[group])
        if group is Group.HALL:
            sums = _by_hall(sums)
        rows = [Row(key, *self.name(group, key), counts) for key, counts in sorted(sums.items())]
        rows = [row for row in rows if row.counts != Counts()]
        return (*rows, Row("", "", None, total(sums.values())))

    def trend(self, tx: Transaction, cut: Cut, last: date, months: int) -> tuple[Row, ...]:
        """Return the counters of as many months up to a day's, the oldest first, gaps included."""
        names = _months_back(last, months)
        sums = tx.figures.sums(replace(cut, periods=names), "period")
        return tuple(Row(name, name, None, sums.get(name, Counts())) for name in names)

    def times(self, tx: Transaction, cut: Cut, span: Span, by: str) -> tuple[Waited, ...]:
        """Return how long steps took by a column ("scope", "item", "owner"), slowest first.

        Times are kept by months: every month that the span touches counts whole.
        """
        group = Group.ITEM if by == "item" else Group.DEPARTMENT
        found = tx.figures.spreads(replace(cut, periods=months_of(span)), by)
        waited = [
            Waited(step, key, *self.name(group, key), spread)
            for (step, key), spread in found.items()
        ]
        return tuple(sorted(waited, key=_slowest))

    def origins(self, tx: Transaction, cut: Cut, span: Span) -> dict[str, int]:
        """Return enterprises' applications by place, whole months, most first."""
        found = tx.figures.origins(replace(cut, periods=months_of(span)))
        return dict(sorted(found.items(), key=lambda each: (-each[1], each[0])))

    def choices(
        self, scopes: Sequence[str]
    ) -> dict[str, tuple[tuple[str, str, Words | None], ...]]:
        """Return what a visitor may cut by: departments and items of his scopes."""
        book = self._policy.book
        items = sorted(
            {
                item.code
                for item in book.catalogue.current()
                if f"{item.hall}/{item.department}" in scopes
            }
        )
        desks = [f"{d.hall}/{d.code}" for d in book.departments.values()]
        return {
            "scope": tuple(
                (s, *self.name(Group.DEPARTMENT, s)) for s in sorted(desks) if s in scopes
            ),
            "item": tuple((code, *self.name(Group.ITEM, code)) for code in items),
        }

    def name(self, group: Group, key: str) -> tuple[str, Words | None]:
        """Return a key's name, or an item's words; "" where the centre itself is meant."""
        book = self._policy.book
        if group is Group.ITEM:
            item = book.catalogue.item(key)
            return key, None if item is None else item.name
        if group is Group.DEPARTMENT:
            return book.unit_name(key), None
        if group is Group.HALL:
            return book.hall_name(key), None
        if group is Group.PERSON:
            return "" if key == PERSON else book.name_of(key), None
        if group is Group.WINDOW and not key.startswith(CENTRE_DEVICE):
            device = book.devices.get(key)
            return key if device is None else f"{device.hall} {device.counter or key}", None
        return "" if group is Group.WINDOW else key, None

    @staticmethod
    def _by_time(tx: Transaction, cut: Cut, span: Span, group: Group) -> Mapping[str, Counts]:
        if group is Group.MONTH:
            found = _over(tx, cut, span, "period")
        else:
            days = replace(cut, periods=_days(span.first, span.last))
            found = tx.figures.sums(days, "period")
        if group is Group.DAY:
            return found
        by = By.WEEK if group is Group.WEEK else By.MONTH
        sums: defaultdict[str, Counts] = defaultdict(Counts)
        for period, counts in found.items():
            day = date.fromisoformat(period if len(period) > len("2026-03") else f"{period}-01")
            name = first_day(day, by).isoformat()
            sums[name[:7] if by is By.MONTH else name] += counts
        return sums


def _slowest(waited: Waited) -> tuple[int, int, str, str]:
    """Order a case's life as it goes, everything else from the slowest on."""
    if waited.step in _LIFE:
        return _LIFE.index(waited.step), 0, waited.key, ""
    return len(_LIFE), -(waited.spread.median or 0), waited.step, waited.key


def whole_of(tx: Transaction, cut: Cut, span: Span) -> Counts:
    """Return a span's counters summed up."""
    whole, beside = cover(span)
    sum_ = tx.figures.whole(replace(cut, periods=whole))
    return sum_ - tx.figures.whole(replace(cut, periods=beside)) if beside else sum_


def _over(tx: Transaction, cut: Cut, span: Span, column: str) -> dict[str, Counts]:
    """Return a span's counters by a column, out of as few periods as can be."""
    whole, beside = cover(span)
    sums = tx.figures.sums(replace(cut, periods=whole), column)
    if beside:
        for key, counts in tx.figures.sums(replace(cut, periods=beside), column).items():
            sums[key] = sums.get(key, NOTHING) - counts
    return sums


def cover(span: Span) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return periods whose sums make up a span: those to be added, and days to be taken off.

    Of a month that the span holds in part, the month less the other days is taken where these
    are fewer than its own.
    """
    add: list[str] = []
    less: list[str] = []
    for month in months_of(span):
        first = date.fromisoformat(f"{month}-01")
        end = _month_end(first)
        begin, last = max(first, span.first), min(end, span.last)
        own = _days(begin, last)
        others = (*_days(first, begin - _DAY), *_days(last + _DAY, end))
        if len(others) < len(own):
            add.append(month)
            less += others
        else:
            add += own
    return tuple(add), tuple(less)


def months_of(span: Span) -> tuple[str, ...]:
    """Return every month that a span touches."""
    found, day = [], span.first.replace(day=1)
    while day <= span.last:
        found.append(day.isoformat()[:7])
        day = _month_end(day) + timedelta(days=1)
    return tuple(found)


def _month_end(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _days(first: date, last: date) -> tuple[str, ...]:
    return tuple((first + timedelta(days=n)).isoformat() for n in range((last - first).days + 1))


def _months_back(last: date, months: int) -> tuple[str, ...]:
    place = last.year * 12 + last.month - 1
    return tuple(f"{n // 12}-{n % 12 + 1:02}" for n in range(place - months + 1, place + 1))


def _by_hall(sums: Mapping[str, Counts]) -> dict[str, Counts]:
    halls: defaultdict[str, Counts] = defaultdict(Counts)
    for scope, counts in sums.items():
        halls[scope.partition("/")[0]] += counts
    return dict(halls)
