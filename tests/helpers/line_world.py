"""The other end of the engine in small: a centre that keeps real trees, and a store in memory.

    centre = SmallCentre(World())
    session = centre.session()                   # a clerk's login, its session.open not yet sent
    store = MemoryStore(); store.enrol(centre)
    async with Scripted(centre.serve) as server: ...

The centre verifies proofs, tokens, signatures and chains with the product's own functions, judges
nothing, and can be told to lie. Where the real centre stands in, the same tests hold.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import zstandard

from sync.domain.failures import Failure, FailureKind
from sync.engine.ports import NONE, ChangeSet, OwnAnswered, Settled
from sync.engine.session import LineSession
from sync.proof import anchors, lease, outcomes
from sync.proof.chain import Head
from sync.proof.delegations import Login
from sync.proof.enrolment import read_enrolment
from sync.proof.events import make_event, read_event, read_logged_event
from sync.proof.jws import body_hash, hash_text, raw_text, read_logged_jws
from sync.proof.keys import SoftwareKey, new_id, public_of, thumbprint
from sync.proof.tokens import Nonces, Request, token_hash, verify_proof
from sync.proof.tree import MemoryTree, consistency_proof, inclusion_proof
from sync.protocol import messages, version
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
from tests.helpers.pki import NOW
from tests.helpers.scripted import Asked, Said
from tests.helpers.world import AUD, DEV, HALL, SCOPE, World, ms, text32

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sync.engine.ports import PulledPage, StoredAnchor

NOW_MS = ms(NOW)
HALL_SCOPE = f"hall/{HALL}"
HOUR = 3_600_000


class LoopClock:
    """The window's clocks: the wall stands at NOW plus what the loop has run."""

    def __init__(self, wrong_ms: int = 0) -> None:
        self.wrong_ms = wrong_ms
        self.shift_ms = 0
        self._loop = asyncio.get_running_loop()

    def boot_ms(self) -> int:
        return int(self._loop.time() * 1000) + self.shift_ms

    def wall(self) -> Any:
        return NOW + timedelta(milliseconds=self.wrong_ms)

    def boot_id(self) -> str:
        return "boot-1"


@dataclass
class Known:
    """An event that the centre has."""

    hash: str
    scope: str
    index: int


