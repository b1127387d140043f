"""The hall's queue and appointments, as the presenters need them: `client.app.hall` fits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import date, datetime

    from client.app.rows.cases import PaperRow
    from client.app.rows.filings import FilingsView, Registered
    from client.app.rows.letters import LetterRow
    from client.app.rows.queue import BookingRow, BookingsView, QueueView


class HallQueue(Protocol):
    """Numbers drawn and called."""

    async def view(self) -> QueueView:
        """Return the queue as it stands."""

    async def act(self, what: str, number: str = "", **more: str) -> tuple[QueueView, str]:
        """Do one act; return the queue afterwards and the number that it was about."""

    async def slip(self, number: str) -> PaperRow:
        """Make the slip of a number."""


class Appointments(Protocol):
    """Times given and kept."""

    async def view(
        self, day: date | None = None, department: str = "", dev: str = ""
    ) -> BookingsView:
        """Return a day's times and who has them; with `dev` one window's."""

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
        """Give an appointment."""

    async def move(self, number: str, start: datetime, dev: str = "") -> BookingRow:
        """Give it another time, with one window or any."""

    async def cancel(self, number: str) -> BookingRow:
        """Take it back."""

    async def arrive(self, number: str) -> BookingRow:
        """Let its applicant in."""


class Filings(Protocol):
    """Online filings taken up."""

    async def view(self) -> FilingsView:
        """Return the filings that this hall owes an answer."""

    async def page(self, number: str, sha256: str) -> tuple[int, int, bytes]:
        """Return a file's first page, to be looked at."""

    async def register(self, number: str) -> Registered:
        """Register a filing as a case, with its files ready to be received."""

    async def settle(self) -> int:
        """Tell the centre which cases filings became; return how many it does not know yet."""

    async def lacks(self, number: str, text: str) -> None:
        """Tell the applicant once what is missing."""

    async def release(self, number: str) -> None:
        """Give a filing back to the other windows."""


class Letters(Protocol):
    """Letters of applicants answered."""

    async def waiting(self) -> tuple[LetterRow, ...]:
        """Return the letters that wait for this person, the most pressing first."""

    async def answer(self, number: str, text: str) -> tuple[LetterRow, ...]:
        """Answer one; return those that still wait."""
