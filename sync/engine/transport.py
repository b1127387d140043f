"""The line to the centre: the only place that knows httpx, TLS, tokens and proofs of possession.

One method per route. Whatever goes wrong is a `LineFailure` whose `fault` says what the engine does
about it; a method never retries, save once when the centre hands it a fresh nonce. Runs on any
asyncio loop. httpx (0.5 s to import) is loaded by `open`, after the first picture is on screen.

    LineFailure
    ├── LINE     line.refused, line.timeout, line.tls, line.clock, line.cut
    ├── BUSY     line.busy, wire.rate_limited, wire.unavailable (with hold_ms from Retry-After)
    ├── LATER    wire.crowded (hold_ms until its turn)
    ├── UNABLE   line.server, line.nonsense, wire.broken …
    ├── ACCESS   every 401
    └── REFUSED  every other 4xx, line.other_centre, wire.version_…
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self, TypeVar

from msgspec import Struct

from sync.engine import faults, packing
from sync.engine.answers import ANSWER_MAX, read_answer, refusal_of
from sync.engine.connecting import load_httpx, trust_for, why_none
from sync.engine.faults import Fault, LineFailure
from sync.engine.live import PokeReader
from sync.proof import tokens
from sync.proof.keys import new_bytes, thumbprint
from sync.protocol import messages, version
from sync.protocol.backup_messages import BackupKept
from sync.protocol.codec import b64u_encode, read_message, write_message
from sync.protocol.errors import WireError
from sync.protocol.limits import ATTACHMENT_MAX, TOKEN_MS

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from types import TracebackType

    import httpx

    from sync.engine.ports import Clock
    from sync.engine.session import CentreAddress, Speaker
    from sync.proof.delegations import Login

A = TypeVar("A", bound=Struct)

NONCE_CODE = "wire.use_dpop_nonce"
SLOWEST_BYTES_PER_S = 8 << 10  # a township's line on a bad day: what a whole file may take


@dataclass(frozen=True, slots=True)
class Patience:
    """How long each part of a request may take, in seconds."""

    connect: float = 5.0
    silence: float = 20.0  # between two pieces of an answer
    whole: float = 60.0  # a request with its answer; files get more by their size
    live_silence: float = 45.0  # three heartbeats


@dataclass(frozen=True, slots=True)
class Token:
    """What the centre gave the session; `exp` is ms UTC by the centre's clock."""

    text: str
    exp: int

    def __repr__(self) -> str:
        """Show no token."""
        return "Token(***)"


