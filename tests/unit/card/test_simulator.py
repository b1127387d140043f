"""Readers without hardware: several of them, unplugged, without a service, told of in order."""

from __future__ import annotations

import threading
from itertools import pairwise

import pytest

from client.card.at_window import CardAtWindow
from client.card.cardfile import CardFile
from client.card.failures import CardFailure, CardProblem
from client.card.monitor import Subscriptions
from client.card.patience import PatientConnection
from client.card.piv import PivCard
from client.card.simulator import SimulatedReaders
from tests.helpers.cards import PIN


def problem(call, *args) -> CardProblem:
    with pytest.raises(CardFailure) as caught:
        call(*args)
    return caught.value.what


@pytest.fixture
def machine():
    made = SimulatedReaders("Left", "Right")
    yield made
    made.close()


def told_by(machine) -> list[str]:
    told: list[str] = []
    machine.subscribe(
        lambda name: told.append(f"+{name}"),
        lambda name: told.append(f"-{name}"),
        lambda: told.append("readers"),
    )
    return told


def test_two_readers_hold_two_cards(machine, card_of):
    told = told_by(machine)
    left, right = machine.all()
    left.insert(card_of("clerk"))
    right.insert(card_of("chief"))
    with PivCard.open(left) as one, PivCard.open(right) as other:
        assert one.certificate("9A") != other.certificate("9A")
        left.pull()
        assert problem(one.tries_left) is CardProblem.REMOVED
        assert other.tries_left() == 3
    assert told == ["+Left", "+Right", "-Left"]


def test_the_window_serves_the_card_that_came_last(machine, card_of):
    window = CardAtWindow(machine, machine)
    assert window.reader() == "Left"
    machine.named("Left").insert(card_of("clerk"))
    machine.named("Right").insert(card_of("chief"))
    assert window.look().reader == "Right"
    machine.named("Right").pull()
    assert window.look().reader == "Left"
    assert window.present()
    window.close()


def test_a_window_opened_late_sees_the_card_that_is_in(machine, card_of):
    machine.named("Right").insert(card_of("clerk"))
    window = CardAtWindow(machine, machine)
    assert window.reader() == "Right"
    window.close()


def test_no_reader_and_no_service_are_told_apart(card_of):
    machine = SimulatedReaders()
    window = CardAtWindow(machine, machine)
    assert window.reader() is None
    assert problem(window.open) is CardProblem.NO_READER
    assert problem(machine.named, "Left") is CardProblem.NO_READER
    machine.plug("Left")
    assert problem(window.open) is CardProblem.NO_CARD
    machine.stop_service()
    assert problem(window.reader) is CardProblem.SERVICE_DOWN
    assert problem(window.open) is CardProblem.SERVICE_DOWN
    machine.start_service()
    assert problem(window.open) is CardProblem.NO_CARD


def test_unplugging_ends_the_session_and_takes_the_card_along(machine, card_of):
    told = told_by(machine)
    left = machine.named("Left")
    left.insert(card_of("clerk"))
    with PivCard.open(left) as card:
        machine.unplug("Left")
        assert problem(card.tries_left) is CardProblem.NO_READER
    assert told == ["+Left", "-Left", "readers"]
    assert [reader.name for reader in machine.all()] == ["Right"]


def test_a_service_that_dies_removes_every_card_and_brings_them_back(machine, card_of):
    told = told_by(machine)
    left = machine.named("Left")
    left.insert(card_of("clerk"))
    with PivCard.open(left) as card:
        card.verify_pin(PIN)
        machine.stop_service()
        assert problem(card.sign, "9A", b"login") is CardProblem.SERVICE_DOWN
        assert not left.present()
        assert problem(left.connect) is CardProblem.SERVICE_DOWN
    machine.start_service()
    assert left.present()
    with PivCard.open(left) as card:
        assert card.tries_left() == 3
    assert told == ["+Left", "-Left", "readers", "+Left", "readers"]


def test_a_card_put_in_while_the_service_is_down_is_reported_later(machine, card_of):
    told, reader = told_by(machine), machine.named("Left")
    machine.stop_service()
    reader.insert(card_of("clerk"))
    machine.start_service()
    assert told == ["readers", "+Left", "readers"]


def test_card_upside_down_does_not_answer(machine, card_of):
    left = machine.named("Left")
    left.insert(card_of("clerk"), mute=True)
    assert left.present()
    assert problem(PivCard.open, left) is CardProblem.MUTE


