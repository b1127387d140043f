"""Readers, cards and the service fail in every way: the right word each time, and no call hangs."""

from __future__ import annotations

import threading

import pytest
from smartcard import scard

from client.card.at_window import CardAtWindow
from client.card.failures import CardFailure, CardProblem
from client.card.patience import PATIENCE_S
from client.card.pcsc import PcscMonitor, PcscReaders
from client.card.piv import PivCard
from installer.demo.pcsc.machine import NAMES
from sync.texts import LANGUAGES, texts
from tests.helpers.cards import PIN, WRONG_PIN
from tests.helpers.pcsc import OtherProgram
from tests.helpers.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

SHORT_S = 0.3


def problem(call, *args) -> CardProblem:
    with pytest.raises(CardFailure) as caught:
        call(*args)
    return caught.value.what


def whole(window: CardAtWindow) -> bool:
    """Say whether the card can be read; a call given up before may still hold it."""
    try:
        return window.look().tries_left == 3
    except CardFailure as failure:
        if failure.what is not CardProblem.SLOW:
            raise
        return False


@pytest.fixture
def plugged_again(card_machine):
    """Whatever a test does to reader and service, the next one finds them well."""
    undo: list[str] = []
    yield undo
    for order in reversed(undo):
        card_machine.order(order)


def test_each_failure_has_its_own_word_and_remedy(
    card_machine, bench, card_of, window, plugged_again
):
    met = {}

    def meet(what: str, call, *args) -> None:
        met[what] = problem(call, *args)

    meet("empty", window.open)
    bench.insert(card_of("bus"))
    meet("unknown card", window.open)
    bench.insert(card_of("clerk"), mute=True)
    meet("mute", window.open)
    bench.insert(card_of("clerk"))
    other = OtherProgram()
    meet("taken", window.open)
    other.leave()
    with window.open() as card:
        meet("mistyped", card.verify_pin, WRONG_PIN)
    with window.open() as card:
        bench.pull()
        meet("pulled", card.tries_left)
    bench.insert(card_of("blocked"))
    with window.open() as card:
        meet("blocked", card.verify_pin, PIN)
    hasty = CardAtWindow(PcscReaders(), PcscMonitor(), patience_s=SHORT_S)
    with hasty.open() as card:
        bench.freeze()
        meet("hung", card.tries_left)
    meet("hung still", hasty.open)
    bench.pull()
    bench.thaw()
    hasty.close()
    card_machine.order("unplug")
    plugged_again.append("plug")
    until(lambda: problem(window.open) is CardProblem.NO_READER)
    meet("no reader", window.open)
    card_machine.order("stop")
    plugged_again.append("start")
    meet("service down", window.open)

    assert met == {
        "empty": CardProblem.NO_CARD,
        "unknown card": CardProblem.FOREIGN,
        "mute": CardProblem.MUTE,
        "taken": CardProblem.BUSY,
        "mistyped": CardProblem.PIN_WRONG,
        "pulled": CardProblem.REMOVED,
        "blocked": CardProblem.PIN_BLOCKED,
        "hung": CardProblem.SLOW,
        "hung still": CardProblem.SLOW,
        "no reader": CardProblem.NO_READER,
        "service down": CardProblem.SERVICE_DOWN,
    }
    for language in LANGUAGES:
        spoken = texts(language)
        said = {
            (spoken.t(f"error.{p}", tries_left=2), spoken.t(f"error.{p}.do")) for p in met.values()
        }
        assert len(said) == len(set(met.values())) == 10
        assert all(sentence and remedy for sentence, remedy in said)


def test_two_readers_the_window_serves_the_card_that_came_last(bench, other_bench, card_of, window):
    assert {reader.name for reader in bench.readers.all()} == set(NAMES)
    bench.insert(card_of("clerk"))
    other_bench.insert(card_of("chief"))
    until(lambda: window.reader() == NAMES[1])
    with window.open() as card, PivCard.open(bench.reader) as first:
        assert card.certificate("9A") != first.certificate("9A")
        other_bench.pull()
        assert problem(card.tries_left) is CardProblem.REMOVED
        assert first.tries_left() == 3
    until(lambda: window.reader() == NAMES[0])
    assert window.look().reader == NAMES[0]


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_the_service_dies_in_mid_session_and_comes_back(
    card_machine, bench, card_of, window, plugged_again, end
):
    told = []
    bench.monitor.subscribe(lambda _: told.append("+"), lambda _: told.append("-"))
    bench.insert(card_of("clerk"))
    card = window.open()
    card.verify_pin(PIN)
    card_machine.order(end)
    plugged_again.append("start")
    assert problem(card.sign, "9A", b"login") is CardProblem.SERVICE_DOWN
    card.close()
    assert problem(window.reader) is CardProblem.SERVICE_DOWN
    assert problem(window.open) is CardProblem.SERVICE_DOWN
    assert not bench.reader.present()
    until(lambda: told[-1] == "-")
    until(lambda: not window.present())
    card_machine.order(plugged_again.pop())
    until(lambda: told[-1] == "+")
    until(window.present)
    with window.open() as card:
        assert problem(card.sign, "9A", b"login") is CardProblem.PIN_NEEDED  # nothing survived
        card.verify_pin(PIN)
        card.sign("9A", b"login")
    assert told == ["+", "-", "+"]


