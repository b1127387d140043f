"""Leases with their numbers, attachments, the console."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, delete, or_, select, tuple_, update

from sync.domain.number_rounds import most_room, room
from sync.server.db.engine import Overtaken
from sync.server.db.rowwise import Rowwise, of
from sync.server.db.tables import (
    access_log,
    attachments,
    block_pools,
    console_codes,
    console_sessions,
    device_heads,
    event_ids,
    leases,
    log,
    number_blocks,
    numbers_used,
    uploads,
)
from sync.server.services.ports.leases import HELD_MS
from sync.server.services.rows.console import AccessRow, ConsoleCodeRow, ConsoleSessionRow
from sync.server.services.rows.files import AttachmentRow, UploadRow
from sync.server.services.rows.leases import BlockRow, LeaseName, LeaseRow, UsedRow

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Column, ColumnElement, Connection


_BLOCK_OF = of(BlockRow, number_blocks).where(
    number_blocks.c.kind == bindparam("kind"),
    number_blocks.c.pool == bindparam("pool"),
    number_blocks.c.first <= bindparam("number"),
    number_blocks.c.last >= bindparam("number"),
)


def _within(kind: str, pool: str, first: int, last: int) -> tuple[ColumnElement[bool], ...]:
    held = number_blocks.c
    return (held.kind == kind, held.pool == pool, held.first <= last, held.last >= first)


class SqlLeaseRows(Rowwise):
    """See services.ports.leases.LeaseRows."""

    def __init__(self, connection: Connection, touched: set[str]) -> None:
        super().__init__(connection, touched)
        self._blocks: list[BlockRow] = []  # that this unit has met: numbers come one by one
        self._free: set[tuple[str, str]] = set()  # (kind, number) found unused
        self._spent: list[UsedRow] = []

    def flush(self) -> None:
        """Write which numbers were spent.

        Raises:
            Overtaken: another process has spent one of them since it was found unused.
        """
        spent, self._spent = self._spent, []
        if self._add_new(numbers_used, *spent) != len(spent):
            raise Overtaken

    def live(self, dev: str, inc: int) -> LeaseRow | None:
        """Return the live lease of a device."""
        own = (leases.c.dev == dev, leases.c.inc == inc, leases.c.live.is_(True))
        return self._one(LeaseRow, leases, *own)

    def by_hash(self, hash_: str) -> LeaseRow | None:
        """Return a lease, live or not."""
        return self._one(LeaseRow, leases, leases.c.hash == hash_)

    def names(self, devs: Iterable[str]) -> dict[str, list[str]]:
        """Return the ids of every lease that these devices ever had, by device."""
        held: dict[str, list[str]] = {}
        for lease in self._among(LeaseName, leases, dev=set(devs)):
            held.setdefault(lease.dev, []).append(lease.id)
        return held

    def replace(self, row: LeaseRow) -> None:
        """Make this the one live lease of its device."""
        own = (leases.c.dev == row.dev, leases.c.inc == row.inc, leases.c.live.is_(True))
        self._connection.execute(update(leases).where(*own).values(live=False))
        self._add(leases, row)

    def reserve(
        self, kind: str, pool: str, size: int, highest: int, now: int
    ) -> tuple[int, int] | None:
        """Draw the next `size` numbers that nobody holds; fewer, or None, where no more are."""
        # The pool is there before it is locked: of two that begin it, one waits for the other.
        begun = self._insert(block_pools).values(kind=kind, pool=pool, next=1)
        self._connection.execute(begun.on_conflict_do_nothing())
        where = (block_pools.c.kind == kind, block_pools.c.pool == pool)
        statement = select(block_pools.c.next).where(*where).with_for_update()
        start: int = self._connection.execute(statement).scalar_one()
        drawn = self._free_span(kind, pool, start, size, highest, now)
        if drawn is not None:
            moved = update(block_pools).where(*where).values(next=drawn[1] + 1)
            self._connection.execute(moved)
        return drawn

    def _free_span(
        self, kind: str, pool: str, start: int, size: int, highest: int, now: int
    ) -> tuple[int, int] | None:
        last = start + size - 1
        if last <= highest and not self.held(kind, pool, start, last):
            return start, last  # the first round, and most of any other
        open_, still = number_blocks.c.settled.is_(None), leases.c.exp > now
        apart = room(self._spans(kind, pool, or_(open_, still)), start, size, highest)
        if apart is not None:
            return apart
        kept = self._spans(kind, pool, and_(open_, leases.c.exp > now - HELD_MS))
        return room(kept, start, size, highest) or most_room(kept, size, highest)

    def _spans(self, kind: str, pool: str, held: ColumnElement[bool]) -> list[tuple[int, int]]:
        own = (number_blocks.c.kind == kind, number_blocks.c.pool == pool)
        joined = number_blocks.outerjoin(leases, leases.c.id == number_blocks.c.lease)
        asked = select(number_blocks.c.first, number_blocks.c.last).select_from(joined)
        return [(row[0], row[1]) for row in self._connection.execute(asked.where(*own, held))]

    def held(self, kind: str, pool: str, first: int, last: int) -> list[BlockRow]:
        """Return the blocks that have one of these numbers."""
        return self._all(
            BlockRow, of(BlockRow, number_blocks).where(*_within(kind, pool, first, last))
        )

    def pass_over(self, kind: str, pool: str, number: int) -> None:
        """Draw no number up to this one any more in this round."""
        begun = self._insert(block_pools).values(kind=kind, pool=pool, next=number + 1)
        self._connection.execute(begun.on_conflict_do_nothing())
        where = (block_pools.c.kind == kind, block_pools.c.pool == pool)
        behind = update(block_pools).where(*where, block_pools.c.next <= number)
        self._connection.execute(behind.values(next=number + 1))

    def add_block(self, row: BlockRow) -> None:
        """Keep who holds which numbers; a block drawn again after a full round changes hands."""
        self._blocks.clear()
        older = _within(row.kind, row.pool, row.first, row.last)
        self._connection.execute(delete(number_blocks).where(*older))
        self._add(number_blocks, row)

    def give_back(self, dev: str, inc: int, seq: int) -> None:
        """Note that a device gets others in place of the numbers it holds."""
        held = (number_blocks.c.settled.is_(None), number_blocks.c.given.is_(None))
        own = (number_blocks.c.dev == dev, number_blocks.c.inc == inc, *held)
        self._connection.execute(update(number_blocks).where(*own).values(given=seq))

    def returned(self, limit: int) -> list[BlockRow]:
        """Return blocks to settle."""
        chain = and_(
            device_heads.c.dev == number_blocks.c.dev, device_heads.c.inc == number_blocks.c.inc
        )
        due = (number_blocks.c.settled.is_(None), number_blocks.c.given <= device_heads.c.seq)
        statement = of(BlockRow, number_blocks).join(device_heads, chain).where(*due)
        return self._all(BlockRow, statement.limit(limit))

    def overdue(self, exp: int, limit: int) -> list[BlockRow]:
        """Return blocks that nobody gave back."""
        kept = (
            number_blocks.c.settled.is_(None),
            number_blocks.c.given.is_(None),
            number_blocks.c.told.is_(None),
        )
        statement = of(BlockRow, number_blocks).join(leases, leases.c.id == number_blocks.c.lease)
        return self._all(BlockRow, statement.where(*kept, leases.c.exp < exp).limit(limit))

    def settle(self, row: BlockRow, at: int) -> bool:
        """Mark a block as settled; False where another process was first."""
        return self._marked(row, number_blocks.c.settled, at)

    def tell(self, row: BlockRow, at: int) -> bool:
        """Mark a block as told of; False where another process was first."""
        return self._marked(row, number_blocks.c.told, at)

    def _marked(self, row: BlockRow, column: Column[Any], at: int) -> bool:
        own = (
            number_blocks.c.kind == row.kind,
            number_blocks.c.pool == row.pool,
            number_blocks.c.first == row.first,
            number_blocks.c.lease == row.lease,
        )
        statement = update(number_blocks).where(*own, column.is_(None)).values({column: at})
        return bool(self._connection.execute(statement).rowcount == 1)

    def brought(self, row: BlockRow, kinds: Iterable[str]) -> list[tuple[str | None, str]]:
        """Return (case number, body) of a device's events since it got a block."""
        line = and_(log.c.scope == event_ids.c.scope, log.c.n == event_ids.c.n)
        statement = (
            select(log.c.case_no, log.c.body)
            .select_from(event_ids.join(log, line))
            .where(
                event_ids.c.dev == row.dev,
                event_ids.c.inc == row.inc,
                event_ids.c.seq > row.since,
                log.c.kind.in_(list(kinds)),
            )
        )
        return [(found[0], found[1]) for found in self._connection.execute(statement)]

    def block_of(self, kind: str, pool: str, number: int) -> BlockRow | None:
        """Return the block that holds a number."""
        for block in self._blocks:
            if (block.kind, block.pool) == (kind, pool) and block.first <= number <= block.last:
                return block
        held = self._asked(BlockRow, _BLOCK_OF, kind=kind, pool=pool, number=number)
        found = next(iter(held), None)
        if found is not None:
            self._blocks.append(found)
        return found

    def use_number(self, kind: str, number: str, dev: str, event: str) -> bool:
        """Mark a number as used; False if another event used it."""
        self.know_numbers(kind, (number,))
        if (kind, number) not in self._free:
            return False
        self._free.remove((kind, number))
        self._spent.append(UsedRow(kind, number, dev, event))
        return True

    def know_numbers(self, kind: str, numbers: Iterable[str]) -> None:
        """Look at once which of several numbers are unused."""
        asked = {(kind, number) for number in numbers} - self._free
        asked -= {(spent.kind, spent.number) for spent in self._spent}
        if not asked:
            return
        wanted = (number for _, number in asked)
        found = self._among(UsedRow, numbers_used, {"kind": kind}, number=wanted)
        self._free |= asked.difference((used.kind, used.number) for used in found)


