"""Appointments: which times a hall offers, what one takes of them, what becomes of it. Pure.

Times follow the hall's calendar, none on a day off, none across the lunch break, and the hours of
service that it has beyond it (延时服务). How many are
given at one time is the rule's capacity (预约服务, TM20, TM24, TM25). Only the centre gives them,
under the hall's lock: a window without the line may look and may not book.
"""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003  (members are read by these types)
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from sync.domain.calendar import CHINA, china_day
from sync.domain.fields import moment_of, ms_of
from sync.domain.service_hours import extended_on, serves_at
from sync.domain.tickets import QueueFailure

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from sync.domain.calendar import Calendar
    from sync.domain.queue_rule import QueueRule

_MINUTE_MS = 60_000

BOOKING_CODES: Mapping[str, str] = {
    "booking.full": "this time is given to others already",
    "booking.no_slot": "no appointments are given at this time",
    "booking.twice": "this telephone number has an appointment with the department that day",
    "booking.unknown": "no such appointment, or another check code",
    "booking.over": "this appointment is used, cancelled or missed",
    "booking.other_day": "an appointment is kept on its own day",
    "booking.too_late": "its time is over by more than the rule's grace: draw a number",
    "booking.malformed": "a name or telephone number is missing or wrong",
}


class BookingState(StrEnum):
    """What became of an appointment."""

    BOOKED = "booked"
    ARRIVED = "arrived"
    CANCELLED = "cancelled"
    MISSED = "missed"  # 爽约


@dataclass(frozen=True, slots=True)
class Booking:
    """One appointment. Times are ms UTC; "" and 0 mean: none, any, not yet.

    Args:
        number: `YYMMDD-NNN`, counted through the day for which it was first made.
        day: YYYY-MM-DD in China; `start` lies in it.
        department: with whom.
        dev: device of the one window that it is with, "" for any of the department.
        item: catalogue code of what it is about.
        name, phone: of the applicant; emptied when the rule's days are over.
        fast: on the green channel.
        code: what whoever made it over the public page shows to change it.
        made_by: roster id of the clerk; "" the applicant himself.
        changes: how often it was moved.
        ticket: the number drawn at arrival.
    """

    hall: str
    day: str
    number: str
    start: int
    department: str
    state: BookingState
    dev: str = ""
    item: str = ""
    name: str = ""
    phone: str = ""
    fast: bool = False
    code: str = ""
    made: int = 0
    made_by: str = ""
    changes: int = 0
    ticket: str = ""


@dataclass(frozen=True, slots=True)
class Slot:
    """One time that is offered: how many places it has, and how many are taken."""

    start: int
    end: int
    room: int
    taken: int

    @property
    def left(self) -> int:
        """Return how many places are left."""
        return max(0, self.room - self.taken)


def days_offered(rule: QueueRule, calendar: Calendar, now: int) -> tuple[date, ...]:
    """Return the days for which appointments are given, today's first if it is one.

    Working days up to the horizon, and between them those with hours of service only.
    """
    today = china_day(moment_of(now))
    first = calendar.from_day(today)
    ahead = rule.horizon_wd if first == today else rule.horizon_wd - 1
    if not rule.service:
        return tuple(calendar.after(first, count) for count in range(ahead + 1))
    last = calendar.after(first, max(ahead, 0))
    span = (today + timedelta(days=n) for n in range((last - today).days + 1))
    return tuple(
        day for day in span if calendar.is_working(day) or extended_on(rule.service, calendar, day)
    )


def slots(  # what a time is offered by
    rule: QueueRule,
    calendar: Calendar,
    day: date,
    taken: Iterable[Booking],
    department: str,
    *,
    dev: str = "",
) -> tuple[Slot, ...]:
    """Return the times of a day, full ones and past ones too; none on a day without service.

    Of `taken`, the day's appointments, other departments' and those given back are passed over.
    """
    hours = [*calendar.hours] if calendar.is_working(day) else []
    hours += extended_on(rule.service, calendar, day)
    counts: dict[int, int] = {}
    for booking in taken:
        if _takes_room(booking, department, dev):
            counts[booking.start] = counts.get(booking.start, 0) + 1
    midnight = ms_of(datetime(day.year, day.month, day.day, tzinfo=CHINA))
    return tuple(
        Slot(start, start + rule.slot_min * _MINUTE_MS, room, counts.get(start, 0))
        for opens, closes in sorted(hours)
        for minute in range(opens, closes - rule.slot_min + 1, rule.slot_min)
        for start, room in ((midnight + minute * _MINUTE_MS, rule.room(department, dev)),)
    )


