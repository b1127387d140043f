"""What the services ask of the database about departments' systems."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from sync.server.services.rows.departments import AlikeRow, SystemMessageRow


class DepartmentRows(Protocol):
    """Messages of departments' systems."""

    def keep(self, row: SystemMessageRow) -> None:
        """Keep what a message was worth; the same one in the same moment once."""

    def alike(self, begin: int, end: int | None, late_ms: int) -> list[AlikeRow]:
        """Add up the messages that came from a moment on and before another, if it is given."""

    def between(self, begin: int, end: int) -> list[SystemMessageRow]:
        """Return the messages that came from a moment on and before another, in no order."""

    def forget(self, before: int) -> int:
        """Drop the messages that came before a moment; return how many."""
