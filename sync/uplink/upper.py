"""The upper centre, as a lower one speaks to it: HTTPS, each request proved by the uplink's key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self, TypeVar
from urllib.parse import urlsplit

import httpx
import msgspec

from sync.domain.failures import Failure, FailureKind
from sync.proof.keys import new_bytes
from sync.proof.tokens import Request, make_proof
from sync.protocol import messages
from sync.protocol.codec import b64u_encode, read_message, write_message
from sync.protocol.errors import ReaderError, WireError
from sync.protocol.level_messages import (
    KeptCall,
    KeptLeaves,
    KeptLines,
    Mark,
    MarksAnswer,
    ReportCall,
)

if TYPE_CHECKING:
    import ssl

    from sync.proof.keys import SoftwareKey

M = TypeVar("M", bound=msgspec.Struct)

PATIENCE_S = 30.0
_LATER = 429
_ANSWER_MAX = 16 * 1024 * 1024


class Away(Failure):
    """The upper centre is not to be had now; `after` seconds are asked for, 0 = as you like.

    Its code is the upper centre's where it said one for "later".
    """

    def __init__(self, after: int = 0, code: str = "uplink.away") -> None:
        super().__init__(code, FailureKind.RETRIABLE)
        self.after = after


class Upper:
    """One upper centre.

    Args:
        origin: its public origin.
        key: the uplink's.
        trust: what its certificate must lead to; None for plain HTTP on loopback.
    """

    def __init__(self, origin: str, key: SoftwareKey, trust: ssl.SSLContext | None = None) -> None:
        self.origin = origin.rstrip("/")
        self.name = urlsplit(self.origin).hostname or self.origin
        self._key = key
        self._nonce = ""
        self._http = httpx.Client(
            verify=True if trust is None else trust, trust_env=False, timeout=PATIENCE_S
        )

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connections."""
        self._http.close()

    def marks(self) -> dict[tuple[str, str], Mark]:
        """Return how far each scope has arrived.

        Raises:
            Away. WireError: what the upper centre refuses.
        """
        said = self._ask("marks", messages.Empty(), MarksAnswer)
        return {(mark.centre, mark.scope): mark for mark in said.marks}

    def report(self, call: ReportCall) -> Mark:
        """Report lines.

        Raises:
            Away. WireError: `wire.cursor` where the upper centre stands elsewhere; others.
        """
        return self._ask("report", call, Mark)

    def leaves(self, call: KeptCall) -> KeptLeaves:
        """Return the leaves of this centre's own lines there, after a line.

        Raises:
            Away. WireError: what the upper centre refuses.
        """
        return self._ask("leaves", call, KeptLeaves)

    def lines(self, call: KeptCall) -> KeptLines:
        """Return this centre's own lines there, after a line.

        Raises:
            Away. WireError: what the upper centre refuses.
        """
        return self._ask("lines", call, KeptLines)

    def _ask(self, route: str, call: msgspec.Struct, form: type[M]) -> M:
        body = write_message(call)
        answer = self._send(route, body)
        if _code(answer) in {"wire.use_dpop_nonce", "wire.proof_missing"}:
            answer = self._send(route, body)
        if answer.is_success:
            return read_message(answer.content, form, _ANSWER_MAX)
        code = _code(answer)
        # Where its program breaks at one scope, the others have their turn all the same.
        away = answer.status_code >= 500 and code != "wire.broken"
        if away or answer.status_code in {408, 429}:
            after = answer.headers.get("Retry-After", "")
            later = code if answer.status_code == _LATER else "uplink.away"
            raise Away(int(after) if after.isdecimal() else 0, later)
        try:
            raise WireError(code)
        except KeyError:
            raise Failure(code) from None  # a code of a proof, or of a newer centre

    def _send(self, route: str, body: bytes) -> httpx.Response:
        url = f"{self.origin}/levels/v1/{route}"
        proof = make_proof(
            Request("POST", url, body),
            self._nonce,
            b64u_encode(new_bytes(16)),
            0,
            self._key,
            self._key.jwk,
        )
        headers = {"DPoP": proof, "Content-Type": "application/json"}
        try:
            answer = self._http.post(url, content=body, headers=headers)
        except httpx.HTTPError as error:
            raise Away from error
        self._nonce = answer.headers.get("DPoP-Nonce", self._nonce)
        return answer


def _code(answer: httpx.Response) -> str:
    if answer.is_success:
        return ""
    try:
        return read_message(answer.content, messages.Problem, _ANSWER_MAX).code
    except ReaderError:
        return "uplink.answer"
    except WireError:
        return "uplink.answer"
