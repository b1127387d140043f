"""A window and a centre in small, for tests of the store: real records, real outcomes and trees.

    life = Life(tmp_path)
    store = life.open()                      # enrolled: the chain begins at the device's claim
    life.session(store)                      # session.open appended
    number = life.open_case(store)           # preregister appended
    life.step(store, number, "receive", {...})
    life.centre.push(store)                  # settle everything in the outbox as accepted
    life.centre.pull(store)                  # everything the store has not got

Signatures are the product's own; the centre accepts what it is told to accept.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from client.app.ports.store import ChainHead, NumberUse
from client.store.store import SqlCipherStore, open_store
from sync.domain.ids import make_case_number
from sync.engine.ports import PulledPage, Settled
from sync.proof.events import Draft, make_event, write_body
from sync.proof.jws import Kid, body_hash, hash_text, raw_text, sign_form
from sync.proof.keys import SoftwareKey, new_bytes, new_id
from sync.proof.outcomes import outcome_leaf, sign_tree_head, write_outcome
from sync.proof.tree import Frontier, MemoryTree, inclusion_proof
from sync.protocol.codec import b64u_decode, b64u_encode, read_json
from sync.protocol.records import Block, Lease, LogEntry, Maxima, Outcome, PolicySize, Receipt
from tests.helpers.pki import NOW
from tests.helpers.world import AUD, DEV, HALL, SCOPE, Place, World, ms, text32

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from sync.engine.ports import ChangeSet
    from sync.protocol.records import Record

MINUTE = 60_000
OTHER_DEV = "d-339901-04"


@dataclass(frozen=True)
class Keys:
    """The keys of a store."""

    db: bytes
    att: bytes
    name: bytes
    mark: bytes
    backup: bytes


def keys(seed: int = 1) -> Keys:
    """Return keys that differ by seed."""
    return Keys(*(bytes([seed, place]) * 16 for place in range(5)))


def end_as_killed(store: SqlCipherStore) -> None:
    """Let go of everything without a last word, as the end of a process does."""
    store._mark.abandon()
    store._db.close()
    store._lock.release()


class FakeClock:
    """A clock that stands where it is put."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def wall(self) -> datetime:
        return self.now

    def boot_ms(self) -> int:
        return ms(self.now) - ms(NOW) + MINUTE

    def boot_id(self) -> str:
        return "boot-1"


@cache
def shared_world() -> World:
    """Return one world for all tests of a process: making cards is slow."""
    world = World()
    texts = files("resources")
    offices = json.loads((texts / "catalogue" / "yunling-offices.json").read_text("utf-8"))
    calendar = json.loads((texts / "calendars" / "cn-2024-2026.json").read_text("utf-8"))
    catalogue = json.loads((texts / "catalogue" / "yunling.json").read_text("utf-8"))
    world.policy("calendar", calendar)
    for hall in offices["halls"]:
        world.policy("hall", hall)
    for department in offices["departments"]:
        world.policy("department", department)
    world.policy("catalogue", catalogue)
    return world


