"""Prove that the log is what was written: SQLCipher alone does not notice an old page put back.

At open the own chain is followed from its last checkpoint to its head. In full: every page's HMAC,
the own chain from its beginning, every event against its columns, every answer against its event,
the outbox against the answers, and each scope's tree over all its leaves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from client.store.failures import StoreFailure
from client.store.reading import read_facts
from sync.domain.failures import Failure
from sync.proof.chain import Head, follow
from sync.proof.events import read_logged_event
from sync.proof.jws import body_hash, hash_text, raw_text
from sync.proof.outcomes import outcome_leaf, read_outcome
from sync.proof.tree import Frontier
from sync.protocol.codec import b64u_decode, b64u_encode
from sync.protocol.records import Record

if TYPE_CHECKING:
    from client.store.connection import Database
    from client.store.log import Log


class Verifier:
    """Verify one open store."""

    def __init__(self, db: Database, log: Log) -> None:
        self._db = db
        self._log = log

    def follow_chain(self, *, whole: bool = False) -> None:
        """Follow the own chain from its last checkpoint, or from its beginning, to its head.

        Raises:
            StoreFailure: store.chain_broken with the number after which it does not hold.
        """
        row = self._db.one(
            "SELECT dev, inc, seq, hash, first_seq, first_hash, checked_seq, checked_hash"
            " FROM chain"
        )
        if row is None:
            if self._db.value("SELECT count(*) FROM event WHERE own = 1"):
                raise StoreFailure("store.chain_broken", after=0)
            return
        dev, inc, seq, name = row[:4]
        start_seq, start_name = row[4:6] if whole else row[6:8]
        head = Head(dev, inc, start_seq, b64u_encode(start_name))
        try:
            for record in self._log.own_since(inc, start_seq):
                head = follow(head, read_logged_event(record))
        except StoreFailure:
            raise
        except Failure as failure:
            raise StoreFailure("store.chain_broken", after=head.seq) from failure
        if (head.seq, head.hash) != (seq, b64u_encode(name)):
            raise StoreFailure("store.chain_broken", after=head.seq)

    def set_checkpoint(self) -> None:
        """Let the next start follow the chain from here; only after `follow_chain` has held."""
        self._db.run("UPDATE chain SET checked_seq = seq, checked_hash = hash")

    def check_all(self) -> None:
        """Verify pages, chain, every record and every scope's tree.

        Raises:
            StoreFailure: store.damaged, store.chain_broken.
        """
        self._db.check_pages()
        self.follow_chain(whole=True)
        self._check_records()
        self._check_outbox()
        for scope, cursor, packed in self._db.rows(
            "SELECT name, cursor, frontier FROM scope WHERE cursor > 0"
        ):
            self._check_tree(scope, cursor, packed)

    def _check_records(self) -> None:
        for row in self._db.stream(
            "SELECT e.pos, e.hash, e.id, e.dev, e.inc, e.seq, e.scope, e.case_no, e.kind, e.kid,"
            " e.cprev, e.at_ms, e.late_ms, e.late_reason, e.jws, e.body, e.act, a.outcome,"
            " a.scope, a.n, a.verdict, a.code, a.person, a.lo_ms, a.hi_ms, a.counted_ms"
            " FROM event e LEFT JOIN answer a USING (pos)"
        ):
            if not _holds(row):
                raise StoreFailure("store.damaged", place=row[0])

    def _check_outbox(self) -> None:
        """What waits is what has no answer: a step left out would never be sent."""
        wrong = self._db.one(
            "SELECT 1 FROM event e LEFT JOIN answer a USING (pos) LEFT JOIN outbox o USING (pos)"
            " WHERE (e.own = 1 AND a.pos IS NULL) <> (o.pos IS NOT NULL) LIMIT 1"
        )
        if wrong is not None:
            raise StoreFailure("store.damaged")

    def _check_tree(self, scope: str, cursor: int, packed: bytes) -> None:
        frontier = Frontier()
        for n, outcome in self._db.stream(
            "SELECT n, outcome FROM answer WHERE scope = ? AND n <= ? ORDER BY n", scope, cursor
        ):
            if n != frontier.size + 1:
                raise StoreFailure("store.damaged", scope=scope, after=frontier.size)
            frontier = frontier.append(outcome_leaf(outcome))
        if frontier.pack() != packed:
            raise StoreFailure("store.damaged", scope=scope, after=frontier.size)


def _holds(row: tuple[Any, ...]) -> bool:
    """Say whether a record's columns say what its bytes say, and its answer is about it."""
    record = Record(*row[14:17])
    try:
        facts = read_facts(record, row[6])
        answered = row[17] is None or _answers(row[17], record, row[18:])
    except Failure:
        return False
    return answered and tuple(row[1:14]) == (
        *(b64u_decode(facts.hash), facts.id, facts.dev, facts.inc, facts.seq, facts.scope),
        *(facts.case, facts.kind, facts.kid, facts.cprev, facts.at_ms),
        *(facts.late_ms, facts.late_reason),
    )


def _answers(outcome: str, record: Record, columns: tuple[Any, ...]) -> bool:
    """Say whether an outcome is about this record, and the columns say what it says."""
    said = read_outcome(outcome)
    return (said.eh, said.er, said.body) == (
        hash_text(record.jws),
        raw_text(record.jws),
        body_hash(record.body),
    ) and columns == (
        *(said.scope, said.n, said.verdict, said.code, said.person),
        *(said.lo, said.hi, said.counted),
    )