def test_delay_is_waited_for_and_cut_short_by_pulling(machine, card_of):
    left = machine.named("Left")
    left.insert(card_of("clerk"))
    left.delay_s = 0.001
    with PivCard.open(left) as card:
        assert card.tries_left() == 3
        left.delay_s = 60
        threading.Timer(0.01, left.pull).start()
        assert problem(card.tries_left) is CardProblem.REMOVED


def test_many_hands_at_once_leave_reader_and_monitor_in_step(machine, card_of):
    left = machine.named("Left")
    told = told_by(machine)
    cards = [card_of("clerk"), card_of("chief")]

    def hand(card) -> None:
        for _ in range(50):
            left.insert(card)
            left.pull()

    failures = set()

    def lane() -> None:
        for _ in range(50):
            try:
                with PivCard.open(left) as card:
                    card.tries_left()
            except CardFailure as failure:
                failures.add(failure.what)

    threads = [threading.Thread(target=hand, args=(card,)) for card in cards]
    threads.append(threading.Thread(target=lane))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    left.insert(cards[0])
    assert failures <= {CardProblem.NO_CARD, CardProblem.REMOVED}
    assert told[-1] == "+Left"
    assert all(one != other for one, other in pairwise(told))


# ---------------------------------------------------------------- monitor


def test_a_subscribers_defect_harms_nobody_else(caplog):
    told = Subscriptions()
    heard = []

    def broken(_reader) -> None:
        raise RuntimeError

    told.subscribe(broken, broken)
    told.subscribe(heard.append, heard.append)
    told.put_in("Left")
    told.taken("Left")
    assert heard == ["Left", "Left"]
    assert "card.subscriber_failed" in caplog.text


def test_what_did_not_change_is_not_told():
    told = Subscriptions()
    heard = []
    told.subscribe(lambda name: heard.append("+"), lambda name: heard.append("-"))
    told.taken("Left")
    told.put_in("Left")
    told.put_in("Left")
    assert heard == ["+"]


def test_a_callback_may_end_its_own_subscription():
    told = Subscriptions()
    heard = []
    leave = told.subscribe(lambda name: (heard.append(name), leave()), heard.append)
    told.put_in("Left")
    told.taken("Left")
    told.put_in("Left")
    assert heard == ["Left"]


# ---------------------------------------------------------------- patience


class Odd:
    def __init__(self) -> None:
        self.closed = threading.Event()

    def transmit(self, apdu: bytes):
        raise ZeroDivisionError

    def close(self) -> None:
        self.closed.set()


class OddReader:
    name = "Odd"

    def __init__(self, odd) -> None:
        self.connect = lambda: odd


def test_what_the_connection_raises_reaches_the_caller():
    odd = Odd()
    patient = PatientConnection(OddReader(odd), 5)
    with pytest.raises(ZeroDivisionError):
        patient.transmit(b"")
    patient.close()
    assert odd.closed.is_set()


def test_no_thread_is_left_behind(machine, card_of):
    left = machine.named("Left")
    left.insert(card_of("clerk"))
    before = threading.active_count()
    with PivCard.open(left) as card:
        card.tries_left()
    card.close()
    assert threading.active_count() == before
    with PivCard.open(left, patience_s=0.01) as hung:
        left.frozen = True
        assert problem(hung.tries_left) is CardProblem.SLOW
    left.pull()
    for thread in threading.enumerate():
        if thread.name == "card":
            thread.join(60)
    assert threading.active_count() == before


# ---------------------------------------------------------------- card files


def test_card_file_keeps_what_the_card_changed(card_of):
    content = card_of("clerk")
    content.pin_tries = 1
    content.save()
    again = CardFile.load(content.path)
    assert (again.pin_tries, again.pin, again.keys) == (1, content.pin, content.keys)


def test_card_file_prints_neither_pin_nor_keys(card_of):
    content = card_of("clerk")
    shown = repr(content)
    assert content.pin not in shown
    assert "PRIVATE" not in shown


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"name":"x","person":"p","pin":"1","puk":"2","keys":[]}',
     '{"name":"x","person":"p","pin":"1","puk":"2","keys":{"9A":{}}}',
     '{"name":"x","person":"p","pin":"1","puk":"2","keys":{},"tries":{"pin":"x"}}'],
)  # fmt: skip
def test_card_file_of_another_form_is_refused(tmp_path, text):
    path = tmp_path / "card.json"
    path.write_text(text)
    with pytest.raises(CardFailure) as caught:
        CardFile.load(path)
    assert caught.value.what is CardProblem.FILE
    assert caught.value.details == {"file": "card.json"}


def test_card_file_that_is_not_there_is_refused(tmp_path):
    assert problem(CardFile.load, tmp_path / "none.json") is CardProblem.FILE
