"""Requests (proof.md §7, RFC 9449): each proves its key, its address, its body, and that it is new.

The token is opaque and stored hashed; it is worth nothing without the session's key. The nonce is
the centre's own, made by HMAC, so that no table of nonces is needed; `bh` covers the body as sent
(after compression), which RFC 9449 leaves open. What must be remembered (which jti a nonce has
seen) is the centre's.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec import UNSET

from sync.proof.failures import ProofError
from sync.proof.jws import open_form, own_key, sign_form
from sync.proof.keys import thumbprint
from sync.protocol.codec import b64u_decode, b64u_encode
from sync.protocol.errors import ReaderError, WireError
from sync.protocol.limits import PROOF_NONCE_MS, PROOF_SKEW_MS
from sync.protocol.records import Proof

if TYPE_CHECKING:
    from sync.proof.keys import SigningKey
    from sync.protocol.records import Jwk

_TIME_BYTES = 8
_MAC_BYTES = 16


@dataclass(frozen=True, slots=True)
class Request:
    """What a proof is for: method, public origin + path (no query), body as sent, token."""

    method: str
    url: str
    body: bytes
    token: str | None = None


@dataclass(frozen=True, slots=True)
class Proven:
    """A proof that held: whose key, and what must not come twice."""

    jkt: str
    nonce: str
    jti: str
    iat: int


@dataclass(frozen=True, slots=True)
class TokenRecord:
    """A token as the centre keeps it; moments in ms."""

    hash: str
    jkt: str
    dev: str
    dlg: str
    exp: int


def text_hash(data: bytes) -> str:
    """Return H of bytes as it stands in a proof."""
    return b64u_encode(hashlib.sha256(data).digest())


def token_hash(token: str) -> str:
    """Return what is kept of a token, and `ath` (RFC 9449 §4.2)."""
    return text_hash(token.encode("utf-8"))


def make_proof(request: Request, nonce: str, jti: str, iat: int, key: SigningKey, jwk: Jwk) -> str:
    """Make the `DPoP` header of one request.

    Args:
        request: what is about to be sent.
        nonce: the newest `DPoP-Nonce` of the centre.
        jti: 16 fresh random bytes as base64url.
        iat: the PC's clock in seconds; logged, not judged.
        key: the session key; before login the device key.
        jwk: its public part.
    """
    proof = Proof(
        htm=request.method,
        htu=request.url,
        jti=jti,
        iat=iat,
        nonce=nonce,
        bh=text_hash(request.body),
        ath=UNSET if request.token is None else token_hash(request.token),
    )
    return sign_form(proof, jwk, key)


def verify_proof(text: str, request: Request, nonces: Nonces, now: int) -> Proven:
    """Verify a proof against the request as it arrived.

    Raises:
        ReaderError: the form. ProofError: request_differs (member), nonce_form, nonce_old.
    """
    proof, opened = open_form(text, Proof, own_key)
    ath = UNSET if request.token is None else token_hash(request.token)
    wanted = {"htm": request.method, "htu": request.url, "bh": text_hash(request.body), "ath": ath}
    for member, value in wanted.items():
        if getattr(proof, member) != value:
            raise ProofError("proof.request_differs", member=member)
    nonces.check(proof.nonce, now)
    return Proven(thumbprint(opened.header.own), proof.nonce, proof.jti, proof.iat)


def check_token(record: TokenRecord | None, jkt: str, now: int) -> TokenRecord:
    """Hold a token's record against the key that proved the request.

    Raises:
        WireError: token_unknown, token_foreign, token_expired.
    """
    if record is None:
        raise WireError("wire.token_unknown")
    if record.jkt != jkt:
        raise WireError("wire.token_foreign")
    if now >= record.exp:
        raise WireError("wire.token_expired")
    return record


class Nonces:
    """The centre's nonces: time and a MAC over it, good for two minutes at every process."""

    __slots__ = ("_secret",)

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def make(self, now: int) -> str:
        """Return the nonce of this moment (ms)."""
        time = now.to_bytes(_TIME_BYTES, "big")
        return b64u_encode(time + self._mac(time))

    def check(self, nonce: str, now: int) -> None:
        """Say whether a nonce is the centre's and still good.

        Raises:
            ProofError: nonce_form, nonce_old.
        """
        try:
            data = b64u_decode(nonce)
        except ReaderError as error:
            raise ProofError("proof.nonce_form") from error
        time, mac = data[:_TIME_BYTES], data[_TIME_BYTES:]
        if not hmac.compare_digest(mac, self._mac(time)):
            raise ProofError("proof.nonce_form")
        if not -PROOF_SKEW_MS <= now - int.from_bytes(time, "big") < PROOF_NONCE_MS:
            raise ProofError("proof.nonce_old")

    def _mac(self, time: bytes) -> bytes:
        return hmac.digest(self._secret, b"hall-nonce-v1\0" + time, "sha256")[:_MAC_BYTES]
