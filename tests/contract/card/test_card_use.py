"""What every card in every reader must do: log in, sign, agree, count tries, be blocked."""

from __future__ import annotations

import hashlib

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from client.card import apdu
from client.card.cardfile import CardFile
from client.card.failures import CardFailure, CardProblem
from client.card.piv import PivCard
from client.card.signer import CardKey
from sync.domain.secret import Secret
from tests.helpers.cards import PIN, PUK, WRONG_PIN, WRONG_PUK, with_slots

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def problem(call, *args) -> CardFailure:
    with pytest.raises(CardFailure) as caught:
        call(*args)
    return caught.value


def public_key(card: PivCard, slot: str):
    return x509.load_der_x509_certificate(card.certificate(slot)).public_key()


def verify_raw(key, signature: bytes, data: bytes) -> None:
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    assert len(signature) == 64
    assert s <= ORDER // 2
    key.verify(encode_dss_signature(r, s), data, ec.ECDSA(hashes.SHA256()))


@pytest.mark.parametrize("slot", ["9A", "9C"])
def test_p256_signature_is_raw_low_s_and_verifies(bench, card_of, slot):
    bench.insert(card_of("chief"))
    with PivCard.open(bench.reader) as card:
        for number in range(8):  # high s comes up half the time
            card.verify_pin(PIN)
            data = b"act %d" % number
            verify_raw(public_key(card, slot), card.sign(slot, data), data)


def test_rsa_signature_is_pkcs1_and_verifies(bench, card_of):
    bench.insert(card_of("rsa"))
    with PivCard.open(bench.reader) as card:
        card.verify_pin(PIN)
        signature = card.sign("9C", b"paper")
        public_key(card, "9C").verify(signature, b"paper", padding.PKCS1v15(), hashes.SHA256())


def test_extended_length_gives_the_same_rsa_signature(bench, card_of):
    bench.insert(card_of("rsa"))
    with PivCard.open(bench.reader) as chained:
        chained.verify_pin(PIN)
        first = chained.sign("9C", b"paper")
    with PivCard.open(bench.reader, extended=True) as whole:
        whole.verify_pin(PIN)
        assert whole.sign("9C", b"paper") == first


@pytest.mark.parametrize("name", ["chief", "rsa"])
def test_digest_is_signed_as_a_pdf_wants_it(bench, card_of, name):
    bench.insert(card_of(name))
    digest = hashlib.sha256(b"document").digest()
    with PivCard.open(bench.reader) as card:
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
    with PivCard.open(bench.reader) as card:
        card.verify_pin(PIN)
        assert problem(card.sign_es256, "9C", b"act").what is CardProblem.KEY_UNSUITABLE


def test_agreement_equals_the_other_sides(bench, card_of):
    bench.insert(card_of("clerk"))
    other = ec.generate_private_key(ec.SECP256R1())
    point = other.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    with PivCard.open(bench.reader) as card:
        card.verify_pin(PIN)
        assert card.agree(point) == other.exchange(ec.ECDH(), public_key(card, "9D"))


def test_point_off_the_curve_never_reaches_the_card(bench, card_of):
    bench.insert(card_of("clerk"))
    with PivCard.open(bench.reader) as card:
        card.verify_pin(PIN)
        bench.pull_at(1, answer_is_lost=False)  # the first APDU from here would pull the card
        for point in (b"\4" + bytes(64), b"\2" + bytes(32), b""):
            assert problem(card.agree, point).what is CardProblem.BAD_POINT
        assert bench.reader.present()


def test_9c_wants_the_pin_directly_before_each_use(bench, card_of):
    bench.insert(card_of("chief"))
    with PivCard.open(bench.reader) as card:
        assert problem(card.sign, "9C", b"act").what is CardProblem.PIN_NEEDED
        card.verify_pin(PIN)
        card.sign("9C", b"act")
        assert problem(card.sign, "9C", b"act").what is CardProblem.PIN_NEEDED
        card.verify_pin(PIN)
        card.sign("9A", b"login")
        assert problem(card.sign, "9C", b"act").what is CardProblem.PIN_NEEDED


def test_9a_signs_again_and_again_after_one_pin(bench, card_of):
    bench.insert(card_of("clerk"))
    with PivCard.open(bench.reader) as card:
        assert problem(card.sign, "9A", b"login").what is CardProblem.PIN_NEEDED
        card.verify_pin(PIN)
        card.sign("9A", b"one")
        card.sign("9A", b"two")


def test_card_key_asks_for_the_pin_itself(bench, card_of):
    bench.insert(card_of("chief"))
    with PivCard.open(bench.reader) as card:
        key = CardKey(card, "9C", PIN)
        verify_raw(public_key(card, "9C"), key.sign_es256(b"one"), b"one")
        verify_raw(public_key(card, "9C"), key.sign_es256(b"two"), b"two")


def test_a_session_leaves_no_verified_pin_behind(bench, card_of):
    bench.insert(card_of("clerk"))
    with PivCard.open(bench.reader) as card:
        card.verify_pin(PIN)
    with PivCard.open(bench.reader) as card:
        assert problem(card.sign, "9A", b"login").what is CardProblem.PIN_NEEDED