class SqlFileRows(Rowwise):
    """See services.ports.files.FileRows."""

    def add_upload(self, row: UploadRow) -> None:
        """Promise an upload."""
        self._add(uploads, row)

    def upload(self, id_: str) -> UploadRow | None:
        """Return a promised upload."""
        return self._one(UploadRow, uploads, uploads.c.id == id_)

    def drop_upload(self, id_: str) -> None:
        """Forget a promise that was kept."""
        self._connection.execute(delete(uploads).where(uploads.c.id == id_))

    def add(self, row: AttachmentRow) -> None:
        """Keep an attachment's place; the same one twice is kept once."""
        self._add_once(attachments, row)

    def get(self, case_no: str, sha256: str) -> AttachmentRow | None:
        """Return an attachment of a case."""
        own = (attachments.c.case_no == case_no, attachments.c.sha256 == sha256)
        return self._one(AttachmentRow, attachments, *own)

    def after(self, case_no: str, sha256: str, limit: int) -> list[AttachmentRow]:
        """Return attachments by case and hash, from behind this one on; ("", "") is the start."""
        place = (attachments.c.case_no, attachments.c.sha256)
        behind = of(AttachmentRow, attachments).where(tuple_(*place) > (case_no, sha256))
        return self._all(AttachmentRow, behind.order_by(*place).limit(limit))


