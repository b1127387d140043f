"""The envelope (proof.md §1): JWS compact, ES256, and the reader that lets nothing else through.

The signed bytes are the transmitted ASCII, so there is no canonical form to get wrong. The reader
looks in a fixed order, and every malformed form has a code of its own: see
`sync.protocol.errors.READER_CODES`. It never raises anything else, whatever it is given (fuzzed).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from cryptography.hazmat.primitives.asymmetric import ec
from msgspec import Struct

from sync.proof.keys import (
    PublicKey,
    SigningKey,
    is_low_s,
    public_of,
    raw_to_der,
    read_jwk,
    verify_der,
)
from sync.protocol.codec import b64u_decode, b64u_encode, read_json, write_json
from sync.protocol.errors import ReaderError
from sync.protocol.limits import ENVELOPE_MAX, LEASE_MAX
from sync.protocol.records import KEY_MEMBER, LEASE, Form, Jwk, read_payload, write_form

F = TypeVar("F", bound=Form)


@dataclass(frozen=True, slots=True)
class Kid:
    """The name of a registered key: hash of a delegation, thumbprint of a device or server key."""

    value: str


@dataclass(frozen=True, slots=True)
class X5t:
    """The name of a card's certificate: base64url SHA-256 of its DER (RFC 7515 §4.1.8)."""

    value: str


KeyId = Kid | X5t | Jwk


@dataclass(frozen=True, slots=True)
class Header:
    """A header as read: of `kid`, `x5t` and `jwk` the one that its typ has, the others None."""

    typ: str
    alg: str
    kid: str | None = None
    x5t: str | None = None
    jwk: Jwk | None = None

    @property
    def own(self) -> Jwk:
        """Return the key that the header carries.

        Raises:
            ReaderError: reader.header when it names one instead.
        """
        if self.jwk is None:
            raise ReaderError("reader.header")
        return self.jwk


#: Finds the key that a header names; None if it is not registered. May raise its own Failure.
Resolve = Callable[[Header], PublicKey | None]


class Signed(Struct, frozen=True, gc=False):
    """What a JWS was about: `raw` is the payload's bytes, exactly as signed.

    `digest` is what `hash_of` returns where the signature was held against it, else empty.
    """

    header: Header
    raw: bytes
    digest: bytes


class Opened(Signed, frozen=True, gc=False):
    """The same with its payload as read, for whoever has no form for it."""

    payload: dict[str, Any]


def envelope_max(typ: str) -> int:
    """Return how long a JWS of this typ may be."""
    return LEASE_MAX if typ == LEASE else ENVELOPE_MAX


def hash_of(jws: str) -> bytes:
    """Return `hash(JWS)`: SHA-256 of the ASCII of header "." payload, without the signature."""
    return hashlib.sha256(jws.rpartition(".")[0].encode("utf-8", "surrogatepass")).digest()


def raw_of(jws: str) -> bytes:
    """Return `raw(JWS)`: SHA-256 of all its ASCII."""
    return hashlib.sha256(jws.encode("utf-8", "surrogatepass")).digest()


def hash_text(jws: str) -> str:
    """Return `hash(JWS)` as it stands in other records."""
    return b64u_encode(hash_of(jws))


def raw_text(jws: str) -> str:
    """Return `raw(JWS)` as it stands in other records."""
    return b64u_encode(raw_of(jws))


def body_hash(body: str) -> str:
    """Return H of a body's UTF-8 bytes as it stands in its envelope."""
    return b64u_encode(hashlib.sha256(body.encode("utf-8", "surrogatepass")).digest())


def sign(typ: str, key_id: KeyId, payload: bytes, key: SigningKey) -> str:
    """Sign payload bytes that were made here.

    A card is given nothing but what this function builds from a local form (proof.md §1).

    Raises:
        ReaderError: reader.too_long when the result is longer than its reader takes;
            reader.typ when the typ has another way of naming its key.
    """
    member = KEY_MEMBER.get(typ)
    if isinstance(key_id, Jwk):
        header: dict[str, Any] = {"alg": "ES256", "typ": typ, "jwk": write_form(key_id)}
    elif isinstance(key_id, X5t):
        header = {"alg": "ES256", "typ": typ, "x5t#S256": key_id.value}
    else:
        header = {"alg": "ES256", "typ": typ, "kid": key_id.value}
    if member is None or member not in header:
        raise ReaderError("reader.typ")
    signed = f"{b64u_encode(write_json(header))}.{b64u_encode(payload)}"
    jws = f"{signed}.{b64u_encode(key.sign_es256(signed.encode('ascii')))}"
    if len(jws) > envelope_max(typ):
        raise ReaderError("reader.too_long", limit=envelope_max(typ))
    return jws


def sign_form(form: Form, key_id: KeyId, key: SigningKey) -> str:
    """Write a form as JSON and sign it under its typ."""
    return sign(form.TYP, key_id, write_json(write_form(form)), key)


