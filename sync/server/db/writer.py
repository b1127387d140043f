"""The one writer, with group commit, and the readers beside it.

SQLite has one writer anyway; giving it a thread of its own turns waiting for a lock into waiting
in a queue, and lets units that arrived together share one fsync. Each unit runs inside its own
savepoint: one that fails leaves no trace, and the others go on.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import structlog

from sync.server.db.store import SqlTransaction

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection, Engine

    from sync.server.services.ports import Transaction

R = TypeVar("R")
W = TypeVar("W")

GROUP_MAX = 64
_READERS = 4

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Unit(Generic[W, R]):
    work: Callable[[Transaction], W]
    then: Callable[[Transaction, W], R]
    answer: Future[R] = field(default_factory=Future)
    transaction: SqlTransaction | None = None
    done: W | None = None


def _same(_transaction: Transaction, result: W) -> W:
    return result


class SqlLedger:
    """Runs units of work on one database (see services.ports.Ledger).

    Args:
        engine: of `open_sqlite`.
        begin: called at the beginning of each commit group and of each unit that reads: other
            processes (the command line) may have moved the policy.
        seal: called once per commit group with the scopes it touched; signs their tree heads.
        news: called after each commit, on the writer's thread, with scope → size. It must not
            wait for another unit.
    """

    def __init__(
        self,
        engine: Engine,
        begin: Callable[[Transaction], object],
        seal: Callable[[Transaction, frozenset[str]], None],
        news: Callable[[dict[str, int]], None],
    ) -> None:
        self._engine = engine
        self._begin = begin
        self._seal = seal
        self._news = news
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
        self, work: Callable[[Transaction], W], then: Callable[[Transaction, W], R]
    ) -> Future[R]:
        """Queue a unit that writes; its answer comes when it is durable."""
        unit = _Unit(work, then)
        self._queue.put(unit)
        return unit.answer

    def write_now(self, work: Callable[[Transaction], W]) -> W:
        """Run a unit that writes and wait: for the command line, never on a loop."""
        return self.submit(work, _same).result()

    async def write(self, work: Callable[[Transaction], W]) -> W:
        """Run a unit that writes; returns when it is durable."""
        return await asyncio.wrap_future(self.submit(work, _same))

    async def write_then(
        self, work: Callable[[Transaction], W], then: Callable[[Transaction, W], R]
    ) -> R:
        """Run a unit that writes; `then` runs after the group's tree heads are signed."""
        return await asyncio.wrap_future(self.submit(work, then))

    def read_now(self, work: Callable[[Transaction], R]) -> R:
        """Run a unit that reads, on this thread."""
        with self._engine.connect() as connection, connection.begin():
            transaction = SqlTransaction(connection)
            self._begin(transaction)
            return work(transaction)

    async def read(self, work: Callable[[Transaction], R]) -> R:
        """Run a unit that reads, on a snapshot."""
        return await self.crunch(lambda: self.read_now(work))

    async def crunch(self, work: Callable[[], R]) -> R:
        """Run something that computes, off the loop."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, work)

    # ------------------------------------------------------------ the writer's thread

    def _run(self) -> None:
        with self._engine.connect().execution_options(writes=True) as connection:
            while (first := self._queue.get()) is not None:
                if not self._serve(connection, self._group(first)):
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

    def _serve(self, connection: Connection, group: list[_Unit[Any, Any] | None]) -> bool:
        """Run one commit group; False when it ended with the word to stop."""
        units = [unit for unit in group if unit is not None]
        try:
            answers = self._commit(connection, units)
        except Exception as error:  # whatever it is, every unit hears it
            log.exception("commit failed")
            for unit in units:
                if not unit.answer.done():
                    unit.answer.set_exception(error)
        else:
            for unit, answer in answers:
                unit.answer.set_result(answer)
        return None not in group

    def _commit(
        self, connection: Connection, units: list[_Unit[Any, Any]]
    ) -> list[tuple[_Unit[Any, Any], Any]]:
        with connection.begin():
            self._begin(SqlTransaction(connection))
            alive = [unit for unit in units if self._work(connection, unit)]
            sealing = SqlTransaction(connection)
            touched = frozenset[str]().union(
                *(unit.transaction.touched for unit in alive if unit.transaction is not None)
            )
            if touched:
                self._seal(sealing, touched)
            answers = [(unit, unit.then(sealing, unit.done)) for unit in alive]
            sizes = {scope: head.size for scope, head in sealing.log.heads(touched).items()}
            sealing.flush()
        self._news(sizes)
        return answers

    def _work(self, connection: Connection, unit: _Unit[Any, Any]) -> bool:
        if not unit.answer.set_running_or_notify_cancel():
            return False  # its caller has gone: nothing was promised to anybody
        unit.transaction = SqlTransaction(connection)
        savepoint = connection.begin_nested()
        try:
            unit.done = unit.work(unit.transaction)
            unit.transaction.flush()
        except Exception as error:  # noqa: BLE001  # a failed unit answers its own caller only
            savepoint.rollback()
            unit.answer.set_exception(error)
            return False
        savepoint.commit()
        return True