class Centre:
    """Answers records, keeps each scope's tree, hands out pages."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.log: dict[str, list[LogEntry]] = {}
        self.trees: dict[str, MemoryTree] = {}
        self.answers: dict[str, tuple[str, LogEntry]] = {}
        self.heads: dict[tuple[str, int], str] = {}
        self.now = ms(NOW)
        for record in world.log:
            self.answer(record, scope="policy")

    def answer(
        self,
        record: Record,
        verdict: str = "accepted",
        code: str | None = None,
        *,
        scope: str | None = None,
        person: str = "p0103",
    ) -> LogEntry:
        """Log a record; the same one again gets its first answer."""
        name = hash_text(record.jws)
        if name in self.answers:
            return self.answers[name][1]
        payload = read_json(_payload(record.jws))
        scope = scope or payload["scope"]
        at = payload["at"]
        self.now = max(self.now, at) + 500
        entries, tree = self.log.setdefault(scope, []), self.trees.setdefault(scope, MemoryTree())
        outcome = write_outcome(
            Outcome(
                aud=AUD,
                scope=scope,
                n=len(entries) + 1,
                eh=name,
                er=raw_text(record.jws),
                body=body_hash(record.body),
                person=person,
                verdict=verdict,
                code=code,
                recv=self.now,
                lo=at - MINUTE,
                hi=self.now,
                counted=at,
                due=None,
                pol=len(self.world.log),
            )
        )
        entry = LogEntry(len(entries) + 1, record.jws, record.body, record.act, outcome)
        entries.append(entry)
        tree.append(outcome_leaf(outcome))
        self.answers[name] = (scope, entry)
        return entry

    def receipt(self, record: Record) -> Receipt:
        """Return the receipt of a logged record, under the newest head."""
        scope, entry = self.answers[hash_text(record.jws)]
        tree = self.trees[scope]
        path = inclusion_proof(tree.node, entry.n - 1, tree.frontier.size)
        return Receipt(
            entry.outcome, entry.n - 1, [b64u_encode(step) for step in path], self.head(scope)
        )

    def head(self, scope: str) -> str:
        """Return the signed head of a scope."""
        key, frontier = self.world.server["log"], self.trees[scope].frontier
        if (scope, frontier.size) not in self.heads:
            signed = sign_tree_head(frontier, AUD, scope, self.now, key, key.thumbprint)
            self.heads[scope, frontier.size] = signed
        return self.heads[scope, frontier.size]

    def settled(
        self, record: Record, verdict: str = "accepted", code: str | None = None
    ) -> Settled:
        """Log a record and return its answer as the engine gives it to the store."""
        self.answer(record, verdict, code)
        payload = read_json(_payload(record.jws))
        return Settled(payload["id"], verdict, code, self.receipt(record))

    def push(self, store: SqlCipherStore, refuse: Mapping[str, str] | None = None) -> ChangeSet:
        """Answer the whole outbox; `refuse` maps a kind to the code that refuses it."""
        answers = []
        for record in store.outbox(1000):
            code = (refuse or {}).get(read_json(_payload(record.jws))["kind"])
            answers.append(self.settled(record, "refused" if code else "accepted", code))
        return store.settle(answers)

    def page(self, scope: str, after: int, limit: int = 1000) -> PulledPage:
        """Return the entries of a scope that follow a number, with the frontier over them."""
        entries = self.log.get(scope, [])[after : after + limit]
        frontier = Frontier()
        for entry in self.log.get(scope, [])[: after + len(entries)]:
            frontier = frontier.append(outcome_leaf(entry.outcome))
        return PulledPage(scope, entries, after + len(entries), frontier.pack(), self.head(scope))

    def pull(self, store: SqlCipherStore, limit: int = 1000) -> None:
        """Bring a store up to date, policy first."""
        for scope in sorted(self.log, key=lambda name: name != "policy"):
            store.subscribe([*store.cursors(), scope])
            while (cursor := store.cursors()[scope]) < len(self.log[scope]):
                store.apply_pull(self.page(scope, cursor, limit))


class Life:
    """One window over one folder, its session, and the centre that it speaks to."""

    def __init__(self, folder: Path, world: World | None = None) -> None:
        self.folder = folder
        self.world = world or shared_world()
        self.start = self.world.trust.device(DEV).start
        self.place = Place(0, self.start)
        self.centre = Centre(self.world)
        self.clock = FakeClock()
        self.at = ms(NOW)
        self.kid, self.key = "", SoftwareKey.generate()
        self.other = Place(0, text32())
        self.serial = 0

    def open(self, seed: int = 1) -> SqlCipherStore:
        """Open the store, enrolled."""
        store = open_store(self.folder, keys(seed), self.clock)
        if store.head() is None:
            store.start_chain(ChainHead(DEV, 0, 0, self.start))
        return store

    def record(
        self, kind: str, content: Mapping[str, Any], case: str | None, /, **changes: Any
    ) -> Record:
        """Make the next own event and move the chain."""
        self.at += MINUTE
        members: dict[str, Any] = {
            "aud": AUD,
            "id": new_id(),
            "dev": DEV,
            "inc": 0,
            "seq": self.place.seq + 1,
            "prev": self.place.hash,
            "scope": SCOPE if case else f"hall/{HALL}",
            "case": case,
            "cprev": None,
            "kind": kind,
            "body": write_body(content, new_bytes(16)),
            "anc": text32(),
            "dt": 1200,
            "boot": "b0075e55",
            "at": self.at,
        }
        draft = Draft(**members | changes)
        record = make_event(draft, self.kid, self.key)
        self.place = Place(draft.seq, hash_text(record.jws))
        return record

    def session(self, store: SqlCipherStore) -> Record:
        """Log in and append the session's first event."""
        self.world.place = self.place
        login, self.key = self.world.login(self.world.clerk)
        self.kid = hash_text(login.dlg)
        record = self.record("session.open", login.body(), None)
        store.append([record])
        return record

    def step(
        self,
        store: SqlCipherStore,
        case: str | None,
        kind: str,
        content: Mapping[str, Any] | None = None,
        uses: Sequence[NumberUse] = (),
        pages: Sequence[tuple[str, str]] = (),
    ) -> Record:
        """Append one own step."""
        cprev = store.case_head(case) if case else None
        record = self.record(kind, content or {}, case, cprev=cprev)
        store.append([record], uses, pages)
        return record

    def number(self) -> str:
        """Return a case number not used before."""
        self.serial += 1
        return make_case_number(NOW.date(), HALL, self.serial)

    def open_case(self, store: SqlCipherStore, name: str = "王芳", item: str = "scjg-01") -> str:
        """Preregister a case; return its number."""
        number = self.number()
        self.step(store, number, "preregister", registration(name, item))
        return number

    def foreign(
        self, kind: str, content: Mapping[str, Any], case: str | None, /, **changes: Any
    ) -> Record:
        """Make an event of another device (not appended anywhere)."""
        mine, self.place = self.place, self.other
        record = self.record(kind, content, case, dev=OTHER_DEV, **changes)
        self.other, self.place = self.place, mine
        return record