class Transport:
    """Requests to one centre.

    Args:
        address: where it is, and our own roots.
        clock: for `iat`, which the centre logs and does not judge.
        patience: time-outs.

    `offset_ms` is the centre's clock minus this machine's, as the last hello found it.
    """

    def __init__(
        self, address: CentreAddress, clock: Clock, patience: Patience | None = None
    ) -> None:
        self._address = address
        self._clock = clock
        self._patience = patience or Patience()
        self._client: httpx.AsyncClient | None = None
        self._httpx: Any = None
        self._nonce = ""
        self._speaker: Speaker | None = None
        self._token: Token | None = None
        self.offset_ms = 0

    # ---------------------------------------------------------------- opening

    async def open(self) -> None:
        """Load httpx on a thread of its own and make the client; nothing is sent.

        Raises:
            LineFailure: line.tls when plain HTTP would leave this machine, or no root is pinned.
        """
        if self._client is not None:
            return
        verify = trust_for(self._address)
        self._httpx = await asyncio.to_thread(load_httpx)
        patience = self._patience
        self._client = self._httpx.AsyncClient(
            base_url=self._address.url,
            verify=verify,
            trust_env=False,
            follow_redirects=False,
            timeout=self._httpx.Timeout(patience.silence, connect=patience.connect),
            limits=self._httpx.Limits(max_connections=6, max_keepalive_connections=3),
            headers={version.HEADER: version.CURRENT, "Accept-Encoding": packing.ENCODING},
        )

    async def aim(self, address: CentreAddress) -> None:
        """Speak to this address from now on: a window that is being enrolled names its centre."""
        await self.close()
        self._address = address

    async def close(self) -> None:
        """Close every connection and forget the token."""
        client, self._client = self._client, None
        self.forget()
        if client is not None:
            await client.aclose()

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    # ---------------------------------------------------------------- before a session

    async def hello(self) -> messages.Hello:
        """Ask who is there; asked by anybody.

        Raises:
            LineFailure: also wire.version_too_old and wire.version_too_new.
        """
        before = self._wall_ms()
        hello = await self._ask("GET", "/v1/hello", messages.Hello)
        self.offset_ms = hello.t - (before + self._wall_ms()) // 2
        try:
            version.agree(hello.oldest, hello.current)
        except WireError as error:
            raise LineFailure(error.code, Fault.REFUSED, details=error.details) from error
        return hello

    async def enrol(self, enrol: str) -> messages.EnrolAnswer:
        """Claim an invitation with the device's new key."""
        request = messages.EnrolRequest(enrol)
        return await self._ask("POST", "/v1/enrol", messages.EnrolAnswer, request)

    async def login_nonce(self, dev: str, speaker: Speaker) -> messages.LoginNonceAnswer:
        """Fetch the nonce that the card will sign into the delegation; 60 s, one use."""
        request = messages.LoginNonceRequest(dev, thumbprint(speaker.jwk))
        return await self._ask(
            "POST", "/v1/login/nonce", messages.LoginNonceAnswer, request, speaker=speaker
        )

    async def login(self, login: Login, speaker: Speaker) -> messages.LoginAnswer:
        """Log in; the token is kept here and used by what follows."""
        request = messages.LoginRequest(
            dlg=login.dlg, devproof=login.devproof, chain=list(login.chain)
        )
        answer = await self._ask(
            "POST", "/v1/login", messages.LoginAnswer, request, speaker=speaker
        )
        self._speaker, self._token = speaker, Token(answer.token, answer.exp)
        return answer

    def forget(self) -> None:
        """Let go of the session's key and token: whoever was here has left, line or no line."""
        self._token = self._speaker = None

    # ---------------------------------------------------------------- the session

    @property
    def token_ms(self) -> int | None:
        """How long the token serves yet; None without one."""
        if self._token is None:
            return None
        left = self._token.exp - self._wall_ms() - self.offset_ms
        return min(max(left, 0), TOKEN_MS)  # whatever this machine's clock may say

    async def renew(self) -> messages.TokenAnswer:
        """Trade the token for the next one, also a little after its end."""
        answer = await self._ask("POST", "/v1/token", messages.TokenAnswer, messages.Empty())
        self._token = Token(answer.token, answer.exp)
        return answer

    async def logout(self) -> None:
        """Have the token forgotten."""
        await self._ask("POST", "/v1/logout", messages.Empty, messages.Empty())
        self._token = None

    async def push(self, request: messages.PushRequest) -> messages.PushAnswer:
        """Send own events."""
        return await self._ask("POST", "/v1/push", messages.PushAnswer, request)

    async def pull(
        self, request: messages.PullRequest, speaker: Speaker | None = None
    ) -> messages.PullAnswer:
        """Fetch leaves; with `speaker` (the device's key) the policy scope, before any login."""
        return await self._ask("POST", "/v1/pull", messages.PullAnswer, request, speaker=speaker)

    async def anchor(self, ancreq: str, speaker: Speaker | None = None) -> str:
        """Ask for the time over the device's head; with `speaker` (the device) before any login."""
        request = messages.AnchorCall(ancreq)
        answer = await self._ask(
            "POST", "/v1/anchor", messages.AnchorAnswer, request, speaker=speaker
        )
        return answer.anchor

    async def lease(self, ancreq: str) -> str:
        """Ask for a fresh lease."""
        request = messages.AnchorCall(ancreq)
        return (await self._ask("POST", "/v1/lease", messages.LeaseAnswer, request)).lease

    async def announce_upload(self, request: messages.UploadRequest) -> str | None:
        """Ask to send an attachment; the upload's id, None when the case has it already."""
        answer = await self._ask("POST", "/v1/attachments", messages.UploadAnswer, request)
        return answer.upload

    async def upload(self, upload: str, data: bytes) -> None:
        """Send an attachment's bytes, whole.

        Raises:
            LineFailure: also line.attachment_wrong when the centre got other bytes.
        """
        answer = await self._ask(
            "PUT", f"/v1/attachments/{upload}", messages.UploadedAnswer, body=data
        )
        if answer.sha256 != hashlib.sha256(data).hexdigest():
            raise LineFailure(faults.ATTACHMENT_WRONG, Fault.UNABLE)

    async def fetch_attachment(self, case: str, sha256: str, of: str = "cases") -> bytes:
        """Fetch an attachment of a case, or of what `of` says, that this person may see.

        Raises:
            LineFailure: also line.attachment_wrong when the bytes are not what the hash says.
        """
        path = f"/v1/{of}/{case}/attachments/{sha256}"
        data = await self._send("GET", path, b"", None, None, limit=ATTACHMENT_MAX)
        if hashlib.sha256(data).hexdigest() != sha256:
            raise LineFailure(faults.ATTACHMENT_WRONG, Fault.UNABLE)
        return data

    async def fetch_stamped(self, case: str, sha256: str) -> bytes:
        """Fetch a sealed certificate with an authority's time; what it proves is the caller's look.

        Raises:
            LineFailure: also wire.attachment_missing while it has none.
        """
        path = f"/v1/cases/{case}/attachments/{sha256}/stamped"
        return await self._send("GET", path, b"", None, None, limit=ATTACHMENT_MAX)

    async def keep_backup(self, n: int, data: bytes) -> BackupKept:
        """Send a backup of what only this window holds; the answer is what was read back."""
        return await self._ask("PUT", f"/v1/backups/{n}", BackupKept, body=data)

    async def fetch_backup(self, inc: int, n: int) -> bytes:
        """Fetch a backup's bytes; whether they are what was kept is the caller's look."""
        return await self._send(
            "GET", f"/v1/backups/{inc}/{n}", b"", None, None, limit=ATTACHMENT_MAX
        )

    async def console_code(self) -> messages.ConsoleCodeAnswer:
        """Fetch the one-time address at which a supervisor enters the console."""
        return await self._ask(
            "POST", "/v1/console/code", messages.ConsoleCodeAnswer, messages.Empty()
        )

    async def hall(
        self, path: str, form: type[A], request: Struct, speaker: Speaker | None = None
    ) -> A:
        """Ask by a route that the caller names: /v1/queue/…, /v1/bookings/…, /v1/returned/…."""
        return await self._ask("POST", path, form, request, speaker=speaker)

    async def live(self) -> AsyncGenerator[messages.Poke | None, None]:
        """Follow the live stream until it ends; the first item is None: the stream is open.

        Raises:
            LineFailure: it was refused, broke off, or was silent for three heartbeats.
        """
        client = self._http()
        headers = self._headers("GET", "/v1/live", b"", None)
        headers[version.LIVE_HEADER] = version.LIVE_PAGES
        timeout = self._httpx.Timeout(self._patience.live_silence, connect=self._patience.connect)
        reader = PokeReader()
        try:
            async with client.stream(
                "GET", "/v1/live", headers=headers, timeout=timeout
            ) as response:
                self._keep_nonce(response)
                if response.status_code != 200:
                    raise refusal_of(response, await read_answer(response, ANSWER_MAX))
                yield None
                async for chunk in response.aiter_raw():
                    for poke in reader.feed(chunk):
                        yield poke
        except self._httpx.HTTPError as error:
            raise self._failure(error) from error

    # ---------------------------------------------------------------- one request

    async def _ask(
        self,
        method: str,
        path: str,
        form: type[A],
        request: Struct | None = None,
        *,
        body: bytes = b"",
        speaker: Speaker | None = None,
    ) -> A:
        encoding = None
        if request is not None:
            body, encoding = packing.pack(write_message(request))
        data = await self._send(method, path, body, encoding, speaker)
        if form is messages.Empty:
            data = data or b"{}"
        try:
            return read_message(data, form, ANSWER_MAX)
        except WireError as error:
            raise LineFailure(faults.NONSENSE, Fault.UNABLE) from error

    async def _send(
        self,
        method: str,
        path: str,
        body: bytes,
        encoding: str | None,
        speaker: Speaker | None,
        *,
        limit: int = ANSWER_MAX,
    ) -> bytes:
        try:
            return await self._send_once(method, path, body, encoding, speaker, limit=limit)
        except LineFailure as failure:
            if failure.code != NONCE_CODE or not self._nonce:
                raise
        return await self._send_once(method, path, body, encoding, speaker, limit=limit)

    async def _send_once(
        self,
        method: str,
        path: str,
        body: bytes,
        encoding: str | None,
        speaker: Speaker | None,
        *,
        limit: int,
    ) -> bytes:
        client = self._http()  # first: before `open` there are no errors of httpx to sort either
        headers = self._headers(method, path, body, speaker)
        if encoding is not None:
            headers["Content-Encoding"] = encoding
        if body:
            plain = method == "PUT"
            headers["Content-Type"] = "application/octet-stream" if plain else "application/json"
        size = max(len(body), limit if limit == ATTACHMENT_MAX else 0)
        try:
            async with (
                asyncio.timeout(self._patience.whole + size / SLOWEST_BYTES_PER_S),
                client.stream(method, path, content=body, headers=headers) as response,
            ):
                self._keep_nonce(response)
                data = await read_answer(response, limit)
                if not response.is_success:
                    raise refusal_of(response, data)
                return data
        except TimeoutError as error:
            raise LineFailure(faults.TIMEOUT, Fault.LINE) from error
        except self._httpx.HTTPError as error:
            raise self._failure(error) from error

    def _headers(
        self, method: str, path: str, body: bytes, speaker: Speaker | None
    ) -> dict[str, str]:
        """Prove the request: by the session's key with its token, or by another key without."""
        token = self._token.text if self._token is not None and speaker is None else None
        speaker = speaker or self._speaker
        if speaker is None:
            return {}
        request = tokens.Request(method, self._address.url.rstrip("/") + path, body, token)
        iat = self._wall_ms() // 1000
        jti = b64u_encode(new_bytes(16))
        proof = tokens.make_proof(request, self._nonce, jti, iat, speaker.key, speaker.jwk)
        headers = {"DPoP": proof}
        if token is not None:
            headers["Authorization"] = f"DPoP {token}"
        return headers

    def _keep_nonce(self, response: httpx.Response) -> None:
        nonce = response.headers.get("DPoP-Nonce", "")
        if nonce and len(nonce) <= 128:
            self._nonce = nonce

    def _wall_ms(self) -> int:
        return round(self._clock.wall().timestamp() * 1000)

    def _http(self) -> httpx.AsyncClient:
        if self._client is None:
            # Closed while a task still ran, or never opened: a practice hall has no line.
            raise LineFailure(faults.NOBODY, Fault.LINE)
        return self._client

    def _failure(self, error: Exception) -> LineFailure:
        """Sort what httpx raises; by type alone, never by its words."""
        if isinstance(error, self._httpx.TimeoutException):
            return LineFailure(faults.TIMEOUT, Fault.LINE)
        if isinstance(error, self._httpx.ConnectError):
            return LineFailure(why_none(error), Fault.LINE)
        return LineFailure(faults.CUT, Fault.LINE)
