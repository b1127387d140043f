"""Numbers of the lease: more visitors in one session than a lease has numbers for."""

import asyncio

import pytest

from sync.domain.ids import MOST_CASES
from tests.helpers.hall import PATIENCE_S, open_hall

pytestmark = [pytest.mark.slow, pytest.mark.asyncio, pytest.mark.timeout(300)]
FEW = 10


async def test_fresh_numbers_come_before_the_last_one_is_drawn(stage):
    async with open_hall(stage) as hall:
        await hall.enter("reception")
        place = hall.desk.door.place()

        async def left():
            return await place.on_store(place.store.numbers_left, "case")

        cases = [await hall.register() for _ in range(await left() - FEW)]
        async with asyncio.timeout(PATIENCE_S):
            while await left() <= FEW:
                await hall._news_or_a_moment()
        cases += [await hall.register() for _ in range(2 * FEW)]
        assert len(set(cases)) == len(cases)
        await hall.leave()


async def test_number_that_a_fresh_lease_took_away_is_drawn_anew(stage, monkeypatch):
    """The lease is exchanged while the slip is made: nobody at the window notices."""
    async with open_hall(stage) as hall:
        await hall.enter("reception")
        store = hall.desk.door.place().store
        drawn = store.next_number
        gone = iter([MOST_CASES])  # of no block here
        monkeypatch.setattr(store, "next_number", lambda kind: next(gone, None) or drawn(kind))
        second = await hall.register()
        assert next(gone, None) is None
        assert second[-7:-2] != str(MOST_CASES)
        await hall.leave()
