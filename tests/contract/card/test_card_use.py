"""What every card in every reader and every USB key must do: log in, sign, agree, want the PIN."""

from __future__ import annotations

import hashlib

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from client.card.failures import CardProblem
from tests.helpers.cards import (
    PIN,
    problem,
    public_key,
    verify_raw,
    with_slots,
)


@pytest.mark.parametrize("slot", ["9A", "9C"])
def test_p256_signature_is_raw_low_s_and_verifies(bench, card_of, slot):
    bench.insert(card_of("chief"))
    with bench.open() as card:
        for number in range(8):  # high s comes up half the time
            card.verify_pin(PIN)
            data = b"act %d" % number
            verify_raw(public_key(card, slot), card.sign_es256(slot, data), data)


@pytest.mark.parametrize("name", ["chief", "rsa"])
def test_digest_is_signed_as_a_pdf_wants_it(bench, card_of, name):
    bench.insert(card_of(name))
    digest = hashlib.sha256(b"document").digest()
    with bench.open() as card:
        card.verify_pin(PIN)
        signature = card.sign_digest("9C", digest)
        key = public_key(card, "9C")
    prehashed = Prehashed(hashes.SHA256())
    if name == "chief":
        key.verify(signature, digest, ec.ECDSA(prehashed))
    else:
        key.verify(signature, digest, padding.PKCS1v15(), prehashed)


def test_rsa_key_is_refused_for_records(bench, card_of):
    bench.insert(card_of("rsa"))
    with bench.open() as card:
        card.verify_pin(PIN)
        assert problem(card.sign_es256, "9C", b"act").what is CardProblem.KEY_UNSUITABLE


def test_agreement_equals_the_other_sides(bench, card_of):
    bench.insert(card_of("clerk"))
    other = ec.generate_private_key(ec.SECP256R1())
    point = other.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    with bench.open() as card:
        card.verify_pin(PIN)
        assert card.agree(point) == other.exchange(ec.ECDH(), public_key(card, "9D"))


def test_9c_wants_the_pin_directly_before_each_use(bench, card_of):
    bench.insert(card_of("chief"))
    with bench.open() as card:
        assert problem(card.sign_es256, "9C", b"act").what is CardProblem.PIN_NEEDED
        card.verify_pin(PIN)
        card.sign_es256("9C", b"act")
        assert problem(card.sign_es256, "9C", b"act").what is CardProblem.PIN_NEEDED
        card.verify_pin(PIN)
        card.sign_es256("9A", b"login")
        assert problem(card.sign_es256, "9C", b"act").what is CardProblem.PIN_NEEDED


def test_9a_signs_again_and_again_after_one_pin(bench, card_of):
    bench.insert(card_of("clerk"))
    with bench.open() as card:
        assert problem(card.sign_es256, "9A", b"login").what is CardProblem.PIN_NEEDED
        card.verify_pin(PIN)
        card.sign_es256("9A", b"one")
        card.sign_es256("9A", b"two")


def test_a_session_leaves_no_verified_pin_behind(bench, card_of):
    bench.insert(card_of("clerk"))
    with bench.open() as card:
        card.verify_pin(PIN)
    with bench.open() as card:
        assert problem(card.sign_es256, "9A", b"login").what is CardProblem.PIN_NEEDED


def test_missing_key_is_named(bench, card_of):
    bench.insert(with_slots(card_of("clerk"), "9A"))
    with bench.open() as card:
        assert problem(card.certificate, "9C").what is CardProblem.NO_CERTIFICATE
        card.verify_pin(PIN)
        card.sign_es256("9A", b"login")
        assert problem(card.sign_es256, "9C", b"act").what is CardProblem.NO_CERTIFICATE


def test_second_session_is_told_that_the_card_is_in_use(bench, card_of):
    bench.insert(card_of("clerk"))
    with bench.open():
        assert problem(bench.open).what is CardProblem.BUSY
    bench.open().close()


def test_empty_reader_is_named(bench):
    assert not bench.present()
    assert problem(bench.open).what is CardProblem.NO_CARD
