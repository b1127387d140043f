"""Appointments at a window: looked at, given, moved, taken back, kept (TM20, TM24, TM25).

All of it by the centre, which alone knows what room is left: without the line nothing is given.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from client.app.rows.queue import BookingRow, BookingsView, ServiceRow, SlotRow
from sync.domain.bookings import BookingState, is_extended
from sync.domain.calendar import CHINA, china_day
from sync.domain.fields import moment_of, ms_of
from sync.proof.keys import new_id
from sync.protocol.hall_messages import BookingAnswer, BookingCall, BookingsAnswer, BookingsCall

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from client.app.ports.hall import HallLine
    from client.app.session.workplace import Workplace
    from sync.domain.bookings import Booking
    from sync.domain.policy import PolicyBook

_MINUTE_MS = 60_000


class Appointments:
    """One department's appointments, day by day; each call needs an open session and the line."""

    def __init__(self, place: Callable[[], Workplace], line: HallLine) -> None:
        self._place = place
        self._line = line

    async def view(
        self, day: date | None = None, department: str = "", dev: str = ""
    ) -> BookingsView:
        """Return a day's times and who has them; without more, today and one's own department.

        Args:
            day: which day.
            department: with whom.
            dev: device of the one window whose times are wanted, "" any of the department.

        Raises:
            LineFailure: the line, or the centre's refusal.
        """
        place = self._place()
        book = await place.on_store(place.store.policy_book)
        own = {d.code: d.name for d in book.departments.values() if d.hall == place.session.hall}
        department = department or place.session.department
        if department not in own:
            department = next(iter(own), "")
        wanted = day or china_day(place.now())
        hall = place.session.hall
        counters = {
            each.dev: each.label
            for each in book.devices.values()
            if each.hall == hall and each.closed_at is None
        }
        dev = dev if dev in counters else ""
        answer = await self._look(wanted, department, dev)
        if day is None and answer.days and wanted.isoformat() not in answer.days:
            wanted = date.fromisoformat(answer.days[0])  # today is a day off
            answer = await self._look(wanted, department, dev)
        rule, calendar = book.queue_rule(hall), place.rules().calendars.of_hall(hall)
        earliest = answer.t + rule.lead_min * _MINUTE_MS
        return BookingsView(
            days=tuple(date.fromisoformat(each) for each in answer.days),
            day=wanted,
            department=department,
            slots=tuple(
                SlotRow(
                    _moment(s.start),
                    s.room,
                    s.taken,
                    s.left > 0 and s.start >= earliest,
                    is_extended(rule, calendar, s.start),
                )
                for s in answer.slots
            ),
            bookings=tuple(_row(book, each) for each in answer.bookings),
            departments=tuple(own.items()),
            dev=dev,
            counters=tuple(sorted(counters.items(), key=lambda each: each[1])),
            service=tuple(ServiceRow(each.days, each.begins, each.ends) for each in rule.service),
        )

    async def book(
        self,
        start: datetime,
        department: str,
        name: str,
        phone: str,
        *,
        dev: str = "",
        fast: bool = False,
    ) -> BookingRow:
        """Give an appointment.

        Args:
            start: its time.
            department: with whom.
            name: of the applicant.
            phone: his.
            dev: device of the one window that it is with, "" any of the department.
            fast: on the green channel: called before others of its time.

        Raises:
            LineFailure: the line, or booking.full, booking.twice, booking.no_slot,
                booking.malformed.
        """
        more = {"department": department, "name": name, "phone": phone, "dev": dev, "fast": fast}
        return await self._act("book", start=ms_of(start), **more)

    async def move(self, number: str, start: datetime, dev: str = "") -> BookingRow:
        """Give an appointment another time, with one window or any of the department.

        Raises:
            LineFailure: as `book`, and booking.over.
        """
        return await self._act("move", number=number, start=ms_of(start), dev=dev)

    async def cancel(self, number: str) -> BookingRow:
        """Take an appointment back; raises LineFailure: the line, or booking.over."""
        return await self._act("cancel", number=number)

    async def arrive(self, number: str) -> BookingRow:
        """Let its applicant in: the row's `ticket` is his number.

        Raises:
            LineFailure: the line, or booking.over, booking.other_day, booking.too_late.
        """
        return await self._act("arrive", number=number)

    # ------------------------------------------------------------ inside

    async def _look(self, day: date, department: str, dev: str) -> BookingsAnswer:
        call = BookingsCall(day=day.isoformat(), department=department, dev=dev)
        return await self._line.hall("/v1/bookings/look", BookingsAnswer, call)

    async def _act(self, what: str, **more: Any) -> BookingRow:
        place = self._place()
        call = BookingCall(id=new_id(), act=what, **more)  # type: ignore[arg-type]  # the words above
        answer = await self._line.hall("/v1/bookings/act", BookingAnswer, call)
        return _row(await place.on_store(place.store.policy_book), answer.booking)


def _row(book: PolicyBook, booking: Booking) -> BookingRow:
    window = book.devices.get(booking.dev)
    return BookingRow(
        number=booking.number,
        start=_moment(booking.start),
        name=booking.name,
        phone=booking.phone,
        state=booking.state.value,
        counter=window.label if window else "",
        ticket=booking.ticket,
        code=booking.code,
        live=booking.state is BookingState.BOOKED,
        dev=booking.dev,
        fast=booking.fast,
    )


def _moment(ms: int) -> datetime:
    return moment_of(ms).astimezone(CHINA)