def registration(name: str = "王芳", item: str = "scjg-01") -> dict[str, Any]:
    """Return the body of a preregistration."""
    return {
        "applicant": {
            "kind": "person",
            "id_kind": "resident_id",
            "id_no": "11010519491231002X",
            "name": name,
            "phone": "13800138000",
        },
        "agent": None,
        "item": item,
        "item_version": 1,
        "catalogue": "1",
        "calendar": "1",
        "project": None,
        "fast_track": False,
    }


def lease(centre: Centre, blocks: Sequence[tuple[str, int, int]], head: ChainHead) -> str:
    """Return a lease of the centre with these blocks."""
    key = centre.world.server["lease"]
    form = Lease(
        aud=AUD,
        id=new_id(),
        prev=None,
        dev=DEV,
        inc=0,
        djk=centre.world.device.thumbprint,
        seq=head.seq,
        head=head.hash,
        t=ms(NOW),
        nbf=ms(NOW),
        exp=ms(NOW + timedelta(hours=24)),
        persons=[],
        blocks=[Block(kind, first, last) for kind, first, last in blocks],
        max=Maxima(accept=50, decide=50, certificate=50),
        pol=PolicySize(1, text32()),
        cat="1",
        cal="1",
        crl=[],
        revoked=[],
        kcc=b64u_encode(new_bytes(60)),
        n=b64u_encode(new_bytes(16)),
    )
    return sign_form(form, Kid(key.thumbprint), key)


def _payload(jws: str) -> bytes:
    return b64u_decode(jws.split(".")[1])
