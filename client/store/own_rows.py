"""The rows that no centre has: read a slice at a time for a backup, and merged from one.

A clerk waits for this lane: a slice is a few rows. What is merged never takes the place of what is
here: of two drafts under one key the one that was saved later stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from client.app.ports.own_share import BankRow, DraftRow, UnsentStep, ValueRow

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from client.app.ports.own_share import ShareRow
    from client.store.bookkeeping import State
    from client.store.connection import Database

#: Values that are a person's or the window's own; others lead to bytes or keys that are not here.
VALUES = ("pace.", "queue.", "seal.", "sound.", "tour.")


class Lacking(NamedTuple):
    """A page that the centre lacks, as its row has it."""

    sha256: str
    size: int
    type: str
    file: str
    wrapped: bytes
    cases: tuple[str, ...]


class OwnRows:
    """The own rows of one open store; every method inside the caller's transaction.

    Args:
        db: the open database.
        state: the small values.
    """

    def __init__(self, db: Database, state: State) -> None:
        self._db = db
        self._state = state
        self._readers: dict[str, Callable[[str, int], Sequence[ShareRow]]] = {
            "drafts": self._drafts,
            "bank": self._bank,
            "values": self._values,
            "steps": self._steps,
        }
        self._keepers: dict[str, Callable[[Any], int]] = {
            "drafts": self._keep_draft,
            "bank": self._keep_bank,
            "values": self._keep_value,
        }

    def slice(self, part: str, after: str, limit: int) -> Sequence[ShareRow]:
        """Return the rows of a part whose keys follow one, in their order; "" is before all."""
        return self._readers[part](after, limit)

    def merge(self, part: str, rows: Sequence[ShareRow]) -> int:
        """Add rows that are not here, or newer than what is; return how many came in."""
        keep = self._keepers[part]
        return sum(keep(row) for row in rows)

    def lacking(self, named: Collection[str]) -> list[Lacking]:
        """Return the pages that the centre lacks: those of cases first, then the smaller ones.

        Args:
            named: hashes that drafts name: such a page belongs to no case before its step is made.
        """
        cases: dict[str, list[str]] = {}
        for sha256, case in self._db.rows("SELECT sha256, case_no FROM upload WHERE done = 0"):
            cases.setdefault(sha256, []).append(case)
        found = []
        for sha256 in sorted({*cases, *named}):
            row = self._db.one(
                "SELECT size, type, file, wrapped FROM attachment a WHERE sha256 = ?"
                " AND NOT EXISTS (SELECT 1 FROM upload u WHERE u.sha256 = a.sha256 AND u.done = 1)",
                sha256,
            )
            if row is not None:
                size, type_, file, wrapped = row
                held = tuple(cases.get(sha256, ()))
                found.append(Lacking(sha256, size, type_, file, wrapped, held))
        return sorted(found, key=lambda each: (not each.cases, each.size, each.sha256))

    # ------------------------------------------------------------ reading

    def _drafts(self, after: str, limit: int) -> list[DraftRow]:
        rows = self._db.rows(
            "SELECT key, saved_ms, text FROM draft WHERE key > ? ORDER BY key LIMIT ?",
            *(after, limit),
        )
        return [DraftRow(*row) for row in rows]

    def _bank(self, after: str, limit: int) -> list[BankRow]:
        rows = self._db.rows(
            "SELECT key, day, line, note FROM bank_line WHERE key > ? ORDER BY key LIMIT ?",
            *(after, limit),
        )
        return [BankRow(*row) for row in rows]

    def _values(self, after: str, limit: int) -> list[ValueRow]:
        rows = self._db.rows("SELECT key FROM meta WHERE key > ? ORDER BY key", after)
        keys = [key for (key,) in rows if key.startswith(VALUES)][:limit]
        return [ValueRow(key, self._state.get_meta(key) or b"") for key in keys]

    def _steps(self, after: str, limit: int) -> list[UnsentStep]:
        # In the outbox's order: an id is made when the step is, and grows with time.
        rows = self._db.rows(
            "SELECT e.id, coalesce(e.case_no, ''), e.kind, e.at_ms, e.body FROM outbox o"
            " JOIN event e USING (pos) WHERE e.id > ? ORDER BY e.id LIMIT ?",
            *(after, limit),
        )
        return [
            UnsentStep(id_, case, kind, at, text.encode()) for id_, case, kind, at, text in rows
        ]

    # ------------------------------------------------------------ merging

    def _keep_draft(self, row: DraftRow) -> int:
        return self._db.run(
            "INSERT INTO draft (key, saved_ms, text) VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE"
            " SET saved_ms = excluded.saved_ms, text = excluded.text"
            " WHERE excluded.saved_ms > draft.saved_ms",
            *row,
        )

    def _keep_bank(self, row: BankRow) -> int:
        return self._db.run(
            "INSERT INTO bank_line (key, day, line, note) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (key) DO UPDATE SET note = excluded.note"
            " WHERE bank_line.note = '' AND excluded.note <> ''",
            *row,
        )

    def _keep_value(self, row: ValueRow) -> int:
        if not row.key.startswith(VALUES) or self._state.get_meta(row.key) is not None:
            return 0
        self._state.put_meta(row.key, row.value)
        return 1
