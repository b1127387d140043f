"""The one writer of this process, with group commit, and the readers beside it.

SQLite has one writer anyway; giving it a thread of its own turns waiting for a lock into waiting
in a queue, and lets units that arrived together share one fsync. On PostgreSQL each process has
such a writer, and the heads of the scopes keep them apart: a group takes those of all its units
first, in one order, so that two groups wait for each other and never in a circle. Each unit runs
inside its own savepoint: one that fails leaves no trace, and the others go on. One whose answer
cannot be made is a unit that failed: its group runs once more, without it.
"""

from __future__ import annotations

import asyncio
import queue
import secrets
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import structlog

from sync.protocol.errors import WireError
from sync.server.db import hints
from sync.server.db.engine import is_away, is_taken_back, reading, writing
from sync.server.db.log_rows import Shared
from sync.server.db.store import SqlTransaction
from sync.server.services.rows.log import Grown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sqlalchemy import Connection, Engine

    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.rows.log import LogRow, ScopeHead

R = TypeVar("R")
W = TypeVar("W")

GROUP_MAX = 64
_READERS = 4
_TRIES = 5

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Unit(Generic[W, R]):
    work: Callable[[Transaction], W]
    then: Callable[[Transaction, W], R]
    scopes: frozenset[str]
    answer: Future[R] = field(default_factory=Future)
    transaction: SqlTransaction | None = None
    done: W | None = None
    failed: Exception | None = None
    unanswered: bool = False  # it was its answer that failed


class _Undone(Exception):  # noqa: N818  # no error of its own: the unit's is what is told
    """The one unit of a group failed, and its transaction with it."""


class _Unanswered(Exception):  # noqa: N818  # likewise
    """The work of a group is done, and the answer of one of its units cannot be made."""


def _same(_transaction: Transaction, result: W) -> W:
    return result


