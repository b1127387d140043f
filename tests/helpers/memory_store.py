"""A `SyncStore` in memory, that a test fills, looks into and lets fail."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sync.domain.failures import Failure, FailureKind
from sync.engine.ports import NONE, ChangeSet, OwnAnswered, Settled
from sync.proof.chain import Head
from sync.proof.events import read_logged_event
from sync.proof.jws import hash_text, raw_text, read_logged_jws
from sync.protocol.records import EVENT, LogEntry, Record
from tests.helpers.world import DEV

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sync.engine.ports import PulledPage, StoredAnchor
    from tests.helpers.small_record import SmallRecord


class StoreTrouble(Failure):
    """What a store says that cannot."""


@dataclass
class MemoryStore:
    """A `SyncStore` in memory; `trouble` names methods that fail the next time."""

    own: list[tuple[str, Record]] = field(default_factory=list)
    settled: dict[str, Settled | str] = field(default_factory=dict)
    log: dict[str, list[LogEntry]] = field(default_factory=dict)
    frontiers: dict[str, bytes] = field(default_factory=dict)
    heads: dict[str, str] = field(default_factory=dict)
    scopes: tuple[str, ...] = ()
    kept_anchor: StoredAnchor | None = None
    kept_lease: tuple[str, bytes] | None = None
    start: Head | None = None
    files: dict[str, bytes] = field(default_factory=dict)
    waiting: list[tuple[str, str, int, str]] = field(default_factory=list)
    meta: dict[str, bytes] = field(default_factory=dict)
    trouble: set[str] = field(default_factory=set)
    calls: Counter[str] = field(default_factory=Counter)

    def _called(self, name: str) -> None:
        self.calls[name] += 1
        if name in self.trouble:
            self.trouble.discard(name)
            raise StoreTrouble("store.full", FailureKind.RETRIABLE)

    # ------------------------------------------------------------ for tests

    def enrol(self, centre: SmallRecord) -> None:
        """Begin the chain where the device's claim stands, with policy as it was then."""
        place = centre.world.place
        self.start = Head(DEV, 0, place.seq, place.hash)
        self.log["policy"] = list(centre.log["policy"])
        self.frontiers["policy"] = centre.trees["policy"].frontier.pack()

    def add(self, record: Record) -> str:
        """Append an own event."""
        core = read_logged_jws(record.jws, EVENT).payload
        self.own.append((core["id"], record))
        return str(core["id"])

    def scan(self, data: bytes, type_: str = "image/jpeg", case: str = "1") -> str:
        """Keep a page to be uploaded."""
        sha256 = hashlib.sha256(data).hexdigest()
        self.files[sha256] = data
        self.waiting.append((case, sha256, len(data), type_))
        return sha256

    def verdicts(self) -> dict[str, str]:
        """Return the verdict of each answered event."""
        return {e: s if isinstance(s, str) else s.verdict for e, s in self.settled.items()}

    # ------------------------------------------------------------ SyncStore

    def head(self) -> Head | None:
        if not self.own or self.start is None:
            return self.start
        record = self.own[-1][1]
        core = read_logged_jws(record.jws, EVENT).payload
        return Head(DEV, 0, core["seq"], hash_text(record.jws))

    def entries(self, scope: str, after: int, limit: int) -> Sequence[LogEntry]:
        return self.log.get(scope, [])[after : after + limit]

    answered = entries  # own answered events come by the pull alone here

    def heads_over(self, scope: str, after: int) -> list[str]:
        return [self.heads[scope]] if scope in self.heads else []

    def own_answered(self, after: int, limit: int) -> Sequence[OwnAnswered]:
        found = enumerate(self.own, 1)
        return [
            OwnAnswered(pos, event, record, answer.receipt)
            for pos, (event, record) in found
            if pos > after and isinstance(answer := self.settled.get(event), Settled)
        ][:limit]

    def offer_again(self, scope: str, after: int) -> None:
        self._called("offer_again")

    def _pending(self) -> Iterator[tuple[str, Record]]:
        return ((e, r) for e, r in self.own if e not in self.settled)

    def outbox(self, limit: int) -> list[Record]:
        self._called("outbox")
        return [record for _, record in self._pending()][:limit]

    def outbox_size(self) -> int:
        return sum(1 for _ in self._pending())

    def settle(self, answers: Sequence[Settled], heads: Mapping[str, str] = NONE) -> ChangeSet:
        self._called("settle")
        self.heads.update(heads)
        for answer in answers:
            self.settled[answer.event] = answer
        return ChangeSet(cases=frozenset({"1"}))

    def cursors(self) -> dict[str, int]:
        return {scope: len(self.log.get(scope, [])) for scope in self.scopes}

    def frontier(self, scope: str) -> bytes | None:
        return self.frontiers.get(scope)

    def tree_heads(self) -> dict[str, str]:
        return dict(self.heads)

    def apply_pull(self, page: PulledPage) -> ChangeSet:
        self._called("apply_pull")
        taken = self.log.setdefault(page.scope, [])
        assert [entry.n for entry in page.entries] == list(range(len(taken) + 1, page.cursor + 1))
        taken.extend(page.entries)
        self.frontiers[page.scope] = page.frontier
        if page.sth is not None:
            self.heads[page.scope] = page.sth
        own = {raw_text(record.jws): event for event, record in self.own}
        for entry in page.entries:
            event = own.get(raw_text(entry.jws))
            if event is not None:
                verdict = json.loads(entry.outcome)["verdict"]
                self.settled.setdefault(event, verdict)
        return ChangeSet(cases=frozenset({"2"}), policy=page.scope == "policy")

    def subscribe(self, scopes: Sequence[str]) -> None:
        self.scopes = tuple(scopes)

    def put_meta(self, key: str, value: bytes) -> None:
        self.meta[key] = value

    def keep_anchor(self, anchor: StoredAnchor) -> None:
        self.kept_anchor = anchor

    def anchor(self) -> StoredAnchor | None:
        return self.kept_anchor

    def keep_lease(self, lease: str, kcc: bytes) -> None:
        self.kept_lease = (lease, kcc)

    def lease(self) -> tuple[str, bytes] | None:
        return self.kept_lease

    def uploads(self, limit: int, *, unsent: bool = True) -> list[tuple[str, str, int, str]]:
        cases = {read_logged_event(record).core.case for _, record in self._pending()}
        return [w for w in self.waiting if unsent or w[0] not in cases][:limit]

    def uploaded(self, case: str, sha256: str) -> ChangeSet:
        self.waiting = [w for w in self.waiting if w[:2] != (case, sha256)]
        return ChangeSet(cases=frozenset({case}))

    def attachment(self, sha256: str) -> bytes:
        self._called("attachment")
        return self.files[sha256]