def open_jws(text: str, typ: str, resolve: Resolve) -> Opened:
    """Read and verify one JWS, in the order of proof.md §1; nothing is parsed before it verifies.

    Args:
        text: the JWS as received.
        typ: the one header typ that this call takes.
        resolve: finds the key that the header names.

    Raises:
        ReaderError: the first code that applies; `reader.crit`, `reader.version` and
            `reader.members` come from `read_form`, when the payload is turned into its form.
    """
    signed = _verify(text, typ, resolve)
    payload = read_json(signed.raw, envelope_max(typ))
    return Opened(signed.header, signed.raw, signed.digest, payload)


def _verify(text: str, typ: str, resolve: Resolve) -> Signed:
    """Return what a JWS was about whose signature holds."""
    header, payload, signature = _read_parts(text, typ)
    key = resolve(header)
    if key is None:
        raise ReaderError("reader.key_unknown")
    if header.alg != "ES256" or not isinstance(key.curve, ec.SECP256R1):
        raise ReaderError("reader.alg")
    der = raw_to_der(signature)
    if not is_low_s(signature):
        raise ReaderError("reader.high_s")
    digest = hash_of(text)
    if not verify_der(key, digest, der):
        raise ReaderError("reader.signature")
    return Signed(header, payload, digest)


def typ_of(text: str) -> str:
    """Return the typ that a JWS claims, where a log holds several; verified by what reads it then.

    Raises:
        ReaderError: too_long, parts, base64, header, or what is wrong with the header's JSON.
    """
    if len(text) > ENVELOPE_MAX:
        raise ReaderError("reader.too_long", limit=ENVELOPE_MAX)
    first, dot, _ = text.partition(".")
    if not dot or not text.isascii():
        raise ReaderError("reader.parts")
    typ = read_json(b64u_decode(first), ENVELOPE_MAX).get("typ")
    if not isinstance(typ, str):
        raise ReaderError("reader.header")
    return typ


def read_logged_jws(text: str, typ: str) -> Opened:
    """Read a JWS whose bytes a verified leaf commits to (`er` = raw), without its key.

    Only for what a tree head already vouches for: never for what a stranger sent.

    Raises:
        ReaderError: as `open_jws`, but for key_unknown, alg, high_s and signature.
    """
    header, payload, _ = _read_parts(text, typ)
    return Opened(header, payload, b"", read_json(payload, envelope_max(typ)))


def read_logged_form(text: str, form: type[F]) -> tuple[F, Signed]:
    """Read a JWS like `read_logged_jws`, and its payload as its form.

    Raises:
        ReaderError: as `read_logged_jws`, then as `read_form`.
    """
    header, payload, _ = _read_parts(text, form.TYP)
    return read_payload(payload, form, envelope_max(form.TYP)), Signed(header, payload, b"")


def open_form(text: str, form: type[F], resolve: Resolve) -> tuple[F, Signed]:
    """Read, verify, and turn the payload into its form.

    Raises:
        ReaderError: see `open_jws`.
    """
    signed = _verify(text, form.TYP, resolve)
    return read_payload(signed.raw, form, envelope_max(form.TYP)), signed


def known(key: PublicKey, kid: str | None = None) -> Resolve:
    """Return a resolver that knows one key, under one name if a name is given."""

    def resolve(header: Header) -> PublicKey | None:
        return key if kid is None or kid in {header.kid, header.x5t} else None

    return resolve


def own_key(header: Header) -> PublicKey:
    """Resolve to the key in the header itself; whose it is, another record says.

    Raises:
        ReaderError: reader.header, reader.key.
    """
    return public_of(header.own)


def _read_parts(text: str, typ: str) -> tuple[Header, bytes, bytes]:
    limit = envelope_max(typ)
    if len(text) > limit:
        raise ReaderError("reader.too_long", limit=limit)
    parts = text.split(".")
    if len(parts) != 3 or not text.isascii():
        raise ReaderError("reader.parts")
    payload, signature = b64u_decode(parts[1]), b64u_decode(parts[2])
    return _read_header(parts[0], typ), payload, signature


@lru_cache(maxsize=256)  # all records of a session have one header
def _read_header(text: str, typ: str) -> Header:
    members = read_json(b64u_decode(text), ENVELOPE_MAX)
    member = KEY_MEMBER[typ]
    if members.keys() != {"alg", "typ", member}:
        raise ReaderError("reader.header")
    alg, found, name = members["alg"], members["typ"], members[member]
    if not isinstance(alg, str) or not isinstance(found, str):
        raise ReaderError("reader.header")
    if member == "jwk":
        if not isinstance(name, dict):
            raise ReaderError("reader.header")
    elif not isinstance(name, str):
        raise ReaderError("reader.header")
    if found != typ:
        raise ReaderError("reader.typ")
    if member == "jwk":
        return Header(found, alg, jwk=read_jwk(name))
    return Header(found, alg, kid=name) if member == "kid" else Header(found, alg, x5t=name)