class SqlLedger:
    """Runs units of work on one database (see services.ports.ledger.Ledger).

    Args:
        engine: of `open_database`.
        begin: called at the beginning of each commit group, when it has its scopes, and of each
            unit that reads: other processes may have moved the policy.
        seal: called once per commit group with the scopes it touched; signs their tree heads.
        news: called after each commit, on the writer's thread, with scope → size, and with what
            it added to each. It must not wait for another unit.

    Attributes:
        name: what this ledger calls itself among the processes of one centre.
    """

    def __init__(
        self,
        engine: Engine,
        begin: Callable[[Transaction], object],
        seal: Callable[[Transaction, frozenset[str]], None],
        news: Callable[[dict[str, int], tuple[Grown, ...]], None],
    ) -> None:
        self._engine = engine
        self._begin = begin
        self._seal = seal
        self._news = news
        self.name = secrets.token_hex(8)
        self._queue: queue.SimpleQueue[_Unit[Any, Any] | None] = queue.SimpleQueue()
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="centre-read")
        self._thread = threading.Thread(target=self._run, name="centre-write")
        self._thread.start()

    def close(self) -> None:
        """Finish what is queued, end the threads, close the database."""
        self._queue.put(None)
        self._thread.join()
        self._readers.shutdown()
        self._engine.dispose()

    def submit(
        self,
        work: Callable[[Transaction], W],
        then: Callable[[Transaction, W], R],
        scopes: Iterable[str] = (),
    ) -> Future[R]:
        """Queue a unit that writes; its answer comes when it is durable.

        Args:
            work: the unit. On PostgreSQL it may run more than once; only the last time counts.
            then: see `write_then`.
            scopes: those that it reads in order to write: theirs until the commit.
        """
        unit = _Unit(work, then, frozenset(scopes))
        self._queue.put(unit)
        return unit.answer

    def write_now(self, work: Callable[[Transaction], W], scopes: Iterable[str] = ()) -> W:
        """Run a unit that writes and wait: for the command line, never on a loop."""
        return self.submit(work, _same, scopes).result()

    async def write(self, work: Callable[[Transaction], W], scopes: Iterable[str] = ()) -> W:
        """Run a unit that writes; returns when it is durable."""
        return await asyncio.wrap_future(self.submit(work, _same, scopes))

    async def write_then(
        self,
        work: Callable[[Transaction], W],
        then: Callable[[Transaction, W], R],
        scopes: Iterable[str] = (),
    ) -> R:
        """Run a unit that writes; `then` runs after the group's tree heads are signed.

        Where either of them fails nothing is kept of the unit, and the others of its group are.
        """
        return await asyncio.wrap_future(self.submit(work, then, scopes))

    def read_now(self, work: Callable[[Transaction], R]) -> R:
        """Run a unit that reads, on this thread.

        Raises:
            WireError: unavailable while the database is away.
        """
        try:
            with reading(self._engine) as connection, connection.begin():
                transaction = SqlTransaction(connection)
                self._begin(transaction)
                return work(transaction)
        except Exception as error:
            raise _told(error) from error

    async def read(self, work: Callable[[Transaction], R]) -> R:
        """Run a unit that reads, on a snapshot."""
        return await self.crunch(lambda: self.read_now(work))

    async def crunch(self, work: Callable[[], R]) -> R:
        """Run something that computes, off the loop."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, work)

    # ------------------------------------------------------------ the writer's thread

    def _run(self) -> None:
        while (first := self._queue.get()) is not None:
            if not self._serve(self._group(first)):
                return

    def _group(self, first: _Unit[Any, Any]) -> list[_Unit[Any, Any] | None]:
        group: list[_Unit[Any, Any] | None] = [first]
        while len(group) < GROUP_MAX:
            try:
                unit = self._queue.get_nowait()
            except queue.Empty:
                break
            group.append(unit)
            if unit is None:
                break
        return group

    def _serve(self, group: list[_Unit[Any, Any] | None]) -> bool:
        """Run one commit group; False when it ended with the word to stop."""
        # Whose caller has gone: nothing was promised to anybody.
        units = [
            unit
            for unit in group
            if unit is not None and unit.answer.set_running_or_notify_cancel()
        ]
        try:
            answers = self._insist(units)
        except _Undone:
            for unit in units:
                unit.answer.set_exception(unit.failed or _Undone())
        except Exception as error:  # whatever it is, every unit hears it
            told = _told(error)
            if told is error:
                log.exception("commit failed")
            else:
                log.warning("not committed", units=len(units), error=str(error))
            for unit in units:
                unit.answer.set_exception(unit.failed or told)
        else:
            for unit in units:
                if unit.failed is not None:
                    unit.answer.set_exception(unit.failed)
            for unit, answer in answers:
                unit.answer.set_result(answer)
        return None not in group

    def _insist(self, units: list[_Unit[Any, Any]]) -> list[tuple[_Unit[Any, Any], Any]]:
        """Commit a group; without those of its units whose answers cannot be made."""
        while True:
            try:
                return self._persist(units)
            except _Unanswered:
                units = [unit for unit in units if not unit.unanswered]

    def _persist(self, units: list[_Unit[Any, Any]]) -> list[tuple[_Unit[Any, Any], Any]]:
        """Commit a group, once more whenever the database takes it back for somebody else's."""
        for _ in range(_TRIES - 1):
            try:
                return self._commit(units)
            except Exception as error:
                if not is_taken_back(error):
                    raise
                log.info("group taken back", units=len(units))
        return self._commit(units)

    def _commit(self, units: list[_Unit[Any, Any]]) -> list[tuple[_Unit[Any, Any], Any]]:
        if not units:
            return []
        with writing(self._engine) as connection, connection.begin():
            shared = Shared()
            beginning = SqlTransaction(connection, shared)
            beginning.log.take(frozenset[str]().union(*(unit.scopes for unit in units)))
            beginning.log.settle()
            self._begin(beginning)
            alive = []
            for unit in units:
                unit.transaction, unit.failed = SqlTransaction(connection, shared), None
                if self._work(connection, unit, unit.transaction, alone=len(units) == 1):
                    alive.append(unit)
            sealing = SqlTransaction(connection, shared)
            touched = frozenset[str]().union(
                *(unit.transaction.touched for unit in alive if unit.transaction is not None)
            )
            if touched:
                self._seal(sealing, touched)
            answers = [(unit, self._answer(unit, sealing)) for unit in alive]
            heads = sealing.log.heads(touched)
            sizes = {scope: head.size for scope, head in heads.items()}
            for unit in alive:
                if unit.transaction is not None:
                    sizes.update(unit.transaction.stirred)
            sealing.flush()
            sealing.log.keep_heads()
            hints.tell_sizes(connection, self.name, sizes)
        try:
            self._news(sizes, _grown(heads, alive))
        except Exception:  # it is durable: whoever was not told asks, and every unit is answered
            log.exception("news not told", scopes=len(sizes))
        return answers

    @staticmethod
    def _answer(unit: _Unit[Any, Any], sealing: SqlTransaction) -> Any:
        try:
            return unit.then(sealing, unit.done)
        except Exception as error:
            if is_taken_back(error) or is_away(error):
                raise  # that is the group's, not the unit's
            unit.failed, unit.unanswered = error, True
            raise _Unanswered from error

    @staticmethod
    def _work(
        connection: Connection, unit: _Unit[Any, Any], transaction: SqlTransaction, *, alone: bool
    ) -> bool:
        # Who is alone in his group needs no savepoint: nobody else's work is undone with his.
        savepoint = None if alone else connection.begin_nested()
        try:
            unit.done = unit.work(transaction)
            transaction.flush()
        except Exception as error:
            if is_taken_back(error) or is_away(error):
                raise  # that is the group's, not the unit's
            unit.failed = error
            if savepoint is None:
                raise _Undone from error
            savepoint.rollback()
            return False
        if savepoint is not None:
            savepoint.commit()
        transaction.log.settle()
        return True


def _grown(heads: dict[str, ScopeHead], units: Iterable[_Unit[Any, Any]]) -> tuple[Grown, ...]:
    """Return the lines that a group's units added, scope by scope."""
    rows: dict[str, list[LogRow]] = {scope: [] for scope in heads}
    for unit in units:
        for row in unit.transaction.log.appended if unit.transaction is not None else ():
            rows[row.scope].append(row)
    return tuple(Grown(head, tuple(rows[scope])) for scope, head in heads.items())


def _told(error: Exception) -> Exception:
    """Return what a caller is told: come again while the database is away or too busy to agree."""
    later = is_away(error) or is_taken_back(error)
    return WireError("wire.unavailable", retry_after=1) if later else error
