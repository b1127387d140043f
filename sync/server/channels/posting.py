"""Gateways that take JSON over HTTP: short messages, spoken calls, the web hook.

No redirects, no proxies; size and time are bounded. The id goes along as Idempotency-Key: the
gateway sends each id once, however often it is asked (docs/PROTOCOL.md, "Channels"). Blocks: for a
thread of the ledger's, never for the loop.
"""

from __future__ import annotations

import http.client
import json
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
_MOST = 4096
_WEB = ("http", "https")
_AGAIN = frozenset({408, 425, 429})
_HAD_IT = http.client.CONFLICT


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

    def _post(self, id_: str, body: bytes) -> tuple[int, bytes]:
        made = http.client.HTTPSConnection if self._parts.scheme == "https" else None
        kind = made or http.client.HTTPConnection
        end = time.monotonic() + PATIENCE_S
        connection = kind(self._parts.hostname or "", self._parts.port, timeout=PATIENCE_S)
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": id_,
            HEADER: signature(self._secret, self._clock.now_ms(), body),
        }
        path = self._parts.path or "/"
        try:
            query = f"?{self._parts.query}" if self._parts.query else ""
            connection.request("POST", f"{path}{query}", body, headers)
            connection.sock.settimeout(max(0.1, end - time.monotonic()))
            with connection.getresponse() as answer:
                return answer.status, answer.read(_MOST)
        except http.client.HTTPException as error:
            raise OSError("no answer of HTTP") from error
        finally:
            connection.close()


def _ref(answer: bytes) -> str:
    try:
        said = json.loads(answer)
    except ValueError:
        return ""
    ref = said.get("ref", "") if isinstance(said, dict) else ""
    return ref[:64] if isinstance(ref, str) else ""
