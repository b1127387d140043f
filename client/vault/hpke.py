"""Opening HPKE with a key that never leaves its card (RFC 9180, base mode, DHKEM P-256).

Sealing is the library's (sync.proof.sealing). Opening cannot be: the library wants the private
key, and ours sits in a card that gives a raw ECDH and nothing else. What follows the ECDH is a few
lines of HKDF, held against the RFC's vectors and against the library.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from client.vault.failures import VaultFailure, VaultProblem

if TYPE_CHECKING:
    from collections.abc import Callable

AES_128, AES_256 = 1, 2  # AEAD ids of RFC 9180 §7.3
_KEM, _KDF = 0x0010, 0x0001
_KEY_BYTES = {AES_128: 16, AES_256: 32}
_NONCE_BYTES = 12
_POINT_BYTES = 65
_TAG_BYTES = 16


def unseal(sealed: bytes, own_point: bytes, info: bytes, agree: Callable[[bytes], bytes]) -> bytes:
    """Open enc ‖ ciphertext ‖ tag.

    Args:
        sealed: as sync.proof.sealing.seal makes it.
        own_point: the recipient's public key, 65 bytes uncompressed.
        info: what was sealed for whom.
        agree: the recipient's raw ECDH: a point in, 32 bytes out.

    Raises:
        VaultFailure: BAD_POINT before `agree` is called, for a card that computes with a point
            off the curve gives its key away; SLOT_ALTERED when anything does not fit.
    """
    if len(sealed) < _POINT_BYTES + _TAG_BYTES:
        raise VaultFailure(VaultProblem.SLOT_ALTERED)
    enc, ciphertext = sealed[:_POINT_BYTES], sealed[_POINT_BYTES:]
    _check_point(enc)
    key, nonce = key_schedule(shared_secret(agree(enc), enc, own_point), info)
    try:
        return AESGCM(key).decrypt(nonce, ciphertext, None)
    except InvalidTag as error:
        raise VaultFailure(VaultProblem.SLOT_ALTERED) from error


def shared_secret(dh: bytes, enc: bytes, own_point: bytes) -> bytes:
    """Return the KEM's shared secret (RFC 9180 §4.1, ExtractAndExpand)."""
    suite = b"KEM" + _KEM.to_bytes(2, "big")
    prk = _extract(b"", suite, b"eae_prk", dh)
    return _expand(prk, suite, b"shared_secret", enc + own_point, 32)


def key_schedule(shared: bytes, info: bytes, aead: int = AES_256) -> tuple[bytes, bytes]:
    """Return key and first nonce (RFC 9180 §5.1, base mode)."""
    suite = b"HPKE" + b"".join(part.to_bytes(2, "big") for part in (_KEM, _KDF, aead))
    base_mode = b"\0"
    context = base_mode + _extract(b"", suite, b"psk_id_hash", b"")
    context += _extract(b"", suite, b"info_hash", info)
    secret = _extract(shared, suite, b"secret", b"")
    return (
        _expand(secret, suite, b"key", context, _KEY_BYTES[aead]),
        _expand(secret, suite, b"base_nonce", context, _NONCE_BYTES),
    )


def _extract(salt: bytes, suite: bytes, label: bytes, ikm: bytes) -> bytes:
    return hmac.digest(salt, b"HPKE-v1" + suite + label + ikm, "sha256")


def _expand(prk: bytes, suite: bytes, label: bytes, info: bytes, length: int) -> bytes:
    labelled = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    return HKDFExpand(hashes.SHA256(), length, labelled).derive(prk)


def _check_point(point: bytes) -> None:
    try:
        if point[0] != 4:
            raise VaultFailure(VaultProblem.BAD_POINT)
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError as error:
        raise VaultFailure(VaultProblem.BAD_POINT) from error
