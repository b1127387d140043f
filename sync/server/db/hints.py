"""Hints between the processes of one centre: PostgreSQL's NOTIFY, heard by a thread of its own.

A hint says "scope s has reached n" or "session d is over" and goes out with the commit that made
it so. The record is the tables: a hint that is lost costs patience, never an event; whoever was
cut off asks for every scope's size when he is back. The embedded database has one process and
needs none.
"""

from __future__ import annotations

import os
import threading
from select import select as ready_of
from typing import TYPE_CHECKING, Any

import msgspec
import psycopg
import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from sync.protocol.errors import WireError
from sync.server.db.engine import POSTGRESQL, open_ear
from sync.server.db.tables import scope_heads
from sync.typed import from_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection, Engine

_CHANNEL = "chuangkou"
_PART = 64  # scopes in one hint: PostgreSQL takes 8,000 bytes
_AGAIN_S = 1.0
_ALIVE_S = 30.0
_NOTIFY = text("SELECT pg_notify(:channel, :said)")

log = structlog.get_logger(__name__)


class Hint(msgspec.Struct, omit_defaults=True):
    """One hint; `by` names the ledger that gives it, so that it need not hear itself."""

    by: str = ""
    sizes: dict[str, int] = {}
    over: str | None = None


def tell_sizes(connection: Connection, by: str, sizes: dict[str, int]) -> None:
    """Tell the other processes, at commit, how far scopes are."""
    told = list(sizes.items())
    for first in range(0, len(told), _PART):
        _tell(connection, Hint(by, dict(told[first : first + _PART])))


def tell_over(connection: Connection, dlg: str) -> None:
    """Tell every process, this one too, at commit, that a session is over."""
    _tell(connection, Hint(over=dlg))


def _tell(connection: Connection, hint: Hint) -> None:
    if connection.dialect.name == POSTGRESQL:
        said = msgspec.json.encode(hint).decode()
        connection.execute(_NOTIFY, {"channel": _CHANNEL, "said": said})


class Listener:
    """Hears the other processes' hints; does nothing on the embedded database.

    Args:
        engine: of `open_database`.
        me: the ledger of this process.
        sizes: called on the listener's thread with scope → size; after a time of deafness with
            every scope.
        over: called on the listener's thread with the hash of a delegation.
    """

    def __init__(
        self,
        engine: Engine,
        me: str,
        sizes: Callable[[dict[str, int]], None],
        over: Callable[[str], None],
    ) -> None:
        self._engine = engine
        self._me = me
        self._sizes = sizes
        self._over = over
        self._stopped = threading.Event()
        self._ear, self._mouth = os.pipe()
        self._thread = threading.Thread(target=self._run, name="centre-hints")
        if engine.dialect.name == POSTGRESQL:
            self._thread.start()

    def close(self) -> None:
        """End the thread."""
        self._stopped.set()
        os.write(self._mouth, b".")
        if self._thread.is_alive():
            self._thread.join()
        os.close(self._ear)
        os.close(self._mouth)

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self._listen()
            except (psycopg.Error, OSError, DBAPIError, WireError) as error:
                log.warning("hints interrupted", error=type(error).__name__)
                self._stopped.wait(_AGAIN_S)
            except Exception:
                log.exception("hint failed")
                self._stopped.wait(_AGAIN_S)

    def _listen(self) -> None:
        with open_ear(self._engine) as ear:
            ear.execute(f"LISTEN {_CHANNEL}")
            with self._engine.connect() as connection:
                heads = connection.execute(scope_heads.select())
                known = {head.scope: head.size for head in heads}
            self._sizes(known)
            for said in self._heard(ear):
                self._take(said)

    def _heard(self, ear: psycopg.Connection[Any]) -> Iterator[str]:
        while not self._stopped.is_set():
            ears: list[Any] = [ear, self._ear]
            ready, _, _ = ready_of(ears, [], [], _ALIVE_S)
            if not ready:
                ear.execute("SELECT 1")  # a line that was cut silently shows itself
            for notification in ear.notifies(timeout=0):
                yield notification.payload

    def _take(self, said: str) -> None:
        hint = from_json(said, Hint)
        if hint.over is not None:
            self._over(hint.over)
        if hint.sizes and hint.by != self._me:
            self._sizes(hint.sizes)
