"""Keys on P-256: made, read, named, and used for ES256; the one place of this room with randomness.

Signing goes through `SigningKey`, so that a session key in memory and a card behind a reader look
the same to everything that makes a record.
"""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

import msgspec
import uuid_utils
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    Prehashed,
    decode_dss_signature,
    encode_dss_signature,
)

from sync.protocol.codec import b64u_decode, b64u_encode, write_json
from sync.protocol.errors import ReaderError
from sync.protocol.records import Jwk
from sync.typed import from_plain

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Order of the base point of P-256 (SEC 2 §2.4.2).
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
HALF_N = N // 2

PublicKey = ec.EllipticCurvePublicKey

_ES256 = ec.ECDSA(hashes.SHA256())
_ES256_OF_HASH = ec.ECDSA(Prehashed(hashes.SHA256()))


class SigningKey(Protocol):
    """Something that signs: a key in memory, or a card's slot."""

    def sign_es256(self, data: bytes) -> bytes:
        """Return r ‖ s, 64 bytes, s ≤ n/2, over SHA-256 of the data (RFC 7518 §3.4)."""


class SoftwareKey:
    """A P-256 key in this process: session keys, device keys, the centre's keys, tests' cards."""

    __slots__ = ("_private", "public")

    def __init__(self, private: ec.EllipticCurvePrivateKey) -> None:
        if not isinstance(private.curve, ec.SECP256R1):
            raise ReaderError("reader.key")
        self._private = private
        self.public: PublicKey = private.public_key()

    def __repr__(self) -> str:
        return f"SoftwareKey({self.thumbprint})"

    @classmethod
    def generate(cls) -> SoftwareKey:
        """Make a fresh key."""
        return cls(ec.generate_private_key(ec.SECP256R1()))

    @classmethod
    def from_scalar(cls, scalar: int) -> SoftwareKey:
        """Make the key of a known secret: published vectors and golden files only."""
        return cls(ec.derive_private_key(scalar, ec.SECP256R1()))

    @classmethod
    def from_pkcs8(cls, data: bytes) -> SoftwareKey:
        """Read an unencrypted PKCS#8 key, PEM or DER.

        Raises:
            ReaderError: reader.key when it is not a P-256 key.
        """
        load = (
            serialization.load_pem_private_key
            if data.startswith(b"-----")
            else serialization.load_der_private_key
        )
        try:
            private = load(data, None)
        except (ValueError, TypeError) as error:
            raise ReaderError("reader.key") from error
        if not isinstance(private, ec.EllipticCurvePrivateKey):
            raise ReaderError("reader.key")
        return cls(private)

    def to_pkcs8(self) -> bytes:
        """Return the key as unencrypted PKCS#8 DER: the caller keeps it where it stays secret."""
        return self._private.private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )

    @property
    def private(self) -> ec.EllipticCurvePrivateKey:
        """Return the key itself, for opening what was sealed to it."""
        return self._private

    @property
    def jwk(self) -> Jwk:
        """Return the public key as it stands on the wire."""
        return jwk_of(self.public)

    @property
    def thumbprint(self) -> str:
        """Return the key's name (RFC 7638)."""
        return thumbprint(self.jwk)

    def sign_es256(self, data: bytes) -> bytes:
        """Sign; see `SigningKey`."""
        return der_to_raw(self._private.sign(data, _ES256))


def jwk_of(public: PublicKey) -> Jwk:
    """Return a public key as it stands on the wire."""
    numbers = public.public_numbers()
    x, y = (b64u_encode(value.to_bytes(32, "big")) for value in (numbers.x, numbers.y))
    return Jwk(kty="EC", crv="P-256", x=x, y=y)


@lru_cache(maxsize=1024)  # each request of a session brings its key along
def public_of(jwk: Jwk) -> PublicKey:
    """Return the key of a JWK.

    Raises:
        ReaderError: reader.key when the point is not on the curve.
    """
    x, y = (int.from_bytes(b64u_decode(text), "big") for text in (jwk.x, jwk.y))
    try:
        return ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    except ValueError as error:
        raise ReaderError("reader.key") from error


@lru_cache(maxsize=1024)
def thumbprint(jwk: Jwk) -> str:
    """Return RFC 7638's SHA-256 thumbprint, base64url: members in the order of their names."""
    members = {"crv": jwk.crv, "kty": jwk.kty, "x": jwk.x, "y": jwk.y}
    return b64u_encode(hashlib.sha256(write_json(members)).digest())


def der_to_raw(der: bytes) -> bytes:
    """Turn a DER signature (library, card) into r ‖ s with s ≤ n/2.

    Raises:
        ReaderError: reader.signature_form when it is no DER signature on P-256.
    """
    try:
        r, s = decode_dss_signature(der)
    except ValueError as error:
        raise ReaderError("reader.signature_form") from error
    if not (0 < r < N and 0 < s < N):
        raise ReaderError("reader.signature_form")
    return r.to_bytes(32, "big") + min(s, N - s).to_bytes(32, "big")


def raw_to_der(raw: bytes) -> bytes:
    """Turn r ‖ s into DER.

    Raises:
        ReaderError: reader.signature_form when it is not 64 bytes with 0 < r, s < n.
    """
    r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    if len(raw) != 64 or not (0 < r < N and 0 < s < N):
        raise ReaderError("reader.signature_form")
    return encode_dss_signature(r, s)


def is_low_s(raw: bytes) -> bool:
    """Say whether s ≤ n/2, so that nobody can make a second signature of a first."""
    return int.from_bytes(raw[32:], "big") <= HALF_N


def verify_es256(public: PublicKey, data: bytes, raw: bytes) -> bool:
    """Say whether r ‖ s signs the data; the form of `raw` is checked, s ≤ n/2 is not.

    Raises:
        ReaderError: reader.signature_form.
    """
    return verify_der(public, hashlib.sha256(data).digest(), raw_to_der(raw))


def verify_der(public: PublicKey, digest: bytes, der: bytes) -> bool:
    """Say whether a signature as `raw_to_der` made it signs what has this SHA-256."""
    try:
        public.verify(der, digest, _ES256_OF_HASH)
    except InvalidSignature:
        return False
    return True


def new_bytes(count: int) -> bytes:
    """Return fresh random bytes: salts (16), nonces (16, 32), keys (32)."""
    return os.urandom(count)


def new_id() -> str:
    """Return a fresh UUIDv7 (RFC 9562 §5.7): an event's name for ever."""
    return str(uuid_utils.uuid7())


def read_jwk(members: Mapping[str, object]) -> Jwk:
    """Read a public key out of a header or body.

    Raises:
        ReaderError: reader.key.
    """
    try:
        jwk = from_plain(members, Jwk)
    except msgspec.ValidationError as error:
        raise ReaderError("reader.key") from error
    return jwk
