"""The log: events as exact texts, the centre's answers to them, the outbox, the own chain.

Every method works inside the caller's transaction and leaves the projections alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from client.app.ports.store import ChainHead, StoredEvent
from client.store.failures import StoreFailure
from client.store.mark import LogEnd
from sync.engine.ports import OwnAnswered
from sync.proof.chain import Head, follow
from sync.proof.failures import ProofError
from sync.protocol.codec import b64u_decode, b64u_encode
from sync.protocol.records import LogEntry, Receipt, Record
from sync.typed import from_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from client.store.connection import Database
    from client.store.reading import Facts
    from sync.proof.events import ReadEvent
    from sync.protocol.records import Outcome

PENDING = "pending"
ACCEPTED = "accepted"
EXCEPTIONAL = ("refused", "disputed")

_EVENT_COLUMNS = (
    "e.id, e.dev, e.seq, e.scope, e.case_no, e.kind, coalesce(a.person, d.person, ''), e.at_ms,"
    " a.counted_ms, a.lo_ms, a.hi_ms, a.n, a.verdict, a.code, e.hash, e.jws, e.body, e.act,"
    " a.outcome, a.path, a.sth"
)
_EVENT_TABLES = " FROM event e LEFT JOIN answer a USING (pos) LEFT JOIN delegation d USING (kid)"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the centre made of an event."""

    scope: str
    n: int
    verdict: str
    code: str | None
    person: str
    lo_ms: int
    hi_ms: int
    counted_ms: int
    outcome: str

    @classmethod
    def of(cls, said: Outcome, outcome: str) -> Answer:
        """Return what an outcome says, with its text."""
        return cls(
            said.scope,
            said.n,
            said.verdict,
            said.code,
            said.person,
            said.lo,
            said.hi,
            said.counted,
            outcome,
        )


class Place(NamedTuple):
    """Where a record stands in the log; `own` of this window."""

    pos: int
    own: bool


class Given(NamedTuple):
    """An answer to the record at a place, with its receipt where it came with one."""

    pos: int
    answer: Answer
    receipt: Receipt | None