def is_extended(rule: QueueRule, calendar: Calendar, start: int) -> bool:
    """Say whether a time lies in the hours of service beyond office hours."""
    return serves_at(rule.service, calendar, moment_of(start))


def since_of(booking: Booking, rule: QueueRule) -> int:
    """Return an appointment's place among those who wait: its time.

    One on the green channel stands a time earlier, so before all others of its own (TM20, TM21).
    """
    return booking.start - (rule.slot_min * _MINUTE_MS if booking.fast else 0)


def check(
    rule: QueueRule, calendar: Calendar, wanted: Booking, taken: Iterable[Booking], now: int
) -> None:
    """Say whether an appointment can be given among those of its day.

    Of `taken`, the appointments of that day, the one that is being moved is passed over.

    Raises:
        QueueFailure: booking.malformed, booking.no_slot, booking.full, booking.twice.
    """
    if not wanted.name or not wanted.phone:
        raise QueueFailure("booking.malformed")
    others = [each for each in taken if each.number != wanted.number]
    day = china_day(moment_of(wanted.start))
    if day not in days_offered(rule, calendar, now) or wanted.day != day.isoformat():
        raise QueueFailure("booking.no_slot")
    for dev in dict.fromkeys(("", wanted.dev)):
        offered = slots(rule, calendar, day, others, wanted.department, dev=dev)
        slot = next((each for each in offered if each.start == wanted.start), None)
        if slot is None or slot.start < now + rule.lead_min * _MINUTE_MS:
            raise QueueFailure("booking.no_slot")
        if not slot.left:
            raise QueueFailure("booking.full")
    if any(_takes_room(each, wanted.department) and each.phone == wanted.phone for each in others):
        raise QueueFailure("booking.twice")


def moved(booking: Booking, start: int, dev: str) -> Booking:
    """Return an appointment at another time; `check` says whether it can be had.

    Raises:
        QueueFailure: booking.over.
    """
    day = china_day(moment_of(start)).isoformat()
    changes = still_open(booking).changes + 1
    return replace(booking, start=start, day=day, dev=dev, changes=changes)


def cancelled(booking: Booking) -> Booking:
    """Return an appointment given back: its place is free again.

    Raises:
        QueueFailure: booking.over.
    """
    return replace(still_open(booking), state=BookingState.CANCELLED)


def arrived(booking: Booking, rule: QueueRule, now: int) -> Booking:
    """Return an appointment whose applicant is here; its number has the preference.

    Raises:
        QueueFailure: booking.over, booking.other_day, booking.too_late.
    """
    still_open(booking)
    if booking.day != china_day(moment_of(now)).isoformat():
        raise QueueFailure("booking.other_day", day=booking.day)
    if now > booking.start + rule.grace_min * _MINUTE_MS:
        raise QueueFailure("booking.too_late", minutes=rule.grace_min)
    return replace(booking, state=BookingState.ARRIVED)


def missed(booking: Booking, rule: QueueRule, now: int) -> bool:
    """Say whether nobody came and nobody can any more."""
    late = now > booking.start + rule.grace_min * _MINUTE_MS
    return booking.state is BookingState.BOOKED and late


def forgotten(booking: Booking) -> Booking:
    """Return an appointment without the person that it was for (PIPL Art. 19)."""
    return replace(booking, name="", phone="", code="")


def forget_before(rule: QueueRule, today: date) -> str:
    """Return the first day whose appointments still name their applicants."""
    return (today - timedelta(days=rule.keep_days)).isoformat()


def still_open(booking: Booking) -> Booking:
    """Return an appointment that can still be changed.

    Raises:
        QueueFailure: booking.over.
    """
    if booking.state is not BookingState.BOOKED:
        raise QueueFailure("booking.over", number=booking.number)
    return booking


def _takes_room(booking: Booking, department: str, dev: str = "") -> bool:
    """Say whether an appointment takes a place of a department's, or of one of its windows'."""
    here = booking.department == department and (not dev or booking.dev == dev)
    return here and booking.state is not BookingState.CANCELLED