def test_a_service_that_was_down_from_the_start_is_found_when_it_comes(
    card_machine, card_of, plugged_again
):
    card_machine.order("stop")
    plugged_again.append("start")
    late = CardAtWindow(PcscReaders(), PcscMonitor())
    assert problem(late.reader) is CardProblem.SERVICE_DOWN
    card_machine.reader(0).insert(card_of("clerk"))
    card_machine.order(plugged_again.pop())
    until(late.present)
    assert late.look().tries_left == 3
    late.close()
    card_machine.reader(0).pull()


def test_a_service_that_does_not_answer_counts_as_down_and_may_recover(
    card_machine, bench, card_of, plugged_again
):
    bench.insert(card_of("clerk"))
    readers = PcscReaders(patience_s=SHORT_S)
    hasty = CardAtWindow(readers, PcscMonitor(), patience_s=SHORT_S)
    until(hasty.present)
    with hasty.open() as card:
        card_machine.order("freeze")
        plugged_again.append("thaw")
        assert problem(card.tries_left) is CardProblem.SLOW
        assert problem(hasty.open) is CardProblem.SERVICE_DOWN
        assert problem(readers.all) is CardProblem.SERVICE_DOWN
    card_machine.order(plugged_again.pop())
    until(lambda: not readers._service.hanging)
    until(lambda: whole(hasty))
    hasty.close()


def test_a_window_closes_although_the_service_does_not_answer(card_machine, plugged_again):
    monitor = PcscMonitor()
    until(lambda: monitor._context is not None)
    card_machine.order("freeze")
    plugged_again.append("thaw")
    monitor.close()
    assert monitor._thread.is_alive()  # it hangs with the service, and nobody waits for it


def test_a_reader_is_unplugged_in_mid_session_and_plugged_in_again(
    card_machine, bench, card_of, window, plugged_again
):
    changes = []
    window.watch(lambda: changes.append(1))
    bench.insert(card_of("clerk"))
    until(window.present)
    with window.open() as card:
        card_machine.order("unplug")
        plugged_again.append("plug")
        assert problem(card.tries_left) in {CardProblem.SERVICE_DOWN, CardProblem.NO_READER}
    until(lambda: not window.present())
    until(lambda: problem(window.open) is CardProblem.NO_READER)
    assert window.reader() is None
    card_machine.order(plugged_again.pop())
    until(window.present)
    assert window.look().tries_left == 3
    assert len(changes) > 2


def test_a_card_swapped_in_one_movement_is_told_as_gone_and_come(bench, card_of, window):
    told = []
    bench.insert(card_of("clerk"))
    bench.monitor.subscribe(lambda _: told.append("+"), lambda _: told.append("-"))
    for number, name in enumerate(["chief", "clerk", "chief", "clerk"], start=1):
        with window.open() as card:
            bench.machine.reader(0).insert(card_of(name))
            assert problem(card.tries_left) is CardProblem.REMOVED
        until(lambda number=number: told == ["+"] + ["-", "+"] * number)
        assert window.look().tries_left == 3


def test_a_slow_card_is_waited_for(bench, card_of, window):
    bench.insert(card_of("chief"))
    until(window.present)
    bench.slow(0.15)
    with window.open() as card:
        card.verify_pin(PIN)
        card.sign("9C", b"act")


def test_a_hung_card_is_given_up_within_the_patience_that_the_product_has(bench, card_of, window):
    assert PATIENCE_S < 5
    bench.insert(card_of("clerk"))
    until(window.present)
    with window.open() as card:
        bench.freeze()
        assert problem(card.tries_left) is CardProblem.SLOW
    assert problem(window.open) is CardProblem.SLOW
    bench.pull()
    bench.thaw()
    bench.insert(card_of("clerk"))
    until(lambda: whole(window))


def test_a_card_taken_by_another_program_is_free_when_that_lets_go(bench, card_of, window):
    bench.insert(card_of("clerk"))
    other = OtherProgram()
    assert problem(window.look) is CardProblem.BUSY
    other.leave()
    assert window.look().tries_left == 3


def test_another_program_cannot_use_the_pin_that_was_given_to_us(bench, card_of, window):
    bench.insert(card_of("clerk"))
    with window.open() as card:
        card.verify_pin(PIN)
        _, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
        result, _, _ = scard.SCardConnect(
            context, NAMES[0], scard.SCARD_SHARE_SHARED, scard.SCARD_PROTOCOL_ANY
        )
        assert result & 0xFFFFFFFF == 0x8010000B
        scard.SCardReleaseContext(context)
    with window.open() as card:
        assert problem(card.sign, "9A", b"login") is CardProblem.PIN_NEEDED


def test_no_thread_is_left_behind(bench, card_of):
    bench.insert(card_of("clerk"))
    before = set(threading.enumerate())
    made = CardAtWindow(PcscReaders(), PcscMonitor())
    until(made.present)
    made.look()
    made.close()
    until(lambda: set(threading.enumerate()) <= before)