class Log:
    """The log of one open store."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._grown: LogEnd | None = None
        self._head: ChainHead | None = None
        self._undone = db.undone

    # ------------------------------------------------------------ how far it has come

    def end(self) -> LogEnd:
        """Return how far the log has come."""
        row = self._db.one("SELECT pos, hash FROM event ORDER BY pos DESC LIMIT 1")
        return LogEnd() if row is None else LogEnd(*row)

    def take_growth(self) -> LogEnd | None:
        """Return where the ended transaction brought the log, once; None: it added nothing."""
        end, self._grown = self._grown, None
        return end

    def hash_at(self, pos: int) -> bytes | None:
        """Return the raw hash of the record at a place, None where there is none."""
        found: bytes | None = self._db.value("SELECT hash FROM event WHERE pos = ?", pos)
        return found

    # ------------------------------------------------------------ own chain

    def head(self) -> ChainHead | None:
        """Return where the own chain stands; remembered till something is taken back."""
        if self._head is None or self._undone != self._db.undone:
            row = self._db.one("SELECT dev, inc, seq, hash FROM chain")
            self._head = (
                None if row is None else ChainHead(row[0], row[1], row[2], b64u_encode(row[3]))
            )
            self._undone = self._db.undone
        return self._head

    def start_chain(self, head: ChainHead) -> None:
        """Set the chain's beginning; once for each incarnation, whose number only grows.

        Raises:
            StoreFailure: store.chain_moved when it began already.
        """
        known = self.head()
        if known is not None and (known.dev != head.dev or known.inc >= head.inc):
            raise StoreFailure("store.chain_moved")
        name = b64u_decode(head.hash)
        self._head = None
        self._db.run(
            "INSERT OR REPLACE INTO chain (one, dev, inc, seq, hash, first_seq, first_hash,"
            " checked_seq, checked_hash) VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?)",
            *(head.dev, head.inc, *(head.seq, name) * 3),
        )

    def append(self, facts: Facts) -> int:
        """Add the next own event to log and outbox; return its place.

        Raises:
            StoreFailure: store.no_chain, store.chain_moved.
        """
        known = self.head()
        if known is None:
            raise StoreFailure("store.no_chain")
        if facts.event is None:
            raise StoreFailure("store.defect")
        head = _followed(known, facts.event)
        name = b64u_decode(facts.hash)
        pos = self._db.insert(_INSERT, *_columns(facts, None, name, own=True))
        self._grown = LogEnd(pos, name)
        self._db.run("INSERT INTO outbox (pos) VALUES (?)", pos)
        self._db.run("UPDATE chain SET seq = ?, hash = ?", head.seq, b64u_decode(head.hash))
        self._head = ChainHead(known.dev, known.inc, head.seq, head.hash)
        return pos

    # ------------------------------------------------------------ answers

    def find_own(self, event: str) -> tuple[int, str | None] | None:
        """Return (place, case) of an own event by its id."""
        return self.find_all_own((event,)).get(event)

    def find_all_own(self, events: Sequence[str]) -> dict[str, tuple[int, str | None]]:
        """Return (place, case) of each own event among these ids."""
        rows = self._db.rows_of("SELECT id, pos, case_no FROM event WHERE own = 1 AND id", events)
        return {event: (pos, case) for event, pos, case in rows}

    def add_pulled(self, leaves: Sequence[Facts]) -> list[Place]:
        """Add events of other devices, or find them; return their places, in the same order.

        Raises:
            StoreFailure: store.pull_differs: the same signed core with other bytes around it, or
                twice among these.
        """
        names = [b64u_decode(facts.hash) for facts in leaves]
        here = self._db.rows_of(
            "SELECT hash, pos, own, jws, body, act FROM event WHERE hash", names
        )
        known = {row[0]: row[1:] for row in here}
        next_pos = self.end().size + 1
        fresh: list[tuple[Any, ...]] = []
        places: list[Place] = []
        for name, facts in zip(names, leaves, strict=True):
            record, there = facts.record, known.get(name)
            if there is None:
                there = (next_pos + len(fresh), 0, None, None, None)
                fresh.append(_columns(facts, there[0], name, own=False))
                known[name] = there
            elif there[2:] != (record.jws, record.body, record.act):
                raise StoreFailure("store.pull_differs", scope=facts.scope)
            places.append(Place(there[0], bool(there[1])))
        if fresh:
            self._db.run_many(_INSERT, fresh)
            self._grown = LogEnd(next_pos + len(fresh) - 1, fresh[-1][1])
        return places

    def answer(self, given: Sequence[Given]) -> list[bool]:
        """Keep the centre's answers; return which of them are news.

        An event leaves the outbox by this and nothing else. A receipt may come after the outcome.

        Raises:
            StoreFailure: store.pull_differs: the centre has answered otherwise before, or has
                given this number to another event.
        """
        rows = self._db.rows_of(
            "SELECT pos, outcome, path IS NOT NULL FROM answer WHERE pos",
            [each.pos for each in given],
        )
        known = {pos: (outcome, bool(proven)) for pos, outcome, proven in rows}
        news = []
        fresh, proven = [], []
        for each in given:
            pos, answer, receipt = each
            outcome, shown = known.get(pos, (None, False))
            news.append(outcome is None)
            if outcome is None:
                fresh.append(each)
            elif outcome != answer.outcome:
                raise StoreFailure("store.pull_differs", scope=answer.scope)
            elif receipt is not None and not shown:
                proven.append((*_shown(receipt), pos))
            known[pos] = (answer.outcome, shown or receipt is not None)
        self._add_answers(fresh)
        self._db.run_many("UPDATE answer SET path = ?, sth = ? WHERE pos = ?", proven)
        return news

    def _add_answers(self, fresh: Sequence[Given]) -> None:
        """Keep answers to events that had none."""
        by_scope = attrgetter("answer.scope")
        for scope, some in groupby(sorted(fresh, key=by_scope), by_scope):
            numbers = [each.answer.n for each in some]
            free = "SELECT 1 FROM answer WHERE scope = ? AND n"
            if len(set(numbers)) < len(numbers) or self._db.rows_of(free, numbers, scope):
                raise StoreFailure("store.pull_differs", scope=scope)
        self._db.run_many(
            "INSERT INTO answer (pos, scope, n, verdict, code, person, lo_ms, hi_ms, counted_ms,"
            " outcome, path, sth) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    *(each.pos, said.scope, said.n, said.verdict, said.code, said.person),
                    *(said.lo_ms, said.hi_ms, said.counted_ms, said.outcome, *_shown(each.receipt)),
                )
                for each in fresh
                for said in (each.answer,)
            ),
        )
        self._db.run_of("DELETE FROM outbox WHERE pos", [each.pos for each in fresh])

    # ------------------------------------------------------------ reading

    def outbox(self, limit: int) -> list[Record]:
        """Return pending own events in device order."""
        rows = self._db.rows(
            "SELECT e.jws, e.body, e.act FROM outbox o JOIN event e USING (pos)"
            " ORDER BY o.pos LIMIT ?",
            limit,
        )
        return [Record(*row) for row in rows]

    def made_since(self, seq: int, kinds: Sequence[str]) -> int:
        """Count own events of these kinds after a number of the own chain."""
        count: int = self._db.value(
            "SELECT count(*) FROM event WHERE own = 1 AND inc = (SELECT inc FROM chain)"
            " AND seq > ? AND kind IN (SELECT value FROM json_each(?))",
            *(seq, msgspec.json.encode(kinds).decode()),
        )
        return count

    def outbox_size(self) -> int:
        """Count pending own events."""
        size: int = self._db.value("SELECT count(*) FROM outbox")
        return size

    def events_of(self, number: str) -> tuple[StoredEvent, ...]:
        """Return a case's events: answered ones by number, then what waits, in device order."""
        return self._events("WHERE e.case_no = ? ORDER BY a.n IS NULL, a.n, e.seq", number)

    def seal_steps(self, since_ms: int) -> tuple[StoredEvent, ...]:
        """Return all steps of seals and stock of the cases that had one since a moment."""
        return self._events(
            "WHERE e.kind IN ('make', 'spoil', 'seal.intent', 'seal.void', 'seal')"
            " AND e.case_no IN (SELECT case_no FROM event"
            " WHERE kind IN ('make', 'spoil', 'seal.intent', 'seal.void', 'seal') AND at_ms >= ?)"
            " ORDER BY coalesce(a.counted_ms, e.at_ms), e.pos",
            since_ms,
        )

    def exceptions(self) -> tuple[StoredEvent, ...]:
        """Return refused and disputed own events that nobody has dealt with."""
        return self._events("WHERE e.pos IN (SELECT pos FROM exception) ORDER BY e.pos")

    def messages(self, limit: int) -> list[tuple[StoredEvent, int, bool]]:
        """Return (event, moment, read) of urges and orders, newest first.

        Where there are more, those that were read make room: no unread one is left out for them.
        """
        rows = self._db.rows(
            f"SELECT m.at_ms, m.read, {_EVENT_COLUMNS} {_EVENT_TABLES}"  # noqa: S608  constants
            " JOIN message m USING (pos)"
            " WHERE m.pos IN (SELECT pos FROM message ORDER BY read, at_ms DESC, pos DESC LIMIT ?)"
            " ORDER BY m.at_ms DESC, m.pos DESC",
            limit,
        )
        return [(_stored(row[2:]), row[0], bool(row[1])) for row in rows]

    def leaves(self, scope: str, after: int, upto: int, limit: int) -> list[LogEntry]:
        """Return the leaves of a scope after one number and up to another, as they were pulled."""
        rows = self._db.rows(
            "SELECT a.n, e.jws, e.body, e.act, a.outcome FROM answer a JOIN event e USING (pos)"
            " WHERE a.scope = ? AND a.n > ? AND a.n <= ? ORDER BY a.n LIMIT ?",
            *(scope, after, upto, limit),
        )
        return [LogEntry(*row) for row in rows]

    def own_answered(self, after: int, limit: int) -> list[OwnAnswered]:
        """Return own answered events after a place, in device order, with their receipts."""
        rows = self._db.rows(
            "SELECT e.pos, e.id, a.n, e.jws, e.body, e.act, a.outcome, a.path, a.sth FROM event e"
            " JOIN answer a USING (pos) WHERE e.own = 1 AND e.pos > ? ORDER BY e.pos LIMIT ?",
            *(after, limit),
        )
        return [
            OwnAnswered(row[0], row[1], Record(*row[3:6]), _receipt(row[2], *row[6:]))
            for row in rows
        ]

    def heads_over(self, scope: str, after: int) -> list[str]:
        """Return the heads that receipts of a scope's lines after a number brought."""
        rows = self._db.rows(
            "SELECT DISTINCT sth FROM answer WHERE scope = ? AND n > ? AND sth IS NOT NULL",
            *(scope, after),
        )
        return [row[0] for row in rows]

    def own_since(self, inc: int, seq: int) -> Iterator[Record]:
        """Yield own events of an incarnation after a number, in order."""
        for row in self._db.stream(
            "SELECT jws, body, act FROM event WHERE own = 1 AND inc = ? AND seq > ? ORDER BY seq",
            *(inc, seq),
        ):
            yield Record(*row)

    def _events(self, where: str, *values: str | int) -> tuple[StoredEvent, ...]:
        rows = self._db.rows(f"SELECT {_EVENT_COLUMNS} {_EVENT_TABLES} {where}", *values)
        return tuple(_stored(row) for row in rows)


