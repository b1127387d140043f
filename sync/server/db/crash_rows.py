"""Reports of faults of windows' programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select

from sync.server.db.crash_tables import crash_reports
from sync.server.db.rowwise import Rowwise, of
from sync.server.services.rows.crashes import CrashGroup, CrashRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement


class SqlCrashRows(Rowwise):
    """See services.ports.crashes.CrashRows."""

    def has(self, dev: str, id_: str) -> bool:
        """Say whether a window's report is here."""
        own = (crash_reports.c.dev == dev, crash_reports.c.id == id_)
        return self._one(CrashRow, crash_reports, *own) is not None

    def add(self, row: CrashRow) -> bool:
        """Keep a report; False where it is here already."""
        return self._add_once(crash_reports, row)

    def since(self, dev: str, since: int) -> int:
        """Return how many of a window's reports came since."""
        own = (crash_reports.c.dev == dev, crash_reports.c.recv >= since)
        counted = select(func.count()).select_from(crash_reports).where(*own)
        return int(self._connection.execute(counted).scalar_one())

    def groups(self, halls: Sequence[str] | None, limit: int) -> list[CrashGroup]:
        """Return the faults of these halls' windows, the newest first."""
        table = crash_reports.c
        came = func.max(table.recv)
        found = (
            select(
                table.fingerprint,
                table.version,
                func.max(table.kind),
                func.max(table.name),
                func.count(),
                func.sum(table.count),
                func.count(table.dev.distinct()),
                came,
            )
            .where(*_within(halls))
            .group_by(table.fingerprint, table.version)
            .order_by(came.desc(), table.fingerprint, table.version)
            .limit(limit)
        )
        rows = self._connection.execute(found)
        return [
            # PostgreSQL adds whole numbers up to a Decimal.
            CrashGroup(mark, version, kind, name, reports, int(times), windows, last)
            for mark, version, kind, name, reports, times, windows, last in rows
        ]

    def of_fault(
        self, halls: Sequence[str] | None, fingerprint: str, version: str, limit: int
    ) -> list[CrashRow]:
        """Return the reports of one fault, the newest first."""
        table = crash_reports.c
        wanted = [table.fingerprint == fingerprint, *_within(halls)]
        if version:
            wanted.append(table.version == version)
        own = of(CrashRow, crash_reports).where(*wanted)
        return self._all(CrashRow, own.order_by(table.recv.desc(), table.id).limit(limit))

    def count(self) -> int:
        """Return how many reports are here."""
        counted = select(func.count()).select_from(crash_reports)
        return int(self._connection.execute(counted).scalar_one())

    def forget(self, before: int) -> int:
        """Drop what came before; return how many."""
        old = delete(crash_reports).where(crash_reports.c.recv < before)
        return self._connection.execute(old).rowcount


def _within(halls: Sequence[str] | None) -> list[ColumnElement[bool]]:
    return [] if halls is None else [crash_reports.c.hall.in_(halls)]
