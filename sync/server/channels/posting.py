"""Gateways that take JSON over HTTP: short messages, spoken calls, the web hook.

No redirects, no proxies; size and time are bounded. Messages that follow each other go over one
connection. The id goes along as Idempotency-Key: the
gateway sends each id once, however often it is asked (docs/PROTOCOL.md, "Channels"). Blocks: for a
thread of the ledger's, never for the loop.
"""

from __future__ import annotations

import http.client
import json
import ssl
import threading
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sync.domain.failures import Failure, FailureKind
from sync.server.channels.signing import HEADER, signature
from sync.server.services.ports.messages import Carried, RefusedError

if TYPE_CHECKING:
    from sync.server.clock import Clock
    from sync.server.services.rows.messages import MessageRow

PATIENCE_S = 15.0
KEEP_S = 30.0  # between two messages: what idles for longer is cut on the way without a word
_MOST = 4096
_WEB = ("http", "https")
_AGAIN = frozenset({408, 425, 429})
_HAD_IT = http.client.CONFLICT
_GONE = (ConnectionError, ssl.SSLEOFError)


class PostGateway:
    """One address that messages are posted to.

    Args:
        name: of the channel.
        url: http or https.
        secret: what requests are signed with.
        clock: the centre's, for the signature's time.
        personal: whether it is given the address and the words; a web hook gets neither.

    Raises:
        Failure: centre.channel_url.
    """

    knows_ids = True

    def __init__(
        self, name: str, url: str, secret: bytes, clock: Clock, *, personal: bool = True
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in _WEB or not parts.hostname or not secret:
            raise Failure("centre.channel_url", FailureKind.BROKEN, channel=name)
        self._parts = parts
        self._path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
        self._connection: http.client.HTTPConnection | None = None
        self._used = 0.0
        self._lock = threading.Lock()
        self._secret = secret
        self._clock = clock
        self._personal = personal
        self.name = name

    def send(self, message: MessageRow) -> Carried:
        """Post one message (see services.ports.messages.Gateway)."""
        said = {"id": message.id, "channel": message.channel, "about": message.template}
        said |= {"case": message.case_no, "at": str(message.at), "lang": message.lang}
        if self._personal:
            said |= {"to": message.address, "text": message.text}
        body = json.dumps(said, ensure_ascii=False).encode()
        status, answer = self._post(message.id, body)
        if status in {200, 201, 202, _HAD_IT}:
            return Carried(_ref(answer))
        if 400 <= status < 500 and status not in _AGAIN:
            raise RefusedError("http", status)
        raise OSError(status, "the gateway is not well")

    def close(self) -> None:
        """Let go of the connection."""
        with self._lock:
            self._let_go()

    def _post(self, id_: str, body: bytes) -> tuple[int, bytes]:
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": id_,
            HEADER: signature(self._secret, self._clock.now_ms(), body),
        }
        end = time.monotonic() + PATIENCE_S
        with self._lock:
            if time.monotonic() - self._used >= KEEP_S:
                self._let_go()
            kept = self._connection is not None
            try:
                return self._ask(body, headers, end)
            except _GONE:
                if not kept:
                    raise
            # The other end let go of it meanwhile. The id is the same, should it have heard us.
            return self._ask(body, headers, end)

    def _ask(self, body: bytes, headers: dict[str, str], end: float) -> tuple[int, bytes]:
        """Ask over the connection that is kept, or a new one; keep it if it can be used again."""
        connection = self._connection or self._made()
        self._connection, whole = None, False
        try:
            connection.timeout = _left(end)
            if connection.sock is not None:
                connection.sock.settimeout(connection.timeout)
            connection.request("POST", self._path, body, headers)
            connection.sock.settimeout(_left(end))
            with connection.getresponse() as answer:
                said = answer.status, answer.read(_MOST)
                whole = answer.isclosed() and not answer.will_close
        except _GONE:
            raise
        except http.client.HTTPException as error:
            raise OSError("no answer of HTTP") from error
        else:
            return said
        finally:
            if whole:
                self._connection, self._used = connection, time.monotonic()
            else:
                connection.close()

    def _made(self) -> http.client.HTTPConnection:
        https = http.client.HTTPSConnection if self._parts.scheme == "https" else None
        kind = https or http.client.HTTPConnection
        return kind(self._parts.hostname or "", self._parts.port)

    def _let_go(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def _left(end: float) -> float:
    return max(0.1, end - time.monotonic())


def _ref(answer: bytes) -> str:
    try:
        said = json.loads(answer)
    except ValueError:
        return ""
    ref = said.get("ref", "") if isinstance(said, dict) else ""
    return ref[:64] if isinstance(ref, str) else ""
