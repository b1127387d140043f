"""A centre's record in small: real trees, receipts, anchors and leases, and nobody who judges.

It verifies proofs, signatures and chains with the product's own functions, and can be told to lie.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from sync.engine.session import LineSession
from sync.proof import anchors, lease, outcomes
from sync.proof.chain import Head
from sync.proof.delegations import Login
from sync.proof.events import make_event, read_event
from sync.proof.jws import body_hash, hash_text, raw_text, read_logged_jws
from sync.proof.keys import SoftwareKey, new_id, public_of
from sync.proof.tree import MemoryTree, consistency_proof, inclusion_proof
from sync.protocol import messages
from sync.protocol.codec import b64u_encode
from sync.protocol.errors import WireError
from sync.protocol.records import (
    DELEGATION,
    EVENT,
    Block,
    Delegation,
    Lease,
    LogEntry,
    Maxima,
    Outcome,
    PolicySize,
    Receipt,
    Record,
    read_form,
)
from tests.helpers.line_world import HALL_SCOPE, HOUR, NOW_MS
from tests.helpers.world import AUD, DEV, SCOPE, World, text32

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable


@dataclass
class Known:
    """An event that the centre has."""

    hash: str
    scope: str
    index: int


class SmallRecord:
    """Trees per scope, one device, sessions by delegation; who is pushed to is told.

    judge: (core) -> (verdict, code) of a pushed event. bend: (path, message) -> message, applied to
    each answer's struct and to each poke before it is sent.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.trees: dict[str, MemoryTree] = {}
        self.log: dict[str, list[LogEntry]] = {}
        self.known: dict[str, Known] = {}
        self.keys: dict[str, SoftwareKey] = dict(world.server)
        self.sessions: dict[str, Delegation] = {}
        self.head = Head(DEV, 0, world.place.seq, world.place.hash)
        self.anchors: list[Any] = []
        self.leases: list[Lease] = []
        self.judge: Callable[[Any], tuple[str, str | None]] = lambda _core: ("accepted", None)
        self.bend: Callable[[str, Any], Any] = lambda _path, message: message
        self.visible = {"policy", HALL_SCOPE, SCOPE}
        self.pages = False  # whether pokes bring theirs
        self.streams: list[asyncio.Queue[bytes | None]] = []
        for record in world.log:
            self.append("policy", record)

    # ------------------------------------------------------------ the log

    def append(
        self,
        scope: str,
        record: Record,
        verdict: str = "accepted",
        code: str | None = None,
        **changes: Any,
    ) -> int:
        """Give a record its leaf; returns its index."""
        tree = self.trees.setdefault(scope, MemoryTree())
        members: dict[str, Any] = {
            "aud": AUD,
            "scope": scope,
            "n": tree.frontier.size + 1,
            "eh": hash_text(record.jws),
            "er": raw_text(record.jws),
            "body": body_hash(record.body),
            "person": "p0103",
            "verdict": verdict,
            "code": code,
            "recv": NOW_MS,
            "lo": NOW_MS - 1000,
            "hi": NOW_MS,
            "counted": NOW_MS,
            "due": None,
            "pol": len(self.log.get("policy", ())),
        }
        text = outcomes.write_outcome(Outcome(**members | changes))
        tree.append(outcomes.outcome_leaf(text))
        entries = self.log.setdefault(scope, [])
        entries.append(LogEntry(len(entries) + 1, record.jws, record.body, record.act, text))
        return len(entries) - 1

    def others(self, count: int = 1, scope: str = SCOPE) -> None:
        """Let another window work in a scope."""
        key = SoftwareKey.generate()
        for _ in range(count):
            draft = self.world.draft("claim", {"text": "…"}, dev="d-339901-09", scope=scope)
            self.append(scope, make_event(draft, text32(), key))
        self.poke(scope, count)

    def policy(self, kind: str, content: dict[str, Any]) -> None:
        """Let two administrators change policy."""
        self.append("policy", self.world.policy(kind, content))
        self.poke("policy")

    def poke(self, scope: str, leaves: int = 1) -> None:
        """Tell every open stream, with the newest leaves if pokes bring pages."""
        size = len(self.log[scope])
        page = None
        if self.pages:
            page = messages.PulledScope(
                entries=self.log[scope][-leaves:],
                next=size,
                size=size,
                sth=self.sth(scope),
                more=False,
            )
        poke = self.bend("/v1/live", messages.Poke(scope, size, page))
        data = msgspec.json.encode(poke)
        for stream in self.streams:
            stream.put_nowait(b"data: " + data + b"\n\n")

    def sth(self, scope: str) -> str:
        """Sign the head of a scope as it stands."""
        frontier, key = self.trees[scope].frontier, self.keys["log"]
        return outcomes.sign_tree_head(frontier, AUD, scope, NOW_MS, key, key.thumbprint)

    def receipt(self, scope: str, index: int) -> Receipt:
        """Return the receipt of a leaf against the head as it stands."""
        tree = self.trees[scope]
        path = inclusion_proof(tree.node, index, tree.frontier.size)
        entry = self.log[scope][index]
        return Receipt(entry.outcome, index, [b64u_encode(p) for p in path], self.sth(scope))

    # ------------------------------------------------------------ pushing

    def push(self, request: messages.PushRequest) -> messages.PushAnswer:
        """Take events in; one result each."""
        places = [self._take(record) for record in request.events]
        results = [self._result(*place) for place in places]
        touched = {known.scope for known in self.known.values()}
        proofs = {
            scope: self.growth(scope, size)
            for scope, size in request.heads.items()
            if scope in touched and 0 < size < self.trees[scope].frontier.size
        }
        anchor = None if request.ancreq is None else self.anchor(request.ancreq)
        return messages.PushAnswer(results=results, anchor=anchor, consistency=proofs)

    def growth(self, scope: str, first: int) -> messages.Consistency:
        """Prove that a scope's tree grew from an earlier size."""
        tree = self.trees[scope]
        path = consistency_proof(tree.node, first, tree.frontier.size)
        return messages.Consistency(first, tree.frontier.size, [b64u_encode(p) for p in path])

    def _take(self, record: Record) -> tuple[str | None, str, str | None, int | None]:
        core = read_logged_jws(record.jws, EVENT).payload
        known = self.known.get(core["id"])
        if known is not None:
            return core["id"], "duplicate", None, None
        if core["seq"] != self.head.seq + 1 or core["prev"] != self.head.hash:
            return core["id"], "rejected", "proof.chain_gap", self.head.seq + 1
        if core["kind"] == "session.open":
            login = Login.of_body(json.loads(record.body))
            self._remember(login)
        session = self.sessions.get(read_logged_jws(record.jws, EVENT).header.kid or "")
        if session is None:
            return None, "rejected", "wire.session_ended", self.head.seq + 1
        read = read_event(record, lambda _header: public_of(session.spk))
        verdict, code = self.judge(read.core)
        if verdict == "rejected":
            return read.core.id, verdict, code, self.head.seq + 1
        index = self.append(read.core.scope, record, verdict, code)
        self.known[read.core.id] = Known(read.hash, read.core.scope, index)
        self.head = Head(DEV, 0, read.core.seq, read.hash)
        self.poke(read.core.scope)
        return read.core.id, verdict, code, None

    def _result(
        self, event: str | None, verdict: str, code: str | None, expect: int | None
    ) -> messages.PushResult:
        known = self.known.get(event or "")
        receipt = None
        if known is not None and verdict != "rejected":
            receipt = self.receipt(known.scope, known.index)
        return messages.PushResult(
            id=event,
            verdict=verdict,  # type: ignore[arg-type]
            code=code,
            receipt=receipt,
            expect=expect,
        )

    # ------------------------------------------------------------ pulling

    def pull(self, request: messages.PullRequest) -> messages.PullAnswer:
        """Hand out leaves."""
        scopes, left = {}, request.limit
        for scope, cursor in sorted(request.cursors.items()):
            if scope not in self.visible:
                raise WireError("wire.scope_forbidden", scope=scope)
            entries = self.log.get(scope, [])
            if cursor > len(entries):
                raise WireError("wire.cursor", scope=scope, size=len(entries))
            page = entries[cursor : cursor + left]
            if not page:
                continue
            left -= len(page)
            more = cursor + len(page) < len(entries)
            scopes[scope] = messages.PulledScope(
                entries=page,
                next=cursor + len(page),
                size=len(entries),
                sth=None if more else self.sth(scope),
                more=more,
            )
        anchor = None if request.ancreq is None else self.anchor(request.ancreq)
        return messages.PullAnswer(scopes=scopes, anchor=anchor)

    # ------------------------------------------------------------ anchors, leases

    def anchor(self, ancreq: str) -> str:
        """Sign the time over a head."""
        request, _ = anchors.read_request(ancreq, self._asker)
        self.anchors.append(request)
        key = self.keys["anchor"]
        return anchors.answer(request, NOW_MS + len(self.anchors), key, key.thumbprint)

    def lease(self, ancreq: str, **changes: Any) -> str:
        """Sign a lease."""
        request, _ = anchors.read_request(ancreq, self._asker)
        name, key = new_id(), self.keys["lease"]
        device = self.world.device
        members: dict[str, Any] = {
            "aud": AUD,
            "id": name,
            "prev": None,
            "dev": request.dev,
            "inc": request.inc,
            "djk": device.thumbprint,
            "seq": request.seq,
            "head": request.head,
            "t": NOW_MS,
            "nbf": NOW_MS,
            "exp": NOW_MS + 24 * HOUR,
            "persons": [],
            "blocks": [Block("case", 1, 100)],
            "max": Maxima(accept=100, decide=100, certificate=0),
            "pol": PolicySize(1, text32()),
            "cat": "1",
            "cal": "1",
            "crl": [],
            "revoked": [],
            "kcc": lease.seal_kcc(b"k" * 32, device.public, AUD, name, request.dev),
            "n": request.n,
        }
        self.leases.append(Lease(**members | changes))
        return lease.make_lease(self.leases[-1], key, key.thumbprint)

    # ------------------------------------------------------------ sessions

    def session(self) -> tuple[LineSession, Record]:
        """Log the clerk's card in; returns the session and its opening event, not yet sent."""
        login, key, opening = self.world.opened(self.world.clerk)
        return self.line_session(login, key), opening

    def line_session(self, login: Login, key: SoftwareKey) -> LineSession:
        """Return a session as the engine takes it."""
        delegation = read_form(read_logged_jws(login.dlg, DELEGATION).payload, Delegation)
        return LineSession(
            login=login,
            delegation=delegation,
            kid=hash_text(login.dlg),
            key=key,
            device=self.world.device,
            genesis=self.world.trust.genesis,
        )

    def log_in(self, session: LineSession) -> None:
        """Know a session that logged in some other way."""
        self._remember(session.login)

    def _remember(self, login: Login) -> Delegation:
        payload = read_logged_jws(login.dlg, DELEGATION).payload
        delegation = read_form(payload, Delegation)
        self.sessions[hash_text(login.dlg)] = delegation
        return delegation

    def _asker(self, header: Any) -> Any:
        if header.kid == self.world.device.thumbprint:
            return self.world.device.public
        return public_of(self.sessions[header.kid].spk)
