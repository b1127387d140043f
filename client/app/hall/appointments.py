"""Appointments at a window: looked at, given, moved, taken back, kept (TM20, TM24, TM25).

All of it by the centre, which alone knows what room is left: without the line nothing is given.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from client.app.rows.queue import BookingRow, BookingsView, SlotRow
from sync.domain.bookings import BookingState
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

    async def view(self, day: date | None = None, department: str = "") -> BookingsView:
        """Return a day's times and who has them; without more, today and one's own department.

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
        answer = await self._look(wanted, department)
        if day is None and answer.days and wanted.isoformat() not in answer.days:
            wanted = date.fromisoformat(answer.days[0])  # today is a day off
            answer = await self._look(wanted, department)
        earliest = answer.t + book.queue_rule(place.session.hall).lead_min * _MINUTE_MS
        return BookingsView(
            days=tuple(date.fromisoformat(each) for each in answer.days),
            day=wanted,
            department=department,
            slots=tuple(
                SlotRow(_moment(s.start), s.room, s.taken, s.left > 0 and s.start >= earliest)
                for s in answer.slots
            ),
            bookings=tuple(_row(book, each) for each in answer.bookings),
            departments=tuple(own.items()),
        )

    async def book(self, start: datetime, department: str, name: str, phone: str) -> BookingRow:
        """Give an appointment.

        Raises:
            LineFailure: the line, or booking.full, booking.twice, booking.no_slot,
                booking.malformed.
        """
        more = {"department": department, "name": name, "phone": phone}
        return await self._act("book", start=ms_of(start), **more)

    async def move(self, number: str, start: datetime) -> BookingRow:
        """Give an appointment another time; raises LineFailure as `book`, and booking.over."""
        return await self._act("move", number=number, start=ms_of(start))

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

    async def _look(self, day: date, department: str) -> BookingsAnswer:
        call = BookingsCall(day=day.isoformat(), department=department)
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
    )


def _moment(ms: int) -> datetime:
    return moment_of(ms).astimezone(CHINA)
