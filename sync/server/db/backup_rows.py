"""Windows' own backups, as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select, tuple_

from sync.server.db.backup_tables import window_backups
from sync.server.db.rowwise import Rowwise, of
from sync.server.services.rows.backups import BackupRow

if TYPE_CHECKING:
    from collections.abc import Sequence

_T = window_backups.c


class SqlBackupRows(Rowwise):
    """See services.ports.backups.BackupRows."""

    def put(self, row: BackupRow) -> None:
        """Keep a backup's place, or write what was found of it when it was read again."""
        self._put(window_backups, row)

    def of(self, dev: str, inc: int) -> list[BackupRow]:
        """Return a device's backups up to an incarnation, the newest first."""
        own = of(BackupRow, window_backups).where(_T.dev == dev, _T.inc <= inc)
        return self._all(BackupRow, own.order_by(_T.inc.desc(), _T.n.desc()))

    def get(self, dev: str, inc: int, n: int) -> BackupRow | None:
        """Return one backup."""
        return self._one(BackupRow, window_backups, _T.dev == dev, _T.inc == inc, _T.n == n)

    def drop(self, rows: Sequence[BackupRow]) -> None:
        """Forget backups."""
        for row in rows:
            own = (_T.dev == row.dev, _T.inc == row.inc, _T.n == row.n)
            self._connection.execute(delete(window_backups).where(*own))

    def unchecked(self, before: int, limit: int) -> list[BackupRow]:
        """Return those that were not read since a moment, the longest ago first."""
        own = of(BackupRow, window_backups).where(_T.checked < before)
        return self._all(BackupRow, own.order_by(_T.checked, _T.dev, _T.n).limit(limit))

    def made_before(self, at: int, limit: int, after: BackupRow | None = None) -> list[BackupRow]:
        """Return those that came before a moment, the oldest first, from behind one of them on."""
        own, place = of(BackupRow, window_backups).where(_T.at < at), (_T.at, _T.dev, _T.inc, _T.n)
        if after is not None:
            own = own.where(tuple_(*place) > (after.at, after.dev, after.inc, after.n))
        return self._all(BackupRow, own.order_by(*place).limit(limit))

    def newest(self) -> tuple[int, int | None]:
        """Count the devices that have one; of their newest ones return when the oldest came."""
        last = select(func.max(_T.at).label("at")).group_by(_T.dev).subquery()
        row = self._connection.execute(select(func.count(), func.min(last.c.at)).select_from(last))
        count, oldest = row.one()
        return count, oldest

    def every(self) -> list[BackupRow]:
        """Return all, by device, incarnation and number."""
        own = of(BackupRow, window_backups)
        return self._all(BackupRow, own.order_by(_T.dev, _T.inc, _T.n))
