"""What is kept beside the log: sync positions, the lease's numbers, drafts, small values.

None of it is synced. Every method works inside the caller's transaction; a single statement is a
durable transaction of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from client.store.failures import StoreFailure
from sync.domain.fields import moment_of, ms_of
from sync.engine.ports import StoredAnchor
from sync.proof.jws import read_logged_jws
from sync.protocol.records import LEASE, Lease, read_form
from sync.typed import from_json

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from client.app.ports.store import NumberUse
    from client.store.connection import Database

_ANCHOR, _LEASE, _LARGEST, _LEASE_ID = "anchor", "lease", "largest_ms", "lease_id"
BEHIND = "behind"
"""How long the centre knows the own chain to be, where the store was put back."""
_ASKED_OFTEN = frozenset({_ANCHOR, _LARGEST, _LEASE_ID, BEHIND})
_END = b"."
"""Ends each value of bytes; see `connection._whole`."""


class _KeptLease(msgspec.Struct, frozen=True):
    jws: str
    kcc: bytes


class State:
    """Small values by key: the store's own, and `meta` for its callers'.

    What each step asks for is read once: nobody else writes to an open store.
    """

    def __init__(self, db: Database) -> None:
        self._db = db
        self._known: dict[str, bytes | None] = {}
        self._undone = db.undone

    def get(self, key: str) -> bytes | None:
        """Return one of the store's own values."""
        if self._undone != self._db.undone:
            self._known.clear()
            self._undone = self._db.undone
        if key in self._known:
            return self._known[key]
        value = _ended(self._db.value("SELECT value FROM state WHERE key = ?", key))
        if key in _ASKED_OFTEN:
            self._known[key] = value
        return value

    def put(self, key: str, value: bytes) -> None:
        """Keep one of the store's own values."""
        self._known.pop(key, None)
        self._db.run("INSERT OR REPLACE INTO state (key, value) VALUES (?, ?)", key, value + _END)

    def drop(self, key: str) -> None:
        """Forget one of the store's own values."""
        self._known.pop(key, None)
        self._db.run("DELETE FROM state WHERE key = ?", key)

    def get_meta(self, key: str) -> bytes | None:
        """Return a caller's value."""
        return _ended(self._db.value("SELECT value FROM meta WHERE key = ?", key))

    def put_meta(self, key: str, value: bytes) -> None:
        """Keep a caller's value."""
        self._db.run("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", key, value + _END)

    def largest_time(self, seen: datetime | None) -> datetime | None:
        """Return the largest time ever seen, raised by `seen`; it never falls."""
        kept = self.get(_LARGEST)
        largest = None if kept is None else int(kept)
        if seen is not None and (largest is None or ms_of(seen) > largest):
            largest = ms_of(seen)
            self.put(_LARGEST, b"%d" % largest)
        return None if largest is None else moment_of(largest)

    def keep_anchor(self, anchor: StoredAnchor) -> None:
        """Keep the newest anchor; its time counts as seen."""
        self.put(_ANCHOR, msgspec.json.encode(anchor))
        self.largest_time(moment_of(anchor.t_ms))

    def anchor(self) -> StoredAnchor | None:
        """Return the newest anchor."""
        kept = self.get(_ANCHOR)
        return None if kept is None else from_json(kept, StoredAnchor)


def _ended(value: bytes | None) -> bytes | None:
    """Take the end mark off; without it the last page of a long value came as zeros."""
    if value is None:
        return None
    if not value.endswith(_END):
        raise StoreFailure("store.damaged")
    return value[: -len(_END)]


class Drafts:
    """What was typed and not yet made a step of."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def save(self, key: str, text: str, now: datetime) -> None:
        """Keep a draft."""
        self._db.run(
            "INSERT OR REPLACE INTO draft (key, text, saved_ms) VALUES (?, ?, ?)",
            *(key, text.replace("\0", ""), ms_of(now)),
        )

    def get(self, key: str) -> str | None:
        """Return a draft."""
        text: str | None = self._db.value("SELECT text FROM draft WHERE key = ?", key)
        return text

    def drop(self, key: str) -> None:
        """Forget a draft."""
        self._db.run("DELETE FROM draft WHERE key = ?", key)

    def all(self) -> tuple[tuple[str, int], ...]:
        """Return (key, saved at ms), newest first."""
        rows = self._db.rows("SELECT key, saved_ms FROM draft ORDER BY saved_ms DESC, key")
        return tuple((key, saved) for key, saved in rows)


class Scopes:
    """Where the pull of each scope stands."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def subscribe(self, scopes: Sequence[str]) -> None:
        """Set which scopes are pulled; what is known of the others stays."""
        self._db.run("UPDATE scope SET subscribed = 0")
        self._db.run_many(
            "INSERT INTO scope (name, subscribed) VALUES (?, 1)"
            " ON CONFLICT (name) DO UPDATE SET subscribed = 1",
            ((name,) for name in scopes),
        )

    def cursors(self) -> dict[str, int]:
        """Return the last number taken of each subscribed scope."""
        return dict(self._db.rows("SELECT name, cursor FROM scope WHERE subscribed = 1"))

    def all_cursors(self) -> dict[str, int]:
        """Return the last number taken of every scope ever pulled."""
        return dict(self._db.rows("SELECT name, cursor FROM scope WHERE cursor > 0 ORDER BY name"))

    def cursor(self, scope: str) -> int:
        """Return the last number taken of one scope."""
        found: int = self._db.value("SELECT cursor FROM scope WHERE name = ?", scope) or 0
        return found

    def frontier(self, scope: str) -> bytes | None:
        """Return the packed frontier of one scope at its cursor."""
        packed: bytes | None = self._db.value("SELECT frontier FROM scope WHERE name = ?", scope)
        return packed

    def move(self, scope: str, cursor: int, frontier: bytes) -> None:
        """Move a scope's cursor with its frontier."""
        self._db.run(
            "INSERT INTO scope (name, cursor, frontier) VALUES (?, ?, ?) ON CONFLICT (name)"
            " DO UPDATE SET cursor = excluded.cursor, frontier = excluded.frontier",
            *(scope, cursor, frontier),
        )

    def heads(self) -> dict[str, str]:
        """Return the newest verified tree head of each scope."""
        return dict(self._db.rows("SELECT name, sth FROM scope WHERE sth IS NOT NULL"))

    def keep_head(self, scope: str, sth: str) -> None:
        """Keep a verified tree head."""
        self._db.run(
            "INSERT INTO scope (name, sth) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET sth = excluded.sth",
            *(scope, sth),
        )


