"""Sealing to a P-256 key (RFC 9180 base mode: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM).

The result is enc (65 bytes) ‖ ciphertext ‖ tag (16). `info` says what is sealed for whom; nothing
opens under another info.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from sync.proof.failures import ProofError

if TYPE_CHECKING:
    from sync.proof.keys import PublicKey, SoftwareKey

SUITE = "HPKE-0010-0001-0002"
ENC_BYTES = 65

_SUITE = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def seal(plain: bytes, public: PublicKey, info: bytes) -> bytes:
    """Seal to a key; each call makes its own ephemeral one."""
    return _SUITE.encrypt(plain, public, info)


def unseal(sealed: bytes, key: SoftwareKey, info: bytes) -> bytes:
    """Open what was sealed to a key in this process (a card's 9D opens in client.vault).

    Raises:
        ProofError: proof.sealed.
    """
    try:
        return _SUITE.decrypt(sealed, key.private, info)
    except InvalidTag as error:
        raise ProofError("proof.sealed") from error
