"""What a card's raw answers mean: ECDSA and RSA signatures, points of P-256. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import (
    Prehashed,
    decode_dss_signature,
    encode_dss_signature,
)

from client.card.failures import CardFailure, CardProblem

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

# Order of P-256 (SEC 2 §2.4.2). A signature is (r, s) and equally (r, n − s): we keep the lower.
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
# DigestInfo of SHA-256 (RFC 8017 §9.2, note 1).
_SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")


def low_s(signature: bytes) -> bytes:
    """Return a DER ECDSA signature with the lower of its two possible s."""
    r, s = decode_dss_signature(signature)
    return encode_dss_signature(r, min(s, _ORDER - s))


def raw_of(signature: bytes) -> bytes:
    """Turn DER into the 64 bytes r‖s of JWS."""
    r, s = decode_dss_signature(signature)
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def pkcs1_block(digest: bytes, size: int) -> bytes:
    """Return EMSA-PKCS1-v1_5 for a SHA-256 digest: what a card's raw RSA signs."""
    info = _SHA256_INFO + digest
    return b"\0\1" + b"\xff" * (size - len(info) - 3) + b"\0" + info


def checked(answer: bytes, digest: bytes, key: PublicKeyTypes) -> bytes:
    """Return the card's signature, low s where it is ECDSA, after verifying it.

    Raises:
        CardFailure: BAD_SIGNATURE: a faulty card, or one whose certificate is another key's.
    """
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            answer = low_s(answer)
            key.verify(answer, digest, ec.ECDSA(Prehashed(hashes.SHA256())))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(answer, digest, padding.PKCS1v15(), Prehashed(hashes.SHA256()))
        else:
            raise CardFailure(CardProblem.KEY_UNSUITABLE)
    except (InvalidSignature, ValueError) as error:
        raise CardFailure(CardProblem.BAD_SIGNATURE) from error
    return answer


def check_point(point: bytes) -> None:
    """Make sure that 65 bytes are a point of P-256.

    Raises:
        CardFailure: BAD_POINT for another length, another form, or a point off the curve.
    """
    if len(point) != 65 or point[0] != 4:
        raise CardFailure(CardProblem.BAD_POINT)
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError as error:
        raise CardFailure(CardProblem.BAD_POINT) from error
