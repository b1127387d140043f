"""Messages of departments' systems."""

from __future__ import annotations

from sqlalchemy import case, delete, func, select

from sync.server.db.department_tables import system_messages
from sync.server.db.rowwise import Rowwise, of
from sync.server.services.rows.departments import AlikeRow, SystemMessageRow

_MINUTE_MS = 60_000


class SqlDepartmentRows(Rowwise):
    """See services.ports.departments.DepartmentRows."""

    def keep(self, row: SystemMessageRow) -> None:
        """Keep what a message was worth."""
        self._add_new(system_messages, row)

    def alike(self, begin: int, end: int | None, late_ms: int) -> list[AlikeRow]:
        """Add up the messages that came between two moments."""
        own = system_messages.c
        span = (own.recv >= begin,) if end is None else (own.recv >= begin, own.recv < end)
        delay = case((own.recv > own.at, own.recv - own.at), else_=0)
        same = (own.dev, own.scope, own.verdict, own.code)
        each = (
            select(
                *same,
                case((delay > late_ms, 1), else_=0).label("late"),
                (delay // _MINUTE_MS).label("minute"),
                delay.label("delay"),
                own.recv,
            )
            .where(*span)
            .subquery()
        )
        alike = [each.c[name] for name in (*(c.name for c in same), "late", "minute")]
        figures = (func.count(), func.max(each.c.delay), func.max(each.c.recv))
        return self._all(AlikeRow, select(*alike, *figures).group_by(*alike))

    def between(self, begin: int, end: int) -> list[SystemMessageRow]:
        """Return the messages that came between two moments."""
        recv = system_messages.c.recv
        return self._all(
            SystemMessageRow,
            of(SystemMessageRow, system_messages).where(recv >= begin, recv < end),
        )

    def forget(self, before: int) -> int:
        """Drop the messages that came before a moment."""
        old = delete(system_messages).where(system_messages.c.recv < before)
        return int(self._connection.execute(old).rowcount)
