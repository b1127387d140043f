"""What the services ask of the database about a hall's queue and appointments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from sync.domain.bookings import Booking
    from sync.domain.tickets import Ticket
    from sync.server.services.rows.hall import HallActRow, QueueRow


class QueueRows(Protocol):
    """Numbers and appointments of the halls; a unit that writes them has taken the queue's lock."""

    def state(self, hall: str) -> QueueRow | None:
        """Return what a hall's next numbers go by."""

    def save_state(self, row: QueueRow) -> None:
        """Write it, and tell who listens that the hall's queue has moved."""

    def open_tickets(self, hall: str) -> list[Ticket]:
        """Return a hall's open numbers, of earlier days too."""

    def ticket(self, hall: str, day: str, number: str) -> Ticket | None:
        """Return one number."""

    def save_tickets(self, *tickets: Ticket) -> None:
        """Write numbers."""

    def recent(self, hall: str, day: str, limit: int) -> list[Ticket]:
        """Return the numbers that were called last, newest first."""

    def first_of(self, hall: str, case_no: str) -> Ticket | None:
        """Return the number with which a case's visitor was served first."""

    def booking(self, hall: str, number: str) -> Booking | None:
        """Return one appointment."""

    def bookings(self, hall: str, day: str) -> list[Booking]:
        """Return a day's appointments in order of their times."""

    def save_booking(self, booking: Booking) -> None:
        """Write an appointment."""

    def unkept(self, hall: str, before: int) -> list[Booking]:
        """Return the appointments of times before that nobody has kept or given back."""

    def forget(self, hall: str, before: str) -> int:
        """Empty the names and telephone numbers of the days before; return of how many."""

    def act(self, hall: str, id_: str) -> HallActRow | None:
        """Return an act that was made before."""

    def keep_act(self, row: HallActRow) -> None:
        """Keep an act, once."""
