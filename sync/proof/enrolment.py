"""Enrolment (architecture.md §6): a printed one-time code, a key made on the device, one record.

Two administrators invite (policy event `device.invite`, holding H of the code); the device claims
with the code and signs with the key it made. The claim is logged as `device.claim`; its hash is
where the device's chain begins.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from sync.proof.checkcode import crockford, normalise
from sync.proof.failures import ProofError
from sync.proof.jws import open_form, own_key, sign_form
from sync.protocol.codec import b64u_decode, b64u_encode
from sync.protocol.errors import ReaderError
from sync.protocol.records import Enrolment, Record

if TYPE_CHECKING:
    from sync.proof.keys import SigningKey

#: Random bytes of a code: 120 bits, 24 characters: nobody finds it from the H in the open log.
CODE_BYTES = 15
_GROUP = 6


def write_code(random: bytes) -> str:
    """Return the code as printed: 24 characters in groups of six."""
    text = crockford(random)
    return "-".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))


def fingerprint(genesis: str) -> str:
    """Return what people compare of a centre (ADR 003): 120 bits of its genesis hash, as a code.

    Args:
        genesis: hash of the genesis policy event, base64url.

    Raises:
        ReaderError: not the hash that it should be.
    """
    digest = b64u_decode(genesis)
    if len(digest) != hashlib.sha256().digest_size:
        raise ReaderError("reader.base64")
    return write_code(digest[:CODE_BYTES])


def code_hash(typed: str) -> str:
    """Return H of a code as `device.invite` holds it."""
    return b64u_encode(hashlib.sha256(normalise(typed).encode("utf-8", "replace")).digest())


def make_enrolment(enrolment: Enrolment, key: SigningKey) -> str:
    """Sign a claim with the device's new key; `enrolment.code` is `normalise`d."""
    return sign_form(enrolment, enrolment.jwk, key)


def read_enrolment(text: str) -> tuple[Enrolment, Record]:
    """Verify a claim under the key it brings; return it and its record for the policy scope.

    Raises:
        ReaderError: the form. ProofError: delegation_key when it was signed by another key.
    """
    enrolment, opened = open_form(text, Enrolment, own_key)
    if opened.header.jwk != enrolment.jwk:
        raise ProofError("proof.delegation_key")
    return enrolment, Record(text, opened.raw.decode("utf-8"))