_INSERT = (
    "INSERT INTO event (pos, hash, id, own, dev, inc, seq, scope, case_no, kind, kid, cprev,"
    " at_ms, late_ms, late_reason, jws, body, act)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def _columns(facts: Facts, pos: int | None, name: bytes, *, own: bool) -> tuple[Any, ...]:
    record = facts.record
    return (
        *(pos, name, facts.id, int(own), facts.dev, facts.inc, facts.seq),
        *(facts.scope, facts.case, facts.kind, facts.kid, facts.cprev, facts.at_ms),
        *(facts.late_ms, facts.late_reason, record.jws, record.body, record.act),
    )


def _shown(receipt: Receipt | None) -> tuple[str | None, str | None]:
    """Return path and head of a receipt as they are kept."""
    if receipt is None:
        return None, None
    return msgspec.json.encode(receipt.path).decode(), receipt.sth


def _receipt(n: int, outcome: str, path: str | None, sth: str) -> Receipt | None:
    """Return a receipt as it was kept; None where only a pull told of the answer."""
    if path is None:
        return None
    return Receipt(outcome, n - 1, from_json(path, list[str]), sth)


def _followed(known: ChainHead, event: ReadEvent) -> Head:
    try:
        return follow(Head(known.dev, known.inc, known.seq, known.hash), event)
    except ProofError as failure:
        raise StoreFailure("store.chain_moved", expected=known.seq + 1) from failure


def _stored(row: tuple[Any, ...]) -> StoredEvent:
    event, dev, seq, scope, case, kind, person, at_ms, counted, lo, hi, n, verdict, code = row[:14]
    digest, jws, body, act, outcome, path, sth = row[14:]
    receipt = _receipt(n, outcome, path, sth)
    return StoredEvent(
        event=event,
        dev=dev,
        seq=seq,
        scope=scope,
        case=case,
        kind=kind,
        person=person,
        at_ms=at_ms,
        counted_ms=counted,
        lo_ms=lo,
        hi_ms=hi,
        n=n,
        verdict=PENDING if verdict is None else verdict,
        code=code,
        hash=b64u_encode(digest),
        record=Record(jws, body, act),
        outcome=outcome,
        receipt=receipt,
    )
