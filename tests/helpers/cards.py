"""Cards for tests: the demonstration's, copied so that each test has its own tries."""

from __future__ import annotations

import inspect
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509.oid import NameOID

from client.card.cardfile import CardFile, SlotFile
from client.card.failures import CardFailure
from installer.demo.authority import Authority, make_authority
from sync.domain.secret import Secret
from sync.proof.keys import HALF_N

if TYPE_CHECKING:
    from pathlib import Path

MADE_AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # a Monday, 09:00 in China
PIN = Secret("123456")
WRONG_PIN = Secret("654321")
PUK = Secret("12345678")
WRONG_PUK = Secret("87654321")


def authority_for_tests(folder: Path) -> Authority:
    """Make an authority whose certificates hold around MADE_AT."""
    return make_authority(folder, MADE_AT)


def card_named(authority: Authority, name: str, folder: Path) -> CardFile:
    """Load a copy of a card that the test may wear out."""
    source = {**authority.cards, **authority.refused_cards}[name]
    return CardFile.load(shutil.copy(source, folder / source.name))


def with_slots(card: CardFile, *slots: str) -> CardFile:
    """Return the card in memory with only these of its keys."""
    return replace(card, keys={slot: card.keys[slot] for slot in slots}, path=None)


def agreeing_by_rsa(card: CardFile) -> CardFile:
    """Return the RSA card in memory with its RSA key in 9D, too: a card without any P-256 9D."""
    key = load_pem_private_key(card.keys["9C"].key.encode(), None)
    name = x509.Name([x509.NameAttribute(NameOID.SERIAL_NUMBER, card.person)])
    usage = dict.fromkeys(inspect.signature(x509.KeyUsage).parameters, False)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(MADE_AT)
        .not_valid_after(MADE_AT + timedelta(days=1))
        .add_extension(x509.KeyUsage(**{**usage, "key_encipherment": True}), critical=True)
        .sign(key, hashes.SHA256())
    )
    entry = SlotFile(key=card.keys["9C"].key, cert=made.public_bytes(Encoding.PEM).decode())
    return replace(card, keys={**card.keys, "9D": entry}, path=None)


def problem(call, *args) -> CardFailure:
    with pytest.raises(CardFailure) as caught:
        call(*args)
    return caught.value


def public_key(card, slot: str):
    return x509.load_der_x509_certificate(card.certificate(slot)).public_key()


def verify_raw(key, signature: bytes, data: bytes) -> None:
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    assert len(signature) == 64
    assert s <= HALF_N
    key.verify(encode_dss_signature(r, s), data, ec.ECDSA(hashes.SHA256()))
