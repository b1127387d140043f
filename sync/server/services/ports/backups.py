"""What the services ask of the database about windows' own backups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sync.server.services.rows.backups import BackupRow


class BackupRows(Protocol):
    """Which backups of which window are kept."""

    def put(self, row: BackupRow) -> None:
        """Keep a backup's place, or write what was found of it when it was read again."""

    def of(self, dev: str, inc: int) -> list[BackupRow]:
        """Return a device's backups up to an incarnation, the newest first."""

    def get(self, dev: str, inc: int, n: int) -> BackupRow | None:
        """Return one backup."""

    def drop(self, rows: Sequence[BackupRow]) -> None:
        """Forget backups."""

    def unchecked(self, before: int, limit: int) -> list[BackupRow]:
        """Return those that were not read since a moment, the longest ago first."""

    def made_before(self, at: int, limit: int, after: BackupRow | None = None) -> list[BackupRow]:
        """Return those that came before a moment, the oldest first, from behind one of them on."""

    def newest(self) -> tuple[int, int | None]:
        """Count the devices that have one; of their newest ones return when the oldest came."""

    def every(self) -> list[BackupRow]:
        """Return all, by device, incarnation and number."""
