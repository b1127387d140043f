"""What a PIV card does besides: tries that it counts, the PUK, the PIN changed, commands."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from client.card import apdu
from client.card.cardfile import CardFile
from client.card.failures import CardProblem
from client.card.piv import PivCard
from sync.domain.secret import Secret
from tests.helpers.cards import (
    PIN,
    PUK,
    WRONG_PIN,
    WRONG_PUK,
    problem,
    public_key,
)


def test_rsa_signature_is_pkcs1_and_verifies(piv_bench, card_of):
    piv_bench.insert(card_of("rsa"))
    with PivCard.open(piv_bench.reader) as card:
        card.verify_pin(PIN)
        signature = card.sign("9C", b"paper")
        public_key(card, "9C").verify(signature, b"paper", padding.PKCS1v15(), hashes.SHA256())


def test_extended_length_gives_the_same_rsa_signature(piv_bench, card_of):
    piv_bench.insert(card_of("rsa"))
    with PivCard.open(piv_bench.reader) as chained:
        chained.verify_pin(PIN)
        first = chained.sign("9C", b"paper")
    with PivCard.open(piv_bench.reader, extended=True) as whole:
        whole.verify_pin(PIN)
        assert whole.sign("9C", b"paper") == first


def test_point_off_the_curve_never_reaches_the_card(piv_bench, card_of):
    piv_bench.insert(card_of("clerk"))
    with PivCard.open(piv_bench.reader) as card:
        card.verify_pin(PIN)
        piv_bench.pull_at(1, answer_is_lost=False)  # the first APDU from here would pull the card
        for point in (b"\4" + bytes(64), b"\2" + bytes(32), b""):
            assert problem(card.agree, point).what is CardProblem.BAD_POINT
        assert piv_bench.reader.present()


def test_logout_forgets_the_pin(piv_bench, card_of):
    piv_bench.insert(card_of("clerk"))
    with PivCard.open(piv_bench.reader) as card:
        card.verify_pin(PIN)
        assert card.tries_left() is None
        card.logout()
        assert card.tries_left() == 3


def test_wrong_pins_count_down_to_blocking_and_the_card_stays_blocked(piv_bench, card_of):
    content = card_of("clerk")
    piv_bench.insert(content)
    with PivCard.open(piv_bench.reader) as card:
        assert card.tries_left() == 3
        assert problem(card.verify_pin, WRONG_PIN).tries_left == 2
        assert problem(card.verify_pin, WRONG_PIN).tries_left == 1
        last = problem(card.verify_pin, WRONG_PIN)
        assert last.what is CardProblem.PIN_BLOCKED
        assert problem(card.verify_pin, PIN).what is CardProblem.PIN_BLOCKED
        assert card.tries_left() == 0
    piv_bench.pull()
    piv_bench.insert(CardFile.load(content.path))
    with PivCard.open(piv_bench.reader) as card:
        assert card.tries_left() == 0


def test_right_pin_gives_all_tries_back(piv_bench, card_of):
    piv_bench.insert(card_of("clerk"))
    with PivCard.open(piv_bench.reader) as card:
        problem(card.verify_pin, WRONG_PIN)
        card.verify_pin(PIN)
        card.logout()
        assert card.tries_left() == 3


def test_puk_unblocks_with_a_new_pin(piv_bench, card_of):
    piv_bench.insert(card_of("blocked"))
    with PivCard.open(piv_bench.reader) as card:
        assert problem(card.verify_pin, PIN).what is CardProblem.PIN_BLOCKED
        assert problem(card.unblock, WRONG_PUK, Secret("246810")).tries_left == 2
        card.unblock(PUK, Secret("246810"))
        assert problem(card.verify_pin, PIN).tries_left == 2
        card.verify_pin(Secret("246810"))


def test_wrong_puks_end_the_card(piv_bench, card_of):
    piv_bench.insert(card_of("blocked"))
    with PivCard.open(piv_bench.reader) as card:
        problem(card.unblock, WRONG_PUK, PIN)
        problem(card.unblock, WRONG_PUK, PIN)
        assert problem(card.unblock, WRONG_PUK, PIN).what is CardProblem.PUK_BLOCKED
        assert problem(card.unblock, PUK, PIN).what is CardProblem.PUK_BLOCKED


def test_pin_can_be_changed(piv_bench, card_of):
    content = card_of("clerk")
    piv_bench.insert(content)
    with PivCard.open(piv_bench.reader) as card:
        assert problem(card.change_pin, WRONG_PIN, Secret("13579246")).tries_left == 2
        card.change_pin(PIN, Secret("13579246"))
    piv_bench.pull()
    piv_bench.insert(CardFile.load(content.path))
    with PivCard.open(piv_bench.reader) as card:
        card.verify_pin(Secret("13579246"))


@pytest.mark.parametrize("answer_is_lost", [False, True])
@pytest.mark.parametrize(("act", "proof"), [("change_pin", PIN), ("unblock", PUK)])
def test_a_card_pulled_while_it_takes_a_pin_may_have_it_or_not(
    piv_bench, card_of, act, proof, answer_is_lost
):
    content, new = card_of("clerk"), Secret("13579246")
    piv_bench.insert(content)
    with PivCard.open(piv_bench.reader) as card:
        piv_bench.pull_at(1, answer_is_lost=answer_is_lost)
        assert problem(getattr(card, act), proof, new).what is CardProblem.PIN_UNSURE
    piv_bench.insert(CardFile.load(content.path))
    with PivCard.open(piv_bench.reader) as card:
        card.verify_pin(new if answer_is_lost else PIN)


@pytest.mark.parametrize("pin", ["", "12345", "123456789", "12345a", "１２３４５６", "12 456"])
def test_a_pin_of_the_wrong_form_is_not_sent_and_costs_no_try(piv_bench, card_of, pin):
    piv_bench.insert(card_of("clerk"))
    with PivCard.open(piv_bench.reader) as card:
        assert problem(card.verify_pin, Secret(pin)).what is CardProblem.PIN_FORM
        assert problem(card.change_pin, PIN, Secret(pin)).what is CardProblem.PIN_FORM
        assert problem(card.unblock, PUK, Secret(pin)).what is CardProblem.PIN_FORM
        assert card.tries_left() == 3


def test_card_of_another_kind_is_named_so(piv_bench, card_of):
    piv_bench.insert(card_of("bus"))
    assert problem(PivCard.open, piv_bench.reader).what is CardProblem.FOREIGN
    piv_bench.pull()
    piv_bench.insert(card_of("clerk"))
    PivCard.open(piv_bench.reader).close()


def test_raw_command_that_no_card_knows_is_answered_with_a_status(piv_bench, card_of):
    piv_bench.insert(card_of("clerk"))
    connection = piv_bench.reader.connect()
    try:
        assert connection.transmit(bytes.fromhex("00A4040005A00000030800"))[1] == apdu.OK
        data, status = connection.transmit(b"\x00\x02\x00\x00")
        assert (data, status) == (b"", 0x6D00)
    finally:
        connection.close()