class Numbers:
    """The lease and the numbers that it reserves for this device.

    A number is spent in the transaction of its event. Spent numbers are remembered for as long as
    their lease is the newest, or their event waits to be sent: a later lease may bring back a
    number that the centre has seen returned, never one that it has not heard of.
    """

    def __init__(self, db: Database, state: State) -> None:
        self._db = db
        self._state = state

    def keep(self, jws: str, kcc: bytes) -> None:
        """Keep the newest lease; unused numbers of the former one are forgotten.

        It says what time it is: a wall clock that once ran ahead no longer ends leases.
        """
        lease = read_form(read_logged_jws(jws, LEASE).payload, Lease)
        self._state.put(_LARGEST, b"%d" % lease.t)
        self._state.put(_LEASE, msgspec.json.encode(_KeptLease(jws, kcc)))
        self._db.run("DELETE FROM number_block")
        self._db.run_many(
            "INSERT INTO number_block (kind, first, last) VALUES (?, ?, ?)",
            ((block.kind, block.first, block.last) for block in lease.blocks),
        )
        self._db.run(
            "DELETE FROM number_use WHERE lease <> ? AND pos NOT IN (SELECT pos FROM outbox)",
            lease.id,
        )
        self._state.put(_LEASE_ID, lease.id.encode())

    def lease(self) -> tuple[str, bytes] | None:
        """Return the newest lease with its check-code key."""
        kept = self._state.get(_LEASE)
        if kept is None:
            return None
        lease = from_json(kept, _KeptLease)
        return lease.jws, lease.kcc

    def next(self, kind: str) -> int | None:
        """Return the next unused number of a kind, None when the blocks are used up."""
        for first, last in self._blocks(kind):
            used = self._used(kind, first, last)
            for number in range(first, last + 1):
                if number not in used:
                    return number
        return None

    def left(self, kind: str) -> int:
        """Count the unused numbers of a kind."""
        return sum(
            last - first + 1 - len(self._used(kind, first, last))
            for first, last in self._blocks(kind)
        )

    def low(self) -> bool:
        """Say whether less than a fifth of the numbers of some kind is left."""
        kinds = [row[0] for row in self._db.rows("SELECT DISTINCT kind FROM number_block")]
        return any(self.left(kind) * 5 < self._reserved(kind) for kind in kinds)

    def _reserved(self, kind: str) -> int:
        return sum(last - first + 1 for first, last in self._blocks(kind))

    def spend(self, uses: Sequence[NumberUse], pos: int) -> None:
        """Mark numbers as spent by the event at a place of the log.

        Raises:
            StoreFailure: store.number_spent: spent before, or not of this lease.
        """
        lease = (self._state.get(_LEASE_ID) or b"").decode()
        for use in uses:
            reserved = any(first <= use.number <= last for first, last in self._blocks(use.kind))
            if not reserved or self._used(use.kind, use.number, use.number):
                raise StoreFailure("store.number_spent", kind_of_number=use.kind)
            self._db.run(
                "INSERT OR REPLACE INTO number_use (kind, number, lease, pos) VALUES (?, ?, ?, ?)",
                *(use.kind, use.number, lease, pos),
            )

    def _blocks(self, kind: str) -> list[tuple[int, int]]:
        rows = self._db.rows(
            "SELECT first, last FROM number_block WHERE kind = ? ORDER BY first", kind
        )
        return [(first, last) for first, last in rows]

    def _used(self, kind: str, first: int, last: int) -> set[int]:
        rows = self._db.rows(
            "SELECT number FROM number_use WHERE kind = ? AND number BETWEEN ? AND ?",
            *(kind, first, last),
        )
        return {row[0] for row in rows}
