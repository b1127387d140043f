"""Numbers and appointments of the halls."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import update

from sync.domain.bookings import Booking, BookingState
from sync.domain.tickets import OPEN, QUEUE, Ticket, TicketState
from sync.server.db.hall_tables import bookings, hall_acts, queues, tickets
from sync.server.db.rowwise import Rowwise, of
from sync.server.services.rows.hall import HallActRow, QueueRow

if TYPE_CHECKING:
    from sqlalchemy import Connection, Select


class SqlQueueRows(Rowwise):
    """See services.ports.hall.QueueRows."""

    def __init__(self, connection: Connection, touched: set[str], stirred: dict[str, int]) -> None:
        super().__init__(connection, touched)
        self._stirred = stirred

    def state(self, hall: str) -> QueueRow | None:
        """Return what a hall's next numbers go by."""
        return self._one(QueueRow, queues, queues.c.hall == hall)

    def save_state(self, row: QueueRow) -> None:
        """Write it, and tell who listens."""
        self._put(queues, row)
        self._stirred[f"{QUEUE}{row.hall}"] = row.rev

    def open_tickets(self, hall: str) -> list[Ticket]:
        """Return a hall's open numbers."""
        own = of(Ticket, tickets).where(tickets.c.hall == hall, tickets.c.state.in_(sorted(OPEN)))
        return self._tickets(own.order_by(tickets.c.day, tickets.c.drawn, tickets.c.number))

    def ticket(self, hall: str, day: str, number: str) -> Ticket | None:
        """Return one number."""
        own = of(Ticket, tickets).where(
            tickets.c.hall == hall, tickets.c.day == day, tickets.c.number == number
        )
        return next(iter(self._tickets(own)), None)

    def save_tickets(self, *rows: Ticket) -> None:
        """Write numbers."""
        self._put(tickets, *(_plain(row) for row in rows))

    def recent(self, hall: str, day: str, limit: int) -> list[Ticket]:
        """Return the numbers that were called last."""
        own = of(Ticket, tickets).where(
            tickets.c.hall == hall, tickets.c.day == day, tickets.c.called > 0
        )
        return self._tickets(own.order_by(tickets.c.called.desc(), tickets.c.number).limit(limit))

    def first_of(self, hall: str, case_no: str) -> Ticket | None:
        """Return the number with which a case's visitor was served first."""
        own = of(Ticket, tickets).where(
            tickets.c.hall == hall, tickets.c.case == case_no, tickets.c.first_counter != ""
        )
        return next(iter(self._tickets(own.order_by(tickets.c.served).limit(1))), None)

    def booking(self, hall: str, number: str) -> Booking | None:
        """Return one appointment."""
        own = of(Booking, bookings).where(bookings.c.hall == hall, bookings.c.number == number)
        return next(iter(self._bookings(own)), None)

    def bookings(self, hall: str, day: str) -> list[Booking]:
        """Return a day's appointments."""
        own = of(Booking, bookings).where(bookings.c.hall == hall, bookings.c.day == day)
        return self._bookings(own.order_by(bookings.c.start, bookings.c.number))

    def save_booking(self, booking: Booking) -> None:
        """Write an appointment."""
        self._put(bookings, _plain(booking))

    def unkept(self, hall: str, before: int) -> list[Booking]:
        """Return the appointments that nobody has kept or given back."""
        own = of(Booking, bookings).where(
            bookings.c.hall == hall,
            bookings.c.start < before,
            bookings.c.state == BookingState.BOOKED.value,
        )
        return self._bookings(own)

    def forget(self, hall: str, before: str) -> int:
        """Empty the names and telephone numbers of the days before."""
        old = update(bookings).where(
            bookings.c.hall == hall, bookings.c.day < before, bookings.c.phone != ""
        )
        return int(self._connection.execute(old.values(name="", phone="", code="")).rowcount)

    def act(self, hall: str, id_: str) -> HallActRow | None:
        """Return an act that was made before."""
        return self._one(HallActRow, hall_acts, hall_acts.c.hall == hall, hall_acts.c.id == id_)

    def keep_act(self, row: HallActRow) -> None:
        """Keep an act, once."""
        self._add_once(hall_acts, row)

    def _tickets(self, statement: Select[Any]) -> list[Ticket]:
        rows = self._all(Ticket, statement)
        return [replace(row, state=TicketState(row.state)) for row in rows]

    def _bookings(self, statement: Select[Any]) -> list[Booking]:
        rows = self._all(Booking, statement)
        return [replace(row, state=BookingState(row.state)) for row in rows]


def _plain(row: Ticket | Booking) -> Any:
    """Return a row whose state is the plain text that every driver takes."""
    return replace(row, state=str(row.state))  # type: ignore[arg-type]  # read back as what it is
