"""Opening the database: each dialect's manners, said once.

SQLite, in the data folder, is the embedded default; a URL names a PostgreSQL instead, which any
number of processes may share. What differs between them stays in this room.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from sync.domain.failures import Failure, FailureKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy.engine import ExceptionContext
    from sqlalchemy.pool import ConnectionPoolEntry

POSTGRESQL = "postgresql"
_SCHEMES = frozenset({"postgresql", "postgres", "postgresql+psycopg"})
_MIN_VERSION = 15

# WAL: readers go on while the writer writes. FULL: a commit that was answered survives a power
# cut. The cache is in KiB when negative.
_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=10000",
    "PRAGMA cache_size=-65536",
    "PRAGMA wal_autocheckpoint=2000",
)
# A commit that was answered survives a power cut, whatever the cluster's own default is. A lock
# that nobody gives back (a process that hangs) ends as a failed unit, not as a centre that stands
# still; a transaction that idles is such a process.
_SESSION = {
    "synchronous_commit": "on",
    "lock_timeout": "20s",
    "idle_in_transaction_session_timeout": "60s",
    "TimeZone": "UTC",
}
# What the server says when it takes a transaction back so that others can go on.
_TAKEN_BACK = frozenset({"40001", "40P01"})
# Classes of what it says when it is not there (no connection, no room, going down), and what it
# says of a lock that somebody keeps.
_AWAY = frozenset({"08", "53", "57"})
_KEPT = frozenset({"55P03", "25P03"})
# What it says to who would write once it follows another, whom the same address leads to by then.
_FOLLOWS = "25006"
# The same of the embedded one: no room on the disk, or a lock that the command line keeps. Its
# codes say more in their upper bytes.
_EMBEDDED, _PRIMARY = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_BUSY}), 0xFF
# A line that was cut without a word is given up within seconds (libpq: s, ms).
_LINE = {"connect_timeout": 5, "tcp_user_timeout": 10_000}
_POOL = 8


def open_database(path: Path, url: str = "") -> Engine:
    """Open the database that `url` names; the embedded one at `path` when it names none.

    Raises:
        Failure: centre.database_url when it is no URL of PostgreSQL; centre.database_away when
            nobody answers there, or somebody older than PostgreSQL 15.
    """
    if not url:
        return open_sqlite(path)
    engine = open_postgresql(url)
    try:
        with engine.connect() as connection:
            version = connection.dialect.server_version_info or (0,)
    except OperationalError as error:
        engine.dispose()
        raise Failure("centre.database_away", FailureKind.BROKEN) from error
    if int(version[0]) < _MIN_VERSION:
        engine.dispose()
        raise Failure("centre.database_away", FailureKind.BROKEN)
    return engine


def open_sqlite(path: Path) -> Engine:
    """Open the embedded database; its folder must exist.

    Transactions are begun by us: pysqlite's own habit of beginning late would let a reader of a
    unit that writes see rows that another writer changes before the first write. Errors name no
    values: they would carry citizens' data into the log.
    """
    engine = create_engine(
        f"sqlite:///{path}", pool_size=_POOL, max_overflow=0, hide_parameters=True
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def open_postgresql(url: str) -> Engine:
    """Open a PostgreSQL; connections that it has dropped are found before they are used.

    Units that write run READ COMMITTED: every one takes the heads of its scopes first, and what
    it reads after that is what was there when it got them. Units that read run on one snapshot.

    Raises:
        Failure: centre.database_url.
    """
    try:
        found = make_url(url)
    except ArgumentError as error:
        raise Failure("centre.database_url", FailureKind.BROKEN) from error
    if found.drivername not in _SCHEMES:
        raise Failure("centre.database_url", FailureKind.BROKEN)
    options = " ".join(f"-c {name}={value}" for name, value in _SESSION.items())
    engine = create_engine(
        found.set(drivername="postgresql+psycopg"),
        pool_size=_POOL,
        max_overflow=0,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"options": options, **_LINE},
    )
    event.listen(engine, "handle_error", _silence)
    event.listen(engine, "handle_error", _let_go)
    return engine


def reading(engine: Engine) -> Connection:
    """Return a connection for one unit that reads: a snapshot."""
    if engine.dialect.name != POSTGRESQL:
        return engine.connect()
    return engine.connect().execution_options(
        isolation_level="REPEATABLE READ", postgresql_readonly=True
    )


def writing(engine: Engine) -> Connection:
    """Return a connection for one group of units that write."""
    return engine.connect().execution_options(writes=True)


def open_ear(engine: Engine) -> psycopg.Connection[Any]:
    """Return a connection of PostgreSQL's own kind, outside the pool, to listen on.

    Raises:
        psycopg.OperationalError: nobody answers.
    """
    arguments, named = engine.dialect.create_connect_args(engine.url)
    return psycopg.connect(*arguments, **{**named, **_LINE}, autocommit=True)


@contextmanager
def bundled(connection: Connection) -> Iterator[None]:
    """Send the statements of a block together: on PostgreSQL the answers are waited for once.

    None of them may be asked what came of it.

    Raises:
        DBAPIError: one of them failed.
    """
    line = connection.connection.driver_connection
    if not isinstance(line, psycopg.Connection) or not psycopg.Pipeline.is_supported():
        yield
        return
    try:
        with line.pipeline():
            yield
    except psycopg.Error as error:  # found at the end, where SQLAlchemy does not look
        message = f"({type(error).__name__}) {error.diag.message_primary or ''}"
        error.args = (message,)
        told = DBAPIError(None, None, error, hide_parameters=True)
        if line.closed or line.broken or error.sqlstate == _FOLLOWS:
            told.connection_invalidated = True
            connection.invalidate(error)
        raise told from None


class Overtaken(Exception):  # noqa: N818  # nothing went wrong: it is done once more
    """What a unit found has changed before it was written: the group is to be run once more."""


def is_taken_back(error: BaseException) -> bool:
    """Say whether a transaction is to be run once more: a deadlock, a conflict, an overtaking."""
    return isinstance(error, Overtaken) or (
        isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", "") in _TAKEN_BACK
    )


def is_away(error: BaseException) -> bool:
    """Say whether the database, the way to it, or room in it has gone for now."""
    if not isinstance(error, DBAPIError):
        return False
    if isinstance(error.orig, sqlite3.OperationalError):
        return error.orig.sqlite_errorcode & _PRIMARY in _EMBEDDED
    state = getattr(error.orig, "sqlstate", "")
    lost = isinstance(error.orig, psycopg.OperationalError) and (state or "08")[:2] in _AWAY
    return error.connection_invalidated or lost or state in _KEPT


def _prepare_sqlite(connection: Any, _record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _silence(context: ExceptionContext) -> None:
    """Cut an error to its first line: its details would carry rows into the log."""
    original = context.original_exception
    if isinstance(original, psycopg.Error) and original.diag.message_primary:
        original.args = (original.diag.message_primary,)
        if context.sqlalchemy_exception is not None:
            context.sqlalchemy_exception.args = (
                f"({type(original).__name__}) {original.diag.message_primary}",
            )


def _let_go(context: ExceptionContext) -> None:
    """Let go of the connections to a server that led and now follows another: it only reads.

    A unit that reads and would write is told the same, for it asked to only read: a fault of ours.
    """
    held = context.connection
    writes = held is not None and held.get_execution_options().get("writes", False)
    if writes and getattr(context.original_exception, "sqlstate", "") == _FOLLOWS:
        context.is_disconnect = True
