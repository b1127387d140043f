"""One connection to one encrypted file, set up once, and its transactions.

The settings are those of facts measured for this product: raw key (no derivation to wait for), WAL
with synchronous=FULL (what was acknowledged survives a power cut), a cache of 32 MB (decryption is
paid on a cache miss only; over 100,000 cases 64 save nothing, 16 cost a search of one character
70 % more), HMAC on each page. Used by the thread that opened it, and no other:
the driver checks that.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import sqlcipher3

from client.host.wiping import hexadecimal
from client.store.failures import StoreFailure, translated

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from sqlcipher3.dbapi2 import Row, Value

PAGE_BYTES = 4096

_PRAGMAS = (
    f"PRAGMA cipher_page_size = {PAGE_BYTES}",
    "PRAGMA cipher_use_hmac = ON",
    "PRAGMA temp_store = MEMORY",  # a temporary file would not be encrypted
    "PRAGMA cache_size = -16000",  # twice as much searches a fifth faster, for 17 MB
    "PRAGMA busy_timeout = 1000",
    "PRAGMA foreign_keys = ON",
    "PRAGMA trusted_schema = OFF",
)
_PRAGMAS_AFTER_KEY = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA journal_size_limit = 67108864",
)


class Database:
    """An open encrypted database.

    Args:
        path: the file; made if absent.
        key: 32 bytes, used raw.

    Raises:
        StoreFailure: store.damaged for a file that this key does not open.
    """

    def __init__(self, path: Path, key: bytes) -> None:
        self._writing = False
        self.undone = 0
        """Counts transactions that were taken back: what memory holds may be of one of them."""
        with translated():
            self._connection = sqlcipher3.connect(str(path), isolation_level=None)
            try:
                # Else the library reports a wrong key on stderr, in words.
                self._connection.execute("PRAGMA cipher_log_level = NONE")
                with _keying(key) as text:
                    self._connection.set_key(text)
                for pragma in _PRAGMAS:
                    self._connection.execute(pragma)
                self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
                for pragma in _PRAGMAS_AFTER_KEY:
                    self._connection.execute(pragma)
            except BaseException:
                self._connection.close()
                raise

    def run(self, sql: str, *values: Value) -> int:
        """Run a statement that changes rows; return how many."""
        with translated():
            return self._connection.execute(sql, values).rowcount

    def insert(self, sql: str, *values: Value) -> int:
        """Add one row; return its rowid."""
        with translated():
            return self._connection.execute(sql, values).lastrowid or 0

    def run_many(self, sql: str, rows: Iterable[Iterable[Value]]) -> None:
        """Run one statement for each row of values."""
        with translated():
            self._connection.executemany(sql, rows)

    def one(self, sql: str, *values: Value) -> Row | None:
        """Return the first row, or None."""
        with translated():
            row = self._connection.execute(sql, values).fetchone()
        return None if row is None else _whole(row)

    def value(self, sql: str, *values: Value) -> Any:
        """Return the first column of the first row, or None where there is no row."""
        row = self.one(sql, *values)
        return None if row is None else row[0]

    def rows(self, sql: str, *values: Value) -> list[Row]:
        """Return all rows: for answers that are known to be small."""
        with translated():
            rows = self._connection.execute(sql, values).fetchall()
        return [_whole(row) for row in rows]

    def rows_of(self, sql: str, keys: Sequence[Value], *values: Value) -> list[Row]:
        """Return all rows of a query that ends in the column in which some keys are wanted."""
        if not keys:
            return []
        return self.rows(f"{sql} IN ({_marks(keys)})", *values, *keys)

    def run_of(self, sql: str, keys: Sequence[Value]) -> None:
        """Run a statement that ends in the column that has to hold one of these keys."""
        if keys:
            self.run(f"{sql} IN ({_marks(keys)})", *keys)

    def stream(self, sql: str, *values: Value) -> Iterator[Row]:
        """Yield rows a few hundred at a time: for whole tables.

        The global lock is let go between the pages, so the screen is not held up.
        """
        with translated():
            cursor = self._connection.execute(sql, values)
            while page := cursor.fetchmany(256):
                yield from map(_whole, page)

    @contextmanager
    def write(self) -> Iterator[None]:
        """Run what is inside as one durable transaction; inside another, as part of it.

        Raises:
            StoreFailure: nothing of it was kept.
        """
        if self._writing:
            yield
            return
        self.run("BEGIN IMMEDIATE")
        self._writing = True
        try:
            yield
            self.run("COMMIT")
        except BaseException:
            # SQLite has already rolled back after some errors (a full disk, for one); of a damaged
            # file it may refuse to, and the first failure is the one to tell.
            self.undone += 1
            if self._connection.in_transaction:
                with suppress(StoreFailure):
                    self.run("ROLLBACK")
            raise
        finally:
            self._writing = False

    def rekey(self, key: bytes) -> None:
        """Encrypt the whole file under another key: one transaction of SQLCipher's own.

        A crash leaves the file under exactly one of the two keys (measured: 30 kills). The log of
        pages is emptied afterwards, so that nothing under the former key stays in it.
        """
        with translated(), _keying(key) as text:
            self._connection.reset_key(text)
        self.empty_wal()

    def empty_wal(self) -> None:
        """Move everything into the main file and empty the write-ahead log."""
        with translated():
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    def check_pages(self) -> None:
        """Verify the HMAC of every page, then the structure.

        Raises:
            StoreFailure: store.damaged with the number of complaints.
        """
        complaints = self.rows("PRAGMA cipher_integrity_check")
        if not complaints:
            complaints = [row for row in self.rows("PRAGMA quick_check") if row[0] != "ok"]
        if complaints:
            raise StoreFailure("store.damaged", complaints=len(complaints))

    def close(self) -> None:
        """Close the file; the write-ahead log is emptied into it."""
        with translated():
            self._connection.close()


def _marks(keys: Sequence[Value]) -> str:
    return ", ".join("?" * len(keys))


@contextmanager
def _keying(key: bytes) -> Iterator[bytearray]:
    """Give a raw key as SQLCipher takes it; never as SQL, whose text the library keeps and frees.

    SQLCipher zeroes its own copies (measured: nothing is left after close).
    """
    text = hexadecimal(key, b"x'", b"'")
    try:
        yield text
    finally:
        text[:] = bytes(len(text))


def _whole(row: Row) -> Row:
    """Return a row whose texts are all there.

    SQLCipher (4.19, measured) gives a page whose HMAC is wrong as zeros, and fails only the next
    page that it decrypts. Where the bad page is the last of a long value there is none: zeros would
    be taken for what was written. What is that long is therefore kept as text here, none of our
    texts ends with U+0000, and the columns that are short come first in their rows.

    Raises:
        StoreFailure: store.damaged.
    """
    for value in row:
        if type(value) is str and value.endswith("\0"):
            raise StoreFailure("store.damaged")
    return row
