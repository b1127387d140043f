"""What a card's raw answers mean: ECDSA and RSA signatures, points of P-256. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from client.card.failures import CardFailure, CardProblem
from sync.proof.keys import der_to_raw, raw_to_der
from sync.protocol.errors import ReaderError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

# DigestInfo of SHA-256 (RFC 8017 §9.2, note 1).
_SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")


def digest_info(digest: bytes) -> bytes:
    """Return a SHA-256 digest as a token's own PKCS #1 v1.5 wants it: named, not yet padded."""
    return _SHA256_INFO + digest


def pkcs1_block(digest: bytes, size: int) -> bytes:
    """Return EMSA-PKCS1-v1_5 for a SHA-256 digest: what a card's raw RSA signs."""
    info = digest_info(digest)
    return b"\0\1" + b"\xff" * (size - len(info) - 3) + b"\0" + info


def checked(answer: bytes, digest: bytes, key: PublicKeyTypes) -> bytes:
    """Return the card's signature, low s where it is ECDSA, after verifying it.

    Raises:
        CardFailure: BAD_SIGNATURE: a faulty card, or one whose certificate is another key's.
    """
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            # Of (r, s) and (r, n − s) the proof takes the lower only (proof.md §3).
            answer = raw_to_der(der_to_raw(answer))
            key.verify(answer, digest, ec.ECDSA(Prehashed(hashes.SHA256())))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(answer, digest, padding.PKCS1v15(), Prehashed(hashes.SHA256()))
        else:
            raise CardFailure(CardProblem.KEY_UNSUITABLE)
    except (InvalidSignature, ReaderError) as error:
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
