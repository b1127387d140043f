"""What the services ask of the database about departments' systems."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sync.server.services.rows.departments import SystemMessageRow


class DepartmentRows(Protocol):
    """Messages of departments' systems."""

    def keep(self, row: SystemMessageRow) -> None:
        """Keep what a message was worth; the same one in the same moment once."""

    def since(self, scopes: Sequence[str], at: int) -> list[SystemMessageRow]:
        """Return the messages of these scopes that came at a moment or later, in no order."""

    def between(self, begin: int, end: int) -> list[SystemMessageRow]:
        """Return the messages that came from a moment on and before another, in no order."""

    def forget(self, before: int) -> int:
        """Drop the messages that came before a moment; return how many."""
