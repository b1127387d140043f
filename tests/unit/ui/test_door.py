"""The door: each refusal in its own words, the tries counted, one try at a time."""

import asyncio
from dataclasses import replace

import pytest

from client.app.rows.session import CardPresence, CardView
from client.app.rows.words import Words
from sync.domain.failures import Failure
from sync.domain.secret import Secret
from tests.helpers.scripted_access import PIN
from ui.presenters.door import DoorPresenter

pytestmark = pytest.mark.asyncio


@pytest.fixture
def door(desk, screen):
    return DoorPresenter(desk, screen)


async def test_an_empty_reader_asks_for_the_card(door, screen):
    door.show()

    assert screen.last("show_face").headline.key == "door.insert"
    assert not screen.last("show_face").can_enter


@pytest.mark.parametrize(
    ("card", "key"),
    [
        (CardView(CardPresence.NO_READER), "door.no_reader"),
        (CardView(CardPresence.READING), "door.reading"),
        (
            CardView(CardPresence.UNUSABLE, problem=Words("error.certificate.expired")),
            "error.certificate.expired",
        ),
        (CardView(CardPresence.UNUSABLE), "door.unusable"),
    ],
)
async def test_each_state_of_the_card_has_its_own_words(desk, door, screen, card, key):
    desk.door.card = card
    door.card_changed(card)

    face = screen.last("show_face")
    assert face.headline.key == key
    assert not face.can_enter


async def test_a_ready_card_shows_its_holder_and_takes_the_pin(door, deck, screen):
    deck.insert("clerk")
    door.show()

    face = screen.last("show_face")
    assert (face.name, face.can_enter, face.tries_left) == ("林知夏", True, 3)


async def test_a_certificate_that_ends_soon_is_said_before_the_pin(desk, door, screen):
    desk.door.card = CardView(CardPresence.READY, "r", "林知夏", "p0102", 3, 12)
    door.show()

    assert screen.last("show_face").advice == Words("door.expires", {"days": 12})


async def test_a_wrong_pin_tells_the_tries_left_and_is_forgotten(door, deck, screen):
    deck.insert("clerk")

    await door.enter(Secret("999999"))

    face = screen.last("show_face")
    assert face.problem.code == "card.pin_wrong"
    assert face.tries_left == 2
    assert face.mood == "refused"
    assert screen.told("clear_pin")


async def test_the_last_wrong_pin_says_that_it_is_blocked(door, deck, screen):
    deck.insert("clerk")

    for _ in range(3):
        await door.enter(Secret("999999"))

    assert screen.last("show_face").problem.code == "card.pin_blocked"


async def test_another_card_starts_afresh(desk, door, deck, screen):
    deck.insert("clerk")
    await door.enter(Secret("999999"))

    deck.insert("handler")
    door.card_changed(desk.door.card)

    assert screen.last("show_face").problem is None


async def test_a_second_press_while_the_card_works_is_not_a_second_try(desk, door, deck):
    deck.insert("clerk")
    tries = []
    working = asyncio.Event()

    async def slow(pin):
        tries.append(pin)
        await working.wait()
        raise Failure("card.slow")

    desk.door.log_in = slow
    first = asyncio.get_running_loop().create_task(door.enter(Secret(PIN)))
    await asyncio.sleep(0)
    await door.enter(Secret(PIN))
    working.set()
    await first

    assert len(tries) == 1


async def test_a_defect_is_shown_as_ours_and_never_with_its_message(desk, door, deck, screen):
    deck.insert("clerk")

    async def broken(pin):
        raise ValueError("secret words")

    desk.door.log_in = broken
    await door.enter(Secret(PIN))

    problem = screen.last("show_face").problem
    assert problem.broken
    assert problem.code == "app.broken"


async def test_the_lock_says_why_who_and_what_waits(door, deck, screen, enter):
    await enter("clerk")
    door.opened("林知夏")

    door.locked("card_removed")
    lock = screen.last("show_face").lock
    assert (lock.reason, lock.waiting, lock.who) == ("card_removed", None, "林知夏")

    door.closed(2)
    assert screen.last("show_face").lock.waiting == 2


async def test_logging_in_ends_the_lock(door, deck, screen):
    deck.insert("clerk")
    door.locked("idle")

    await door.enter(Secret(PIN))

    assert screen.last("show_face").lock is None


async def test_readers_and_keys_are_one_list_the_one_in_use_first(desk, door, screen):
    places = ("USB Key 0", "Reader 1", "Reader 2", "Slot 3", "Slot 4")
    desk.door.card = CardView(CardPresence.READY, "USB Key 0", "张三", "p0105", places=places)
    door.card_changed(desk.door.card)
    face = screen.last("show_face")
    assert (face.reader, face.places) == ("USB Key 0", ("Reader 1", "Reader 2", "Slot 3"))


async def test_a_reader_plugged_in_elsewhere_takes_no_pin_away(desk, door, screen):
    card = CardView(CardPresence.READY, "Reader 1", "张三", "p0105", 3, places=("Reader 1",))
    door.card_changed(card)
    before = len(screen.told("clear_pin"))
    desk.door.card = replace(card, places=("Reader 1", "USB Key 0"))
    door.card_changed(desk.door.card)
    assert len(screen.told("clear_pin")) == before
    assert screen.last("show_face").places == ("USB Key 0",)
