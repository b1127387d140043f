"""Opening the database: one dialect's manners, said once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, create_engine, event

if TYPE_CHECKING:
    from pathlib import Path

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


def open_sqlite(path: Path) -> Engine:
    """Open the embedded database; its folder must exist.

    Transactions are begun by us: pysqlite's own habit of beginning late would let a reader of a
    unit that writes see rows that another writer changes before the first write. Errors name no
    values: they would carry citizens' data into the log.
    """
    engine = create_engine(f"sqlite:///{path}", pool_size=8, max_overflow=0, hide_parameters=True)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
