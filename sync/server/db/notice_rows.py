"""The outbox of short messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import or_, select, update

from sync.server.db.rowwise import Rowwise, of
from sync.server.db.tables import notices
from sync.server.services.rows.notices import NoticeRow

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement


class SqlNoticeRows(Rowwise):
    """See services.ports.notices.NoticeRows."""

    def keep(self, row: NoticeRow) -> None:
        """Keep a message to be sent; the same event tells a person once."""
        self._add_once(notices, row)

    def take(self, now: int, before: int, limit: int) -> list[NoticeRow]:
        """Take messages that nobody has taken since `before`, oldest first."""
        free = or_(notices.c.taken.is_(None), notices.c.taken < before)
        waiting = (
            of(NoticeRow, notices)
            .where(notices.c.sent.is_(None), free)
            .order_by(notices.c.at)
            .limit(limit)
        )
        return [row for row in self._all(NoticeRow, waiting) if self._taken(row, free, now)]

    def settle(self, row: NoticeRow, sent: int, via: str) -> None:
        """Write down that a message went, and by which way."""
        self._connection.execute(update(notices).where(*_own(row)).values(sent=sent, via=via))

    def of_case(self, case_no: str) -> list[NoticeRow]:
        """Return the messages about a case, oldest first."""
        own = of(NoticeRow, notices).where(notices.c.case_no == case_no)
        return self._all(NoticeRow, own.order_by(notices.c.at))

    def waiting(self) -> bool:
        """Say whether anything is unsent."""
        unsent = select(notices.c.event).where(notices.c.sent.is_(None)).limit(1)
        return self._connection.execute(unsent).first() is not None

    def _taken(self, row: NoticeRow, free: ColumnElement[bool], now: int) -> bool:
        """Mark a message as taken; False where another process was first."""
        statement = update(notices).where(*_own(row), free).values(taken=now)
        return bool(self._connection.execute(statement).rowcount == 1)


def _own(row: NoticeRow) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return notices.c.event == row.event, notices.c.person == row.person
