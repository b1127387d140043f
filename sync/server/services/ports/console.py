"""What the services ask of the database about the console."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from sync.server.services.rows.console import AccessRow, ConsoleCodeRow, ConsoleSessionRow


class ConsoleRows(Protocol):
    """Browsers of supervisors, and what they looked at."""

    def add_code(self, row: ConsoleCodeRow) -> None:
        """Keep a single-use code."""

    def take_code(self, hash_: str) -> ConsoleCodeRow | None:
        """Use a code up."""

    def save_session(self, row: ConsoleSessionRow) -> None:
        """Write a browser's session."""

    def session(self, hash_: str) -> ConsoleSessionRow | None:
        """Return a browser's session."""

    def drop_sessions(self, dlg: str) -> None:
        """End the browsers that a card's session opened, and codes that it did not use yet."""

    def add_access(self, row: AccessRow) -> None:
        """Write down what a supervisor looked at."""

    def accesses(self, limit: int) -> list[AccessRow]:
        """Return the newest lines of the access log."""

    def looks(self, what: str, subject: str, limit: int) -> list[AccessRow]:
        """Return the newest looks at one thing."""
