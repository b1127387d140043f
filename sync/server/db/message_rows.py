"""The outbox of the channels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, bindparam, select, update

from sync.server.db.message_tables import messages
from sync.server.db.rowwise import Rowwise, of
from sync.server.services.rows.messages import MessageRow, MessageState

if TYPE_CHECKING:
    from sqlalchemy import Connection

_ENDED = (MessageState.SENT.value, MessageState.DELIVERED.value, MessageState.FAILED.value)
_STILL_SENDING = f"messages.state = '{MessageState.SENDING.value}'"
# Asked at each look, and in the order of their index: what waits for one morning is never sorted.
_DUE = (messages.c.next.is_not(None), messages.c.next <= bindparam("now", type_=BigInteger))
_WAITING = select(messages.c.id).where(*_DUE).limit(1)
_FIRST = (
    of(MessageRow, messages)
    .where(*_DUE)
    .order_by(messages.c.next, messages.c.at)
    .limit(bindparam("most"))
)


class SqlMessageRows(Rowwise):
    """See services.ports.messages.MessageRows.

    What one unit keeps is held back and written at once: a push of a hundred steps tells of twenty.
    """

    def __init__(self, connection: Connection, touched: set[str]) -> None:
        super().__init__(connection, touched)
        self._kept: dict[str, MessageRow] = {}

    def flush(self) -> None:
        """Write the messages that were held back, but for those that are there."""
        kept, self._kept = self._kept, {}
        self._add_new(messages, *kept.values())

    def keep(self, row: MessageRow) -> None:
        """Keep a message to be sent; the same id is kept once."""
        self._kept.setdefault(row.id, row)

    def take(self, now: int, until: int, limit: int) -> list[MessageRow]:
        """Take messages whose time has come, oldest first, marked as being sent."""
        self.flush()
        found = self._asked(MessageRow, _FIRST, now=now, most=limit)
        taken = self._taken([row.id for row in found], now, until)
        return [row for row in found if row.id in taken]

    def save(self, row: MessageRow) -> None:
        """Write down what became of a message."""
        self.flush()
        self._put(messages, row)

    def settle(self, *rows: MessageRow) -> None:
        """Write down what became of messages, unless a gateway's own report was faster."""
        self.flush()
        self._put_where(messages, _STILL_SENDING, *rows)

    def get(self, id_: str) -> MessageRow | None:
        """Return one message."""
        self.flush()
        return next(iter(self._found(MessageRow, messages, id=id_)), None)

    def of_case(self, case_no: str) -> list[MessageRow]:
        """Return the messages about a case (or a report, by its id), oldest first."""
        self.flush()
        own = of(MessageRow, messages).where(messages.c.case_no == case_no)
        return self._all(MessageRow, own.order_by(messages.c.at, messages.c.id))

    def waiting(self, now: int) -> bool:
        """Say whether a message's time has come."""
        self.flush()
        return bool(self._asked(str, _WAITING, now=now))

    def forget(self, before: int) -> int:
        """Empty the addresses and words of messages that ended before; return of how many."""
        self.flush()
        old = update(messages).where(
            messages.c.at < before, messages.c.address != "", messages.c.state.in_(_ENDED)
        )
        return int(self._connection.execute(old.values(address="", text="")).rowcount)

    def _taken(self, ids: list[str], now: int, until: int) -> frozenset[str]:
        """Mark messages as being sent; return those that no other process has taken meanwhile."""
        due = (messages.c.next.is_not(None), messages.c.next <= now)
        sending = update(messages).where(messages.c.id.in_(ids), *due)
        sending = sending.values(
            state=MessageState.SENDING.value, next=until, tries=messages.c.tries + 1
        )
        return frozenset(self._connection.execute(sending.returning(messages.c.id)).scalars())
