"""What the services ask of the database about faults of windows' programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sync.server.services.rows.crashes import CrashGroup, CrashRow


class CrashRows(Protocol):
    """Reports, each once for its window and id."""

    def has(self, dev: str, id_: str) -> bool:
        """Say whether a window's report is here."""

    def add(self, row: CrashRow) -> bool:
        """Keep a report; False where it is here already."""

    def since(self, dev: str, since: int) -> int:
        """Return how many of a window's reports came since."""

    def groups(self, halls: Sequence[str] | None, limit: int) -> list[CrashGroup]:
        """Return the faults of these halls' windows, of all for None; the newest first."""

    def of_fault(
        self, halls: Sequence[str] | None, fingerprint: str, version: str, limit: int
    ) -> list[CrashRow]:
        """Return the reports of one fault of a version, of any for ""; the newest first."""

    def count(self) -> int:
        """Return how many reports are here."""

    def forget(self, before: int) -> int:
        """Drop what came before; return how many."""
