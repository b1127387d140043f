"""Lines of the bank's statements, kept beside the log until the books explain them. None is synced.

A line is kept once, whichever file brings it, and never changed; what was written about it may be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from client.app.ports.store import KeptBankLine
from sync.domain.bank import BankLine
from sync.typed import from_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from client.store.connection import Database


class BankLines:
    """The table `bank_line`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def keep(self, lines: Sequence[BankLine]) -> int:
        """Keep lines that are not known yet; return how many."""
        with self._db.write():
            before = self._count()
            self._db.run_many(
                "INSERT OR IGNORE INTO bank_line (key, day, line) VALUES (?, ?, ?)",
                ((x.key, x.day.isoformat(), msgspec.json.encode(x).decode()) for x in lines),
            )
            return self._count() - before

    def all(self) -> tuple[KeptBankLine, ...]:
        """Return every line with what was written about it, the oldest first."""
        rows = self._db.rows("SELECT line, note FROM bank_line ORDER BY day, key")
        return tuple(KeptBankLine(from_json(line, BankLine), note) for line, note in rows)

    def explain(self, key: str, note: str) -> None:
        """Write what a line is; "" takes it back."""
        self._db.run("UPDATE bank_line SET note = ? WHERE key = ?", note.replace("\0", ""), key)

    def _count(self) -> int:
        counted: int = self._db.value("SELECT count(*) FROM bank_line")
        return counted
