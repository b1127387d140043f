"""What the services ask of the database about short messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from sync.server.services.rows.notices import NoticeRow


class NoticeRows(Protocol):
    """The outbox of short messages."""

    def keep(self, row: NoticeRow) -> None:
        """Keep a message to be sent; the same event tells a person once."""

    def take(self, now: int, before: int, limit: int) -> list[NoticeRow]:
        """Take messages that nobody has taken since `before`, oldest first."""

    def settle(self, row: NoticeRow, sent: int, via: str) -> None:
        """Write down that a message went, and by which way."""

    def of_case(self, case_no: str) -> list[NoticeRow]:
        """Return the messages about a case, oldest first."""

    def waiting(self) -> bool:
        """Say whether anything is unsent."""
