"""The other end of the engine in small: the record of `small_record` behind its wire.

    centre = SmallCentre(World())
    session = centre.session()                   # a clerk's login, its session.open not yet sent
    store = MemoryStore(); store.enrol(centre)
    async with Scripted(centre.serve) as server: ...

Where the real centre stands in, the same tests hold.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import msgspec
import zstandard

from sync.domain.failures import Failure
from sync.proof.delegations import Login
from sync.proof.enrolment import read_enrolment
from sync.proof.jws import hash_text
from sync.proof.keys import thumbprint
from sync.proof.tokens import Nonces, Request, token_hash, verify_proof
from sync.protocol import messages, version
from sync.protocol.errors import WireError
from tests.helpers.line_world import NOW_MS
from tests.helpers.scripted import Asked, Said
from tests.helpers.small_record import SmallRecord
from tests.helpers.world import AUD, SCOPE, World, text32

if TYPE_CHECKING:
    from collections.abc import Callable


class SmallCentre(SmallRecord):
    """The record behind a wire: one device, sessions by token; every answer can be bent."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.tokens: dict[str, str] = {}
        self.nonces = Nonces(b"c" * 32)
        self.files: dict[str, bytes] = {}
        self.uploads: dict[str, messages.UploadRequest] = {}
        self.asked: Counter[str] = Counter()
        self.token_ms = 600_000
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