def test_logout_forgets_the_pin(bench, card_of):
    bench.insert(card_of("clerk"))
    with PivCard.open(bench.reader) as card:
        card.verify_pin(PIN)
        assert card.tries_left() is None
        card.logout()
        assert card.tries_left() == 3


def test_wrong_pins_count_down_to_blocking_and_the_card_stays_blocked(bench, card_of):
    content = card_of("clerk")
    bench.insert(content)
    with PivCard.open(bench.reader) as card:
        assert card.tries_left() == 3
        assert problem(card.verify_pin, WRONG_PIN).tries_left == 2
        assert problem(card.verify_pin, WRONG_PIN).tries_left == 1
        last = problem(card.verify_pin, WRONG_PIN)
        assert last.what is CardProblem.PIN_BLOCKED
        assert problem(card.verify_pin, PIN).what is CardProblem.PIN_BLOCKED
        assert card.tries_left() == 0
    bench.pull()
    bench.insert(CardFile.load(content.path))
    with PivCard.open(bench.reader) as card:
        assert card.tries_left() == 0


def test_right_pin_gives_all_tries_back(bench, card_of):
    bench.insert(card_of("clerk"))
    with PivCard.open(bench.reader) as card:
        problem(card.verify_pin, WRONG_PIN)
        card.verify_pin(PIN)
        card.logout()
        assert card.tries_left() == 3


def test_puk_unblocks_with_a_new_pin(bench, card_of):
    bench.insert(card_of("blocked"))
    with PivCard.open(bench.reader) as card:
        assert problem(card.verify_pin, PIN).what is CardProblem.PIN_BLOCKED
        assert problem(card.unblock, WRONG_PUK, Secret("246810")).tries_left == 2
        card.unblock(PUK, Secret("246810"))
        assert problem(card.verify_pin, PIN).tries_left == 2
        card.verify_pin(Secret("246810"))


def test_wrong_puks_end_the_card(bench, card_of):
    bench.insert(card_of("blocked"))
    with PivCard.open(bench.reader) as card:
        problem(card.unblock, WRONG_PUK, PIN)
        problem(card.unblock, WRONG_PUK, PIN)
        assert problem(card.unblock, WRONG_PUK, PIN).what is CardProblem.PUK_BLOCKED
        assert problem(card.unblock, PUK, PIN).what is CardProblem.PUK_BLOCKED


def test_pin_can_be_changed(bench, card_of):
    content = card_of("clerk")
    bench.insert(content)
    with PivCard.open(bench.reader) as card:
        assert problem(card.change_pin, WRONG_PIN, Secret("13579246")).tries_left == 2
        card.change_pin(PIN, Secret("13579246"))
    bench.pull()
    bench.insert(CardFile.load(content.path))
    with PivCard.open(bench.reader) as card:
        card.verify_pin(Secret("13579246"))


@pytest.mark.parametrize("pin", ["", "12345", "123456789", "12345a", "１２３４５６", "12 456"])
def test_a_pin_of_the_wrong_form_is_not_sent_and_costs_no_try(bench, card_of, pin):
    bench.insert(card_of("clerk"))
    with PivCard.open(bench.reader) as card:
        assert problem(card.verify_pin, Secret(pin)).what is CardProblem.PIN_FORM
        assert problem(card.change_pin, PIN, Secret(pin)).what is CardProblem.PIN_FORM
        assert problem(card.unblock, PUK, Secret(pin)).what is CardProblem.PIN_FORM
        assert card.tries_left() == 3


def test_card_of_another_kind_is_named_so(bench, card_of):
    bench.insert(card_of("bus"))
    assert problem(PivCard.open, bench.reader).what is CardProblem.FOREIGN
    bench.pull()
    bench.insert(card_of("clerk"))
    PivCard.open(bench.reader).close()


def test_missing_key_is_named(bench, card_of):
    bench.insert(with_slots(card_of("clerk"), "9A"))
    with PivCard.open(bench.reader) as card:
        assert problem(card.certificate, "9C").what is CardProblem.NO_CERTIFICATE
        card.verify_pin(PIN)
        card.sign("9A", b"login")
        assert problem(card.sign, "9C", b"act").what is CardProblem.NO_CERTIFICATE


def test_second_session_is_told_that_the_card_is_in_use(bench, card_of):
    bench.insert(card_of("clerk"))
    with PivCard.open(bench.reader):
        assert problem(PivCard.open, bench.reader).what is CardProblem.BUSY
    PivCard.open(bench.reader).close()


def test_empty_reader_is_named(bench):
    assert not bench.reader.present()
    assert problem(PivCard.open, bench.reader).what is CardProblem.NO_CARD


def test_raw_command_that_no_card_knows_is_answered_with_a_status(bench, card_of):
    bench.insert(card_of("clerk"))
    connection = bench.reader.connect()
    try:
        assert connection.transmit(bytes.fromhex("00A4040005A00000030800"))[1] == apdu.OK
        data, status = connection.transmit(b"\x00\x02\x00\x00")
        assert (data, status) == (b"", 0x6D00)
    finally:
        connection.close()
