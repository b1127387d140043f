"""The card leaves, hangs or comes back at every moment: the right word, no hang, no lost card."""

from __future__ import annotations

import threading

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from client.card.at_window import CardAtWindow
from client.card.failures import CardFailure, CardProblem
from client.card.piv import PivCard
from tests.helpers.cards import PIN, WRONG_PIN

POINT = (
    ec.generate_private_key(ec.SECP256R1())
    .public_key()
    .public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
)


class Counting:
    """A reader that counts the APDUs of its connections."""

    def __init__(self, reader) -> None:
        self._reader = reader
        self.name = reader.name
        self.sent = 0

    def present(self) -> bool:
        return self._reader.present()

    def connect(self):
        connection = self._reader.connect()
        count = self

        class Counted:
            def transmit(self, apdu):
                count.sent += 1
                return connection.transmit(apdu)

            def close(self):
                connection.close()

        return Counted()


def log_in(reader) -> None:
    with PivCard.open(reader) as card:
        card.certificate("9A")
        card.tries_left()
        card.verify_pin(PIN)
        card.sign_es256("9A", b"delegation")
        card.agree(POINT)


def sign(reader) -> None:
    with PivCard.open(reader) as card:
        card.verify_pin(PIN)
        card.sign_es256("9C", b"act")


def sign_with_rsa(reader) -> None:
    with PivCard.open(reader) as card:
        card.verify_pin(PIN)
        card.sign_digest("9C", bytes(32))


FLOWS = [(log_in, "clerk"), (sign, "chief"), (sign_with_rsa, "rsa")]


@pytest.mark.parametrize("answer_is_lost", [False, True])
@pytest.mark.parametrize(("flow", "name"), FLOWS)
def test_pulled_at_any_apdu_says_removed_and_the_card_works_again(
    piv_bench, card_of, flow, name, answer_is_lost
):
    content = card_of(name)
    piv_bench.insert(content)
    count = Counting(piv_bench.reader)
    flow(count)
    assert count.sent > 4
    for moment in range(1, count.sent):  # the last one is the logout, which nobody waits for
        piv_bench.insert(content)
        piv_bench.pull_at(moment, answer_is_lost=answer_is_lost)
        with pytest.raises(CardFailure) as caught:
            flow(piv_bench.reader)
        assert caught.value.what is CardProblem.REMOVED, moment
        assert not piv_bench.reader.present()
    piv_bench.insert(content)
    flow(piv_bench.reader)


def test_pulled_while_logging_out_is_no_failure(piv_bench, card_of):
    piv_bench.insert(card_of("clerk"))
    card = PivCard.open(piv_bench.reader)
    piv_bench.pull_at(1, answer_is_lost=False)
    card.close()
    assert not piv_bench.reader.present()


def test_pulling_in_time_gives_no_further_try(piv_bench, card_of):
    content = card_of("clerk")
    for left in (2, 1, 0):
        piv_bench.insert(content)
        with PivCard.open(piv_bench.reader) as card:
            card.certificate("9C")
            piv_bench.pull_at(1, answer_is_lost=True)
            with pytest.raises(CardFailure):
                card.verify_pin(WRONG_PIN)
        piv_bench.insert(content)
        with PivCard.open(piv_bench.reader) as card:
            assert card.tries_left() == left


def test_after_a_swap_the_old_session_is_dead_and_the_new_card_untouched(piv_bench, card_of):
    piv_bench.insert(card_of("clerk"))
    with PivCard.open(piv_bench.reader) as card:
        card.verify_pin(PIN)
        piv_bench.insert(card_of("chief"))
        with pytest.raises(CardFailure) as caught:
            card.sign("9A", b"login")
        assert caught.value.what is CardProblem.REMOVED
    with PivCard.open(piv_bench.reader) as card:
        assert card.tries_left() == 3


def test_hung_card_is_given_up_in_time_and_pulling_it_frees_the_reader(piv_bench, card_of):
    piv_bench.insert(card_of("clerk"))
    with PivCard.open(piv_bench.reader, patience_s=0.02) as card:
        piv_bench.freeze()
        for _ in range(2):  # the second call does not wait again
            with pytest.raises(CardFailure) as caught:
                card.tries_left()
            assert caught.value.what is CardProblem.SLOW
    piv_bench.pull()
    piv_bench.thaw()
    piv_bench.insert(card_of("clerk"))
    log_in(piv_bench.reader)


def test_hung_card_that_is_pulled_says_removed(piv_bench, card_of):
    piv_bench.insert(card_of("clerk"))
    with PivCard.open(piv_bench.reader, patience_s=30) as card:
        piv_bench.freeze()
        threading.Timer(0.02, piv_bench.pull).start()
        with pytest.raises(CardFailure) as caught:
            card.tries_left()
        assert caught.value.what is CardProblem.REMOVED


def test_monitor_reports_what_is_in_then_each_change_in_order(piv_bench, card_of):
    piv_bench.insert(card_of("clerk"))
    told = []
    changed = threading.Event()

    def note(kind):
        def tell(_reader):
            told.append(kind)
            if len(told) == 5:
                changed.set()

        return tell

    leave = piv_bench.monitor.subscribe(note("+"), note("-"))
    assert told == ["+"]
    piv_bench.pull()
    piv_bench.insert(card_of("chief"))
    piv_bench.insert(card_of("clerk"))  # a swap: out, then in
    assert changed.wait(60)
    piv_bench.pull()
    leave()
    seen = list(told)
    assert seen[:5] == ["+", "-", "+", "-", "+"]
    piv_bench.insert(card_of("chief"))
    assert told == seen


def test_window_looks_at_the_card_that_is_in(piv_bench, card_of):
    window = CardAtWindow(piv_bench.readers, piv_bench.monitor)
    changes = []
    leave = window.watch(lambda: changes.append(window.present()))
    assert window.reader() == piv_bench.reader.name
    with pytest.raises(CardFailure) as caught:
        window.look()
    assert caught.value.what is CardProblem.NO_CARD
    piv_bench.insert(card_of("clerk"))
    facts = window.look()
    assert facts.reader == piv_bench.reader.name
    assert facts.tries_left == 3
    with window.open() as card:
        assert card.certificate("9A") == facts.login_certificate
    leave()
    window.close()
    assert changes
