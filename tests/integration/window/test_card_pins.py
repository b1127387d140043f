"""A card's PIN at a real window: changed at work; locked, and opened by the PUK at the door."""

import asyncio

import pytest

from client.app.rows.session import CardPresence
from sync.domain.failures import Failure
from sync.domain.secret import Secret
from tests.helpers.newcomer import newcomer

pytestmark = pytest.mark.slow

NEW, NEWER = Secret("24681012"), Secret("135790")
WRONG, PUK = Secret("999999"), Secret("12345678")


async def code_of(work) -> str:
    with pytest.raises(Failure) as refused:
        await work
    return refused.value.code


async def shows(new, presence, tries):
    """Wait until the door shows the card so, whoever has it read again."""
    news = asyncio.Event()
    end = new.desk.watch(lambda _news: news.set())
    door = new.desk.door
    try:
        async with asyncio.timeout(60):
            while (door.card.presence, door.card.tries_left) != (presence, tries):
                await news.wait()
                news.clear()
    finally:
        end()


def test_a_pin_is_changed_at_work_and_a_locked_card_opened_at_the_door(tmp_path):
    async def live(new):
        async with new.running():
            await new.enrol(new.invite())
            desk, before = new.desk, new.pin("clerk")
            new.window.deck_or_fail().insert("clerk")
            await shows(new, CardPresence.READY, 3)
            await desk.door.log_in(before)

            assert await code_of(desk.card_pins.change(WRONG, NEW)) == "card.pin_wrong"
            await shows(new, CardPresence.READY, 2)
            await desk.card_pins.change(before, NEW)
            await shows(new, CardPresence.READY, 3)
            assert desk.door.session is not None

            await desk.door.lock()
            for left in (2, 1, 0):
                wanted = "card.pin_wrong" if left else "card.pin_blocked"
                assert await code_of(desk.door.log_in(before)) == wanted
            await shows(new, CardPresence.UNUSABLE, 0)
            assert await code_of(desk.card_pins.change(NEW, NEWER)) == "card.pin_blocked"
            assert await code_of(desk.card_pins.unblock(WRONG, NEWER)) == "card.puk_wrong"
            await desk.card_pins.unblock(PUK, NEWER)
            await shows(new, CardPresence.READY, 3)
            new.centre.clock.advance(seconds=30)
            assert (await desk.door.log_in(NEWER)).person == new.person("clerk")

    with newcomer(tmp_path) as new:
        asyncio.run(live(new))
