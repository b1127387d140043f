"""The window over real PC/SC: what holds with simulated cards holds here, and more can break."""

from __future__ import annotations

import pytest

from client.app.rows.session import CardPresence
from installer.demo.pcsc.machine import NAMES
from tests.faults.window.test_cards import (
    test_a_card_pulled_at_any_command_of_the_login_leaves_nobody_in,
    test_each_bad_card_is_turned_away_with_its_own_words,
    test_pulling_the_card_locks_keeps_drafts_closes_the_store_and_drops_the_key,
    test_wrong_pins_count_down_to_a_block_and_each_is_said,
)
from tests.faults.window.test_signing import (
    test_a_decision_is_made_whole_or_not_at_all_wherever_the_card_is_pulled,
)
from tests.helpers.hall import open_hall
from tests.helpers.pcsc import OtherProgram

pytestmark = [pytest.mark.slow, pytest.mark.asyncio, pytest.mark.timeout(600)]

__all__ = [
    "test_a_card_pulled_at_any_command_of_the_login_leaves_nobody_in",
    "test_a_decision_is_made_whole_or_not_at_all_wherever_the_card_is_pulled",
    "test_each_bad_card_is_turned_away_with_its_own_words",
    "test_pulling_the_card_locks_keeps_drafts_closes_the_store_and_drops_the_key",
    "test_wrong_pins_count_down_to_a_block_and_each_is_said",
]


def says(hall, code):
    """Say whether the door names this problem."""
    problem = hall.desk.door.card.problem
    return problem is not None and problem.key == f"error.{code}"


async def test_a_service_that_stops_locks_the_window_and_nothing_is_lost(stage, card_machine):
    async with open_hall(stage) as hall:
        await hall.enter("clerk")
        assert hall.desk.door.card.reader == NAMES[0]
        case = await hall.register()
        await hall.desk.drafts.save("preregister", "写到一半")
        card_machine.order("stop")
        try:
            await hall.locked()
            await hall.until(lambda: says(hall, "card.service_down"), "the service is down")
        finally:
            card_machine.order("start")
        await hall.until(lambda: hall.desk.door.card.presence is CardPresence.READY, "read again")
        await hall.enter("clerk")
        assert (await hall.desk.cases.open(case)).row.number == case
        assert await hall.desk.drafts.load("preregister") == "写到一半"
        await hall.leave()


async def test_a_card_that_another_program_had_is_read_when_that_lets_go(stage, card_machine):
    async with open_hall(stage) as hall:
        await hall.put_in("clerk")
        other = OtherProgram()
        hall.desk.door._moved.set()
        await hall.until(lambda: says(hall, "card.busy"), "the other program is named")
        other.leave()
        await hall.until(lambda: hall.desk.door.card.presence is CardPresence.READY, "read again")
        hall.deck.pull()


async def test_a_hung_card_is_named_at_the_door_and_another_try_works(stage, card_machine):
    async with open_hall(stage) as hall:
        hall.reader.mood(frozen=True)
        hall.deck.insert("clerk")
        await hall.until(lambda: says(hall, "card.slow"), "the card hangs")
        hall.deck.pull()
        hall.reader.mood()
        await hall.enter("clerk")
        await hall.leave()


async def test_a_reader_is_missing_then_plugged_in(stage, card_machine):
    async with open_hall(stage) as hall:
        card_machine.order("unplug")
        try:
            no_reader = CardPresence.NO_READER
            await hall.until(lambda: hall.desk.door.card.presence is no_reader, "no reader")
        finally:
            card_machine.order("plug")
        await hall.until(lambda: hall.desk.door.card.presence is CardPresence.EMPTY, "plugged in")
        await hall.enter("clerk")
        await hall.leave()
