"""Messages of departments' systems."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete

from sync.server.db.department_tables import system_messages
from sync.server.db.rowwise import Rowwise, of
from sync.server.services.rows.departments import SystemMessageRow

if TYPE_CHECKING:
    from collections.abc import Sequence


class SqlDepartmentRows(Rowwise):
    """See services.ports.departments.DepartmentRows."""

    def keep(self, row: SystemMessageRow) -> None:
        """Keep what a message was worth."""
        self._add_new(system_messages, row)

    def since(self, scopes: Sequence[str], at: int) -> list[SystemMessageRow]:
        """Return the messages of these scopes since a moment."""
        own = of(SystemMessageRow, system_messages).where(
            system_messages.c.recv >= at, system_messages.c.scope.in_(sorted(scopes))
        )
        return self._all(SystemMessageRow, own)

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
