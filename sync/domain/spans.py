"""From a limit, its start and what is left out, to the instant at which it ends.

Day limits are whole days: the trigger's day is not counted and the last day ends at close of
office. Odd halves and minutes are office time from the opening of day 1 (minutes: from the start
itself). Excluded time moves the end, never nearer. Source: rules.md §3; LW23, LW34.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sync.domain.calendar import DAY, Calendar, china_day, end_of_day
from sync.domain.catalogue import Limit, Unit
from sync.domain.switches import Switches

_MINUTE_MS = 60_000
_MOST_ENDS = 4096


@dataclass(frozen=True, slots=True)
class Stop:
    """A time that does not count: (start, end], by what kind of procedure."""

    start: datetime
    end: datetime
    kind: str


@dataclass(frozen=True, slots=True)
class Counted:
    """How a limit was counted.

    Args:
        at: the instant of its end; on time up to and with it.
        by_date: its last day.
        first_day: day 1.
        total_ms: office time of the limit itself, without what was left out.
        left_out: working days (day limits) or office minutes that were left out.
        in_days: whether `left_out` is in days.
        stops: the stops that moved the end.
    """

    at: datetime
    by_date: date
    first_day: date
    total_ms: int
    left_out: int
    in_days: bool
    stops: tuple[Stop, ...]


def halved(limit: Limit) -> Limit:
    """Return exactly half of a limit, as the fast track halves a promise (TM22)."""
    if limit.unit is Unit.WORKING:
        return Limit(Unit.HALF, limit.amount, limit.trigger)
    if limit.unit is Unit.HALF:
        return Limit(Unit.QUARTER, limit.amount, limit.trigger)
    if limit.unit is Unit.MINUTE:
        return Limit(Unit.HALF_MINUTE, limit.amount, limit.trigger)
    return limit


_PER_DAY = {Unit.WORKING: 1, Unit.HALF: 2, Unit.QUARTER: 4}


def count(
    limit: Limit,
    start: datetime,
    calendar: Calendar,
    switches: Switches,
    stops: Iterable[Stop] = (),
    extra_wd: int = 0,
) -> Counted:
    """Count a limit from its trigger.

    Args:
        limit: what to count.
        start: the moment of the trigger.
        calendar: whose days count.
        switches: next-day rule, midnight, natural days' roll.
        stops: excluded times, in order, not overlapping.
        extra_wd: working days of an extension.
    """
    if limit.unit is Unit.NATURAL:
        return _natural(limit.amount, start, calendar, switches, stops, extra_wd)
    if limit.unit is Unit.AT_ONCE:
        return _at_once(start, calendar, switches, stops, extra_wd)
    per_day = _PER_DAY.get(limit.unit)
    if per_day is None:
        minute_ms = _MINUTE_MS if limit.unit is Unit.MINUTE else _MINUTE_MS // 2
        opening = calendar.office_ms(calendar.next_opening(start))
        length = limit.amount * minute_ms + extra_wd * calendar.day_ms
        return _office(length, opening, start, calendar, stops)
    days, rest = divmod(limit.amount, per_day)
    if rest == 0:
        zero = _day_zero(start, switches)
        if stops:
            return _days(days + extra_wd, zero, calendar, switches, stops)
        return _unstopped(days + extra_wd, zero, calendar, switches)
    before = _day_zero(start, switches)
    length = limit.amount * calendar.day_ms // per_day + extra_wd * calendar.day_ms
    opening = calendar.worked_to(before) * calendar.day_ms
    return _office(length, opening, start, calendar, stops)


def _day_zero(start: datetime, switches: Switches) -> date:
    """Return the day after which counting starts."""
    day = china_day(start)
    return day if switches.count_from_next_day else day - DAY


def _ends(day: date, calendar: Calendar, switches: Switches) -> datetime:
    return end_of_day(day) if switches.ends_at_midnight else calendar.closes(day)


def _unstopped(days: int, zero: date, calendar: Calendar, switches: Switches) -> Counted:
    """Count whole days that nothing stops: the same for every case that begins on that day."""
    key = (zero, days, switches.ends_at_midnight)
    found: Counted | None = calendar.ends.get(key)
    if found is None:
        if len(calendar.ends) >= _MOST_ENDS:
            calendar.ends.clear()
        found = calendar.ends[key] = _days(days, zero, calendar, switches, ())
    return found


def _days(
    days: int, zero: date, calendar: Calendar, switches: Switches, stops: Iterable[Stop]
) -> Counted:
    before = calendar.worked_to(zero)
    last = calendar.numbered(before + days)
    left_out = 0
    moved: list[Stop] = []
    for stop in stops:
        begin, end = max(china_day(stop.start), zero), china_day(stop.end)
        if stop.start > _ends(last, calendar, switches):
            break  # the limit was over before the clock was stopped
        out = calendar.between(begin, end)
        left_out += out
        # Never before the resumption: one holiday more inside the stop must not bring it nearer.
        resumed = calendar.from_day(end) if end > begin else last
        last = max(calendar.numbered(before + days + left_out), resumed)
        if out:
            moved.append(_whole_days(stop, begin, end, calendar))
    return Counted(
        at=_ends(last, calendar, switches),
        by_date=last,
        first_day=calendar.numbered(before + 1),
        total_ms=days * calendar.day_ms,
        left_out=left_out,
        in_days=True,
        stops=tuple(moved),
    )


def _whole_days(stop: Stop, begin: date, end: date, calendar: Calendar) -> Stop:
    """Return the stop as whole days: from the close of its first day to the close of its last."""
    return Stop(calendar.closes(begin), calendar.closes(end), stop.kind)


def _natural(
    days: int,
    start: datetime,
    calendar: Calendar,
    switches: Switches,
    stops: Iterable[Stop],
    extra_wd: int,
) -> Counted:
    zero = _day_zero(start, switches)

    def rolled(day: date) -> date:
        if switches.natural_rolls_forward:
            day = calendar.from_day(day)
        return calendar.after(day, extra_wd) if extra_wd else day

    last = rolled(zero + days * DAY)
    unstopped = last
    left_out = 0
    moved: list[Stop] = []
    for stop in stops:
        begin, end = max(china_day(stop.start), zero), china_day(stop.end)
        if stop.start > _ends(last, calendar, switches):
            break
        out = max(0, (end - begin).days)
        left_out += out
        resumed = calendar.from_day(end) if out else last
        last = max(rolled(zero + (days + left_out) * DAY), resumed)
        if out:
            moved.append(_whole_days(stop, begin, end, calendar))
    return Counted(
        at=_ends(last, calendar, switches),
        by_date=last,
        first_day=zero + DAY,
        total_ms=calendar.between(zero, unstopped) * calendar.day_ms,
        left_out=left_out,
        in_days=True,
        stops=tuple(moved),
    )


def _at_once(
    start: datetime,
    calendar: Calendar,
    switches: Switches,
    stops: Iterable[Stop],
    extra_wd: int,
) -> Counted:
    opening = calendar.next_opening(start)
    first = china_day(opening)
    last = calendar.after(first, extra_wd)
    moved: list[Stop] = []
    for stop in stops:
        if stop.start > _ends(last, calendar, switches):
            break
        resumed = max(last, calendar.from_day(china_day(stop.end)))
        if resumed > last:
            moved.append(stop)
        last = resumed
    total = calendar.office_ms(calendar.closes(first)) - calendar.office_ms(opening)
    return Counted(
        at=_ends(last, calendar, switches),
        by_date=last,
        first_day=first,
        total_ms=total + extra_wd * calendar.day_ms,
        left_out=0,
        in_days=True,
        stops=tuple(moved),
    )


def _office(
    length: int, opening: int, start: datetime, calendar: Calendar, stops: Iterable[Stop]
) -> Counted:
    """Count office time from `opening` (an office_ms count)."""
    at = calendar.at_office_ms(opening + length)
    left_out = 0
    moved: list[Stop] = []
    for stop in stops:
        if stop.start > at:
            break
        begin = max(calendar.office_ms(max(stop.start, start)), opening)
        out = max(0, calendar.office_ms(stop.end) - begin)
        left_out += out
        at = max(calendar.at_office_ms(opening + length + left_out), _resumed(stop, calendar))
        if out:
            moved.append(stop)
    return Counted(
        at=at,
        by_date=china_day(at),
        first_day=china_day(calendar.at_office_ms(opening + 1)),
        total_ms=length,
        left_out=left_out // _MINUTE_MS,
        in_days=False,
        stops=tuple(moved),
    )


def _resumed(stop: Stop, calendar: Calendar) -> datetime:
    """Return the first moment at or after the end of a stop at which work can go on."""
    return stop.start if stop.end <= stop.start else calendar.next_opening(stop.end)


def back_from(
    at: datetime, office_ms: int, calendar: Calendar, stops: Iterable[Stop] = ()
) -> datetime:
    """Return the first moment at which no more than `office_ms` of counted time is left.

    Time inside a stop is not counted: a warning is never lost in it.
    """
    end = calendar.office_ms(at)
    target = end - office_ms
    for stop in reversed(tuple(stops)):
        stopped_to = min(calendar.office_ms(stop.end), end)
        stopped_from = calendar.office_ms(stop.start)
        if stopped_to <= target:
            break
        target -= max(0, stopped_to - stopped_from)
    return calendar.at_office_ms(target)
