"""What only USB keys do: tell less of their tries, want the PIN in mid-signature, share a desk."""

from __future__ import annotations

import threading
from contextlib import closing

import psutil
import pytest

from client.card.at_window import CardAtWindow
from client.card.failures import CardFailure, CardProblem
from client.card.pkcs11_token import TokenCard
from client.card.simulator import SimulatedReaders
from sync.domain.secret import Secret
from tests.helpers.cards import PIN, WRONG_PIN, problem, public_key, verify_raw, with_slots
from tests.helpers.pcsc import PcscBench
from tests.helpers.tokens import OpenscBench, SoftHsmBench
from tests.helpers.waiting import until

pytestmark = pytest.mark.slow

HUNG_S = 2.0


@pytest.fixture
def softhsm_bench(token_safe):
    with closing(SoftHsmBench(token_safe)) as bench:
        yield bench


@pytest.fixture
def hasty_bench(card_machine):
    with closing(OpenscBench(card_machine, patience_s=HUNG_S)) as bench:
        yield bench


def sign(bench) -> None:
    with bench.open() as card:
        card.verify_pin(PIN)
        card.sign_es256("9C", b"act")


def test_tries_are_told_as_far_as_the_token_tells_them(opensc_bench, card_of):
    opensc_bench.insert(card_of("clerk"))
    with opensc_bench.open() as card:
        assert card.tries_left() is None
        assert problem(card.verify_pin, WRONG_PIN).what is CardProblem.PIN_WRONG_UNTOLD
        last = problem(card.verify_pin, WRONG_PIN)
        assert (last.what, last.tries_left) == (CardProblem.PIN_WRONG, 1)
        assert card.tries_left() == 1
        assert problem(card.verify_pin, WRONG_PIN).what is CardProblem.PIN_BLOCKED
        assert problem(card.verify_pin, PIN).what is CardProblem.PIN_BLOCKED
        assert card.tries_left() == 0


def test_a_wrong_pin_costs_one_try_and_the_right_one_gives_all_back(opensc_bench, card_of):
    opensc_bench.insert(card_of("chief"))
    with opensc_bench.open() as card:
        for _ in range(2):
            assert problem(card.verify_pin, WRONG_PIN).what is CardProblem.PIN_WRONG_UNTOLD
            card.verify_pin(PIN)
            verify_raw(public_key(card, "9C"), card.sign_es256("9C", b"act"), b"act")


def test_a_session_goes_on_after_a_wrong_pin(token_bench, card_of):
    token_bench.insert(card_of("chief"))
    with token_bench.open() as card:
        assert problem(card.verify_pin, WRONG_PIN).what is CardProblem.PIN_WRONG_UNTOLD
        assert problem(card.sign_es256, "9A", b"login").what is CardProblem.PIN_NEEDED
        card.verify_pin(PIN)
        card.sign_es256("9A", b"login")
        assert problem(card.verify_pin, WRONG_PIN).what is CardProblem.PIN_WRONG_UNTOLD
        assert problem(card.sign_es256, "9A", b"login").what is CardProblem.PIN_NEEDED
    sign(token_bench)


@pytest.mark.parametrize("pin", ["", "12345", "１２３４５６", "12 456", "1" * 33])
def test_a_pin_that_no_token_takes_is_not_sent(opensc_bench, card_of, pin):
    opensc_bench.insert(card_of("clerk"))
    with opensc_bench.open() as card:
        problem(card.verify_pin, WRONG_PIN)
        assert problem(card.verify_pin, Secret(pin)).what is CardProblem.PIN_FORM
        assert card.tries_left() is None  # one more would have left one


def test_a_token_takes_a_new_pin_from_whoever_knows_the_one_before(token_bench, card_of):
    new = Secret("24681357")
    token_bench.insert(card_of("chief"))
    with token_bench.open() as card:
        assert problem(card.change_pin, WRONG_PIN, new).what is CardProblem.PIN_WRONG_UNTOLD
        assert problem(card.change_pin, PIN, Secret("12 456")).what is CardProblem.PIN_FORM
        card.change_pin(PIN, new)
        assert problem(card.verify_pin, PIN).what is CardProblem.PIN_WRONG_UNTOLD
        card.verify_pin(new)
        verify_raw(public_key(card, "9C"), card.sign_es256("9C", b"act"), b"act")


def test_a_changed_pin_leaves_nobody_logged_in(token_bench, card_of):
    token_bench.insert(card_of("chief"))
    with token_bench.open() as card:
        card.verify_pin(PIN)
        card.change_pin(PIN, Secret("24681357"))
        for place in ("9A", "9C"):
            assert problem(card.sign_es256, place, b"act").what is CardProblem.PIN_NEEDED


def test_a_token_is_not_unlocked_here(softhsm_bench, card_of):
    softhsm_bench.insert(card_of("clerk"))
    with softhsm_bench.open() as card:
        assert problem(card.unblock, PIN, PIN).what is CardProblem.PUK_ELSEWHERE
        card.verify_pin(PIN)


def test_a_token_without_our_certificates_is_foreign(softhsm_bench, card_of):
    bench = softhsm_bench
    bench.insert(with_slots(card_of("clerk")))
    assert problem(bench.open).what is CardProblem.FOREIGN
    bench.insert(card_of("clerk"))
    bench.open().close()