class SqlConsoleRows(Rowwise):
    """See services.ports.console.ConsoleRows."""

    def add_code(self, row: ConsoleCodeRow) -> None:
        """Keep a single-use code."""
        self._add(console_codes, row)

    def take_code(self, hash_: str) -> ConsoleCodeRow | None:
        """Use a code up."""
        columns = of(ConsoleCodeRow, console_codes).selected_columns
        taken = delete(console_codes).where(console_codes.c.hash == hash_).returning(*columns)
        row = self._connection.execute(taken).first()
        return None if row is None else ConsoleCodeRow(*row)

    def save_session(self, row: ConsoleSessionRow) -> None:
        """Write a browser's session."""
        self._put(console_sessions, row)

    def session(self, hash_: str) -> ConsoleSessionRow | None:
        """Return a browser's session."""
        return self._one(ConsoleSessionRow, console_sessions, console_sessions.c.hash == hash_)

    def drop_sessions(self, dlg: str) -> None:
        """End the browsers that a card's session opened, and codes that it did not use yet."""
        self._connection.execute(delete(console_codes).where(console_codes.c.dlg == dlg))
        self._connection.execute(delete(console_sessions).where(console_sessions.c.dlg == dlg))

    def add_access(self, row: AccessRow) -> None:
        """Write down what a supervisor looked at."""
        self._add(access_log, row)

    def accesses(self, limit: int) -> list[AccessRow]:
        """Return the newest lines of the access log."""
        return self._all(
            AccessRow, of(AccessRow, access_log).order_by(access_log.c.id.desc()).limit(limit)
        )

    def looks(self, what: str, subject: str, limit: int) -> list[AccessRow]:
        """Return the newest looks at one thing."""
        own = of(AccessRow, access_log).where(
            access_log.c.subject == subject, access_log.c.what == what
        )
        return self._all(AccessRow, own.order_by(access_log.c.id.desc()).limit(limit))