class SmallCentre:
    """Trees per scope, one device, sessions by token; every answer can be bent by a test.

    judge: (core) -> (verdict, code) of a pushed event. bend: (path, message) -> message, applied to
    each answer's struct before it is sent.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.trees: dict[str, MemoryTree] = {}
        self.log: dict[str, list[LogEntry]] = {}
        self.known: dict[str, Known] = {}
        self.keys: dict[str, SoftwareKey] = dict(world.server)
        self.sessions: dict[str, Delegation] = {}
        self.tokens: dict[str, str] = {}
        self.nonces = Nonces(b"c" * 32)
        self.head = Head(DEV, 0, world.place.seq, world.place.hash)
        self.anchors: list[Any] = []
        self.leases: list[Lease] = []
        self.files: dict[str, bytes] = {}
        self.uploads: dict[str, messages.UploadRequest] = {}
        self.asked: Counter[str] = Counter()
        self.judge: Callable[[Any], tuple[str, str | None]] = lambda _core: ("accepted", None)
        self.bend: Callable[[str, Any], Any] = lambda _path, message: message
        self.token_ms = 600_000
        self.visible = {"policy", HALL_SCOPE, SCOPE}
        self.pages = False  # whether pokes bring theirs
        self.streams: list[asyncio.Queue[bytes | None]] = []
        self.routes: dict[tuple[str, str], Callable[[Asked, str], Any]] = {
            ("GET", "/v1/hello"): self._hello,
            ("POST", "/v1/enrol"): self._enrol,
            ("POST", "/v1/login"): self._login,
            ("POST", "/v1/token"): self._renew,
            ("POST", "/v1/logout"): self._logout,
            ("POST", "/v1/push"): self._push,
            ("POST", "/v1/pull"): self._pull,
            ("POST", "/v1/anchor"): self._anchor,
            ("POST", "/v1/lease"): self._lease,
            ("POST", "/v1/attachments"): self._announce,
        }
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

    # ------------------------------------------------------------ HTTP

    async def serve(self, asked: Asked) -> Said:
        """Answer one request: a `Scripted` handler."""
        self.asked[asked.path] += 1
        nonce = {"DPoP-Nonce": self.nonces.make(NOW_MS)}
        body = asked.body
        if asked.headers.get("content-encoding") == "zstd":
            body = zstandard.ZstdDecompressor().decompress(body, 1 << 24)
        try:
            token = self._prove(asked)
            if asked.path == "/v1/live":
                return Said(headers=nonce, stream=self._live())
            if asked.method == "PUT":
                message = self._file(asked)
            else:
                plain = Asked(asked.method, asked.path, asked.headers, body)
                route = self.routes.get((asked.method, asked.path), self._nowhere)
                message = route(plain, token)
        except WireError as error:
            problem = {"code": error.code, "details": dict(error.details)}
            return Said(json.dumps(problem).encode(), error.status, nonce)
        return Said(msgspec.json.encode(self.bend(asked.path, message)), 200, nonce)

    @staticmethod
    def _nowhere(_asked: Asked, _token: str) -> Any:
        raise WireError("wire.not_found")

    def _prove(self, asked: Asked) -> str:
        if asked.path in {"/v1/hello", "/v1/enrol"}:
            return ""
        token = asked.headers.get("authorization", "").removeprefix("DPoP ") or None
        url = f"http://{asked.headers['host']}{asked.path}"
        request = Request(asked.method, url, asked.body, token)
        try:
            proven = verify_proof(asked.headers["dpop"], request, self.nonces, NOW_MS)
        except Failure as failure:
            old = "nonce" in failure.code
            code = "wire.use_dpop_nonce" if old else "wire.proof_invalid"
            raise WireError(code) from failure
        if token is None:
            return proven.jkt
        if self.tokens.get(token_hash(token)) != proven.jkt:
            raise WireError("wire.token_unknown")
        return token

    def _token(self, jkt: str) -> tuple[str, int]:
        token = text32()
        self.tokens[token_hash(token)] = jkt
        return token, NOW_MS + self.token_ms

    def _hello(self, _asked: Asked, _token: str) -> messages.Hello:
        return messages.Hello(
            aud=AUD,
            name="云岭县",
            oldest=version.OLDEST,
            current=version.CURRENT,
            features=[],
            t=NOW_MS,
            genesis=self.world.trust.genesis,
        )

    def _enrol(self, asked: Asked, _token: str) -> messages.EnrolAnswer:
        request = msgspec.json.decode(asked.body, type=messages.EnrolRequest)
        claim, record = read_enrolment(request.enrol)
        self.world.admit(record)
        index = self.append("policy", record)
        return messages.EnrolAnswer(
            dev=claim.dev,
            inc=claim.inc,
            n=index + 1,
            prev=hash_text(record.jws),
            receipt=self.receipt("policy", index),
        )

    def _login(self, asked: Asked, _jkt: str) -> messages.LoginAnswer:
        request = msgspec.json.decode(asked.body, type=messages.LoginRequest)
        login = Login(request.dlg, request.devproof, tuple(request.chain))
        delegation = self._remember(login)
        token, exp = self._token(thumbprint(delegation.spk))
        return messages.LoginAnswer(
            token=token, exp=exp, dlg=hash_text(login.dlg), scopes=[SCOPE], roles=[]
        )

    def _renew(self, _asked: Asked, token: str) -> messages.TokenAnswer:
        jkt = self.tokens.pop(token_hash(token))
        return messages.TokenAnswer(*self._token(jkt))

    def _logout(self, _asked: Asked, token: str) -> messages.Empty:
        del self.tokens[token_hash(token)]
        return messages.Empty()

    def _push(self, asked: Asked, _token: str) -> messages.PushAnswer:
        return self.push(msgspec.json.decode(asked.body, type=messages.PushRequest))

    def _pull(self, asked: Asked, _token: str) -> messages.PullAnswer:
        return self.pull(msgspec.json.decode(asked.body, type=messages.PullRequest))

    def _lease(self, asked: Asked, _token: str) -> messages.LeaseAnswer:
        request = msgspec.json.decode(asked.body, type=messages.AnchorCall)
        return messages.LeaseAnswer(self.lease(request.ancreq))

    def _anchor(self, asked: Asked, _token: str) -> messages.AnchorAnswer:
        request = msgspec.json.decode(asked.body, type=messages.AnchorCall)
        return messages.AnchorAnswer(self.anchor(request.ancreq))

    def _announce(self, asked: Asked, _token: str) -> messages.UploadAnswer:
        request = msgspec.json.decode(asked.body, type=messages.UploadRequest)
        if request.type == "application/zip":
            raise WireError("wire.attachment_type")
        if request.sha256 in self.files:
            return messages.UploadAnswer(None)
        name = f"up-{len(self.uploads)}"
        self.uploads[name] = request
        return messages.UploadAnswer(name)

    def _file(self, asked: Asked) -> messages.UploadedAnswer:
        request = self.uploads[asked.path.rpartition("/")[2]]
        sha256 = hashlib.sha256(asked.body).hexdigest()
        if sha256 != request.sha256:
            raise WireError("wire.attachment_hash")
        self.files[sha256] = asked.body
        return messages.UploadedAnswer(sha256)

    async def _live(self) -> Any:
        stream: asyncio.Queue[bytes | None] = asyncio.Queue()
        self.streams.append(stream)
        try:
            yield b": here\n\n"
            while (piece := await stream.get()) is not None:
                yield piece
        finally:
            self.streams.remove(stream)

    def end_streams(self) -> None:
        """End every live stream."""
        for stream in self.streams:
            stream.put_nowait(None)


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

    def enrol(self, centre: SmallCentre) -> None:
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


def step(world: World, session: LineSession, kind: str = "claim", **changes: Any) -> Record:
    """Make the device's next event under a session."""
    return world.event(session.login, session.key, kind, {"text": "…"}, **changes)
