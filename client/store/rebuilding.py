"""Projections: the mark that says which log they stand for, and the proof that they equal it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec

from client.store.migrations import empty_projections
from sync.domain.policy import PolicyBook
from sync.typed import from_json

if TYPE_CHECKING:
    from client.store.bookkeeping import Scopes, State
    from client.store.connection import Database
    from client.store.projecting import Projections

VERSION = 6
"""Raise it when the fold, the lines or the search index would come out otherwise than before."""

_MARK = "projections"
_DUMPS = (
    "SELECT kid, person FROM delegation ORDER BY kid",
    # Lines' ids differ from one filling to the next, so what hangs on them names the case.
    (
        "SELECT c.number, f.item_known, f.who, f.at_ms, f.settled_n, f.settled_ms,"
        " f.settled_head, f.head, f.settled, f.current FROM case_fold f"
        " LEFT JOIN case_line c USING (id) ORDER BY 1, 2"
    ),
    "SELECT * FROM case_line ORDER BY number",
    (
        "SELECT c.number, w.names, w.words FROM case_word w LEFT JOIN case_line c USING (id)"
        " ORDER BY 1"
    ),
    "SELECT * FROM item_word ORDER BY item, item_name",
    "SELECT * FROM applicant ORDER BY who",
    "SELECT g.tok, c.number FROM gram g LEFT JOIN case_line c USING (id) ORDER BY 1, 2",
    (
        "SELECT v.term, c.number FROM temp.gram3_terms v LEFT JOIN case_line c ON c.id = v.doc"
        " ORDER BY 1, 2"
    ),
)


class Rebuilder:
    """Compare the projections of one open store with its log, and make them anew."""

    def __init__(
        self, db: Database, scopes: Scopes, state: State, projections: Projections
    ) -> None:
        self._db = db
        self._scopes = scopes
        self._state = state
        self._projections = projections

    def mark(self) -> None:
        """Say, in the transaction of a pull, which fold made the projections and of how much."""
        self._state.put(_MARK, self._wanted())

    def current(self) -> bool:
        """Say whether the projections stand for the log as it is, by this version's fold."""
        return self._state.get(_MARK) == self._wanted()

    def rebuild(self) -> bool:
        """Empty the projections and compute them from the log, in one transaction.

        Returns:
            Whether they came out the same, search index included.
        """
        with self._db.write():
            self._projections.lines.settle()
            before = self._digest()
            empty_projections(self._db)
            self._projections.fill()
            self.mark()
            return self._digest() == before

    def _wanted(self) -> bytes:
        # Not the own chain: its steps and what they move are one transaction, and a page more in
        # each of them would be a page more to encrypt.
        cursors = " ".join(f"{name}={n}" for name, n in self._scopes.all_cursors().items())
        return f"{VERSION}|{cursors}".encode()

    def _digest(self) -> bytes:
        self._db.run(
            "CREATE VIRTUAL TABLE IF NOT EXISTS temp.gram3_terms"
            " USING fts5vocab (main, gram3, instance)"
        )
        digest = hashlib.sha256(_policy(self._db.value("SELECT book FROM policy_fold")))
        for dump in _DUMPS:
            skip = 1 if "case_line ORDER" in dump else 0
            for row in self._db.stream(dump):
                digest.update(repr(row[skip:]).encode("utf-8", "surrogatepass"))
        return digest.digest()


def _policy(text: str | None) -> bytes:
    """Return the policy in one order: its sets have none, and every process writes another."""
    if text is None:
        return b""
    book = from_json(text, PolicyBook)
    return msgspec.json.encode(book, order="deterministic")