@pytest.mark.parametrize("answer_is_lost", [False, True])
def test_pulled_at_any_moment_of_a_signature_says_removed(opensc_bench, card_of, answer_is_lost):
    content, moment = card_of("chief"), 0
    while True:
        moment += 1
        opensc_bench.insert(content)
        opensc_bench.pull_at(moment, answer_is_lost=answer_is_lost)
        try:
            sign(opensc_bench)
        except CardFailure as failure:
            found = failure.what
        else:
            break
        assert found in {CardProblem.REMOVED, CardProblem.NO_CARD}, moment
    assert moment > 6
    opensc_bench.pull_at(0, answer_is_lost=False)
    opensc_bench.insert(content)
    sign(opensc_bench)


def test_after_a_swap_the_old_session_is_dead_and_the_new_card_untouched(opensc_bench, card_of):
    opensc_bench.insert(card_of("clerk"))
    with opensc_bench.open() as card:
        card.verify_pin(PIN)
        opensc_bench.insert(card_of("chief"))
        assert problem(card.sign_es256, "9A", b"login").what is CardProblem.REMOVED
    with opensc_bench.open() as card:
        assert problem(card.sign_es256, "9A", b"login").what is CardProblem.PIN_NEEDED


def test_a_hung_token_is_given_up_in_time_and_pulling_it_frees_the_place(hasty_bench, card_of):
    bench = hasty_bench
    bench.insert(card_of("clerk"))
    with bench.open() as card:
        bench.freeze()
        for _ in range(2):
            assert problem(card.verify_pin, PIN).what is CardProblem.SLOW
    bench.pull()
    bench.thaw()
    bench.insert(card_of("chief"))
    sign(bench)


def test_a_hung_token_that_is_pulled_says_removed(opensc_bench, card_of):
    opensc_bench.insert(card_of("clerk"))
    with opensc_bench.open() as card:
        opensc_bench.freeze()
        puller = threading.Timer(0.3, opensc_bench._hand.pull)
        puller.start()
        assert problem(card.verify_pin, PIN).what is CardProblem.REMOVED
        puller.join()


def test_a_library_that_dies_in_mid_session_is_named_and_comes_back(token_bench, card_of):
    token_bench.insert(card_of("chief"))
    with token_bench.open() as card:
        card.verify_pin(PIN)
        process = token_bench.tokens._line._process
        process.kill()
        psutil.wait_procs([psutil.Process(process.pid)], timeout=60)
        found = problem(card.sign_es256, "9C", b"act").what
        assert found in {CardProblem.LIBRARY_CRASHED, CardProblem.SLOW}
    token_bench.comings.wait(1)
    sign(token_bench)


def test_a_library_that_dies_while_a_token_takes_a_pin_leaves_it_unsure(softhsm_bench, card_of):
    softhsm_bench.insert(card_of("clerk"))
    with softhsm_bench.open() as card:
        process = softhsm_bench.tokens._line._process
        process.kill()
        psutil.wait_procs([psutil.Process(process.pid)], timeout=60)
        assert problem(card.change_pin, PIN, Secret("24681357")).what is CardProblem.PIN_UNSURE


# ------------------------------------------------------------ a desk with both


def test_readers_and_tokens_are_one_list_and_the_last_one_put_in_is_taken(softhsm_bench, card_of):
    readers, bench = SimulatedReaders("Bench"), softhsm_bench
    window = CardAtWindow(readers, readers, bench.tokens)
    assert window.reader() == "Bench"
    assert not window.present()
    assert problem(window.open).what is CardProblem.NO_CARD
    readers.named("Bench").insert(card_of("clerk"))
    until(window.present)
    clerk = window.look()
    bench.insert(card_of("chief"))
    chief = window.look()
    assert clerk.reader == "Bench"
    assert chief.reader != "Bench"
    assert chief.login_certificate != clerk.login_certificate
    places = window.places()
    assert [place.name for place in places[:2]] == [chief.reader, "Bench"]
    assert [place.occupied for place in places] == [True, True, *[False] * (len(places) - 2)]
    with window.open() as card:
        assert isinstance(card, TokenCard)
    bench.pull()
    assert window.look() == clerk
    window.close()


def test_a_card_that_the_library_shows_is_the_librarys_from_the_first_moment(opensc_bench, card_of):
    window = CardAtWindow(opensc_bench.readers, opensc_bench.monitor, opensc_bench.tokens)
    PcscBench.insert(opensc_bench, card_of("chief"))  # PC/SC has told of it, the library not yet
    until(window.present)
    names = [place.name for place in window.places()]
    assert len(names) == len(set(names))
    assert window.reader() == opensc_bench.reader.name
    with window.open() as card:
        assert isinstance(card, TokenCard)
    assert window.token_library().tokens == 1
    opensc_bench.pull()
    assert not window.present()
    window.close()


def test_a_card_that_the_library_does_not_know_is_read_as_a_card(opensc_bench, card_of):
    window = CardAtWindow(opensc_bench.readers, opensc_bench.monitor, opensc_bench.tokens)
    PcscBench.insert(opensc_bench, card_of("bus"))
    until(window.present)
    assert problem(window.open).what is CardProblem.FOREIGN
    window.close()


def test_a_key_that_is_a_strange_card_to_the_reader_is_taken_as_a_token(softhsm_bench, card_of):
    readers, bench = SimulatedReaders("Bench"), softhsm_bench
    window = CardAtWindow(readers, readers, bench.tokens)
    bench.insert(card_of("chief"))
    readers.named("Bench").insert(card_of("bus"))
    until(lambda: window.reader() == "Bench")
    with window.open() as card:
        assert isinstance(card, TokenCard)
    window.close()
