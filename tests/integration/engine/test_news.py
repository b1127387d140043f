"""News of others: the stream, the pages that pokes bring, the pages that are asked for."""

import dataclasses
import json
import threading
from contextlib import asynccontextmanager

import pytest
from msgspec.structs import replace

from sync.engine import faults
from sync.engine.pace import Pace
from sync.proof.outcomes import sign_tree_head
from sync.proof.tree import Frontier
from tests.helpers.line_world import NOW_MS
from tests.helpers.scripted import Said
from tests.helpers.world import AUD, SCOPE
from tests.integration.engine.rig import FAST, Times, cut, running

pytestmark = pytest.mark.slow


@asynccontextmanager
async def hearing(centre):
    """Run a window to which pokes bring pages; it has asked for all that it asks for by itself."""
    async with running(centre, pace=Pace()) as rig:
        await rig.until(lambda: rig.status.live and rig.status.lease_until_ms is not None)
        await rig.synced()
        centre.others()
        await rig.until(lambda: rig.store.cursors()[SCOPE] == 1)
        await rig.synced()
        centre.pages = True
        yield rig


@pytest.mark.asyncio
async def test_news_that_came_with_their_page_are_not_asked_for(centre):
    async with hearing(centre) as rig:
        pulls = centre.asked["/v1/pull"]
        centre.others()
        centre.others(3)
        await rig.until(lambda: rig.store.cursors()[SCOPE] == 5)
        assert rig.store.log[SCOPE] == centre.log[SCOPE]
        ids = rig.works(2)
        await rig.until(lambda: set(ids) < set(rig.store.settled))
        assert centre.asked["/v1/pull"] == pulls


@pytest.mark.asyncio
async def test_a_page_that_does_not_lead_on_is_asked_for(centre):
    async with hearing(centre) as rig:
        pulls = centre.asked["/v1/pull"]
        centre.pages = False
        centre.streams, streams = [], centre.streams
        centre.others(2)  # this poke is lost
        centre.streams, centre.pages = streams, True
        centre.others()
        await rig.until(lambda: rig.store.cursors()[SCOPE] == 4)
        assert centre.asked["/v1/pull"] == pulls + 1


@pytest.mark.asyncio
async def test_a_page_that_does_not_hold_is_asked_for_and_not_stored(centre):
    def bend(path, message):
        if path != "/v1/live" or message.page is None:
            return message
        (entry,) = message.page.entries
        forged = replace(entry, body=entry.body.replace("…", "!"))
        return replace(message, page=replace(message.page, entries=[forged]))

    async with hearing(centre) as rig:
        centre.bend, pulls = bend, centre.asked["/v1/pull"]
        centre.others()
        await rig.until(lambda: rig.store.cursors()[SCOPE] == 2)
        assert rig.store.log[SCOPE] == centre.log[SCOPE]
        assert centre.asked["/v1/pull"] == pulls + 1
        await rig.synced()
        assert rig.status.problem is None


@pytest.mark.asyncio
async def test_a_page_of_another_history_is_a_fork(centre):
    def bend(path, message):
        if path != "/v1/live" or message.page is None:
            return message
        key = centre.keys["log"]
        other = Frontier().append(bytes(32)).append(bytes(32))
        sth = sign_tree_head(other, AUD, SCOPE, NOW_MS, key, key.thumbprint)
        return replace(message, page=replace(message.page, sth=sth))

    async with hearing(centre) as rig:
        centre.bend = bend
        centre.others()
        await rig.until(lambda: rig.status.distrusted == (SCOPE,))
        assert rig.status.problem == faults.CENTRE_FORK
        assert rig.store.cursors()[SCOPE] == 1


@pytest.mark.asyncio
async def test_hundreds_of_events_and_pages_arrive_in_order(centre):
    centre.others(30)
    async with running(centre, pace=Pace(page=7)) as rig:
        rig.works(230)
        await rig.until(lambda: len(rig.store.settled) == 231)
        await rig.until(lambda: rig.store.cursors()[SCOPE] == 260)
    own = [entry.jws for entry in centre.log[SCOPE][30:]]
    assert own == [record.jws for _, record in rig.store.own[1:]]


@pytest.mark.asyncio
async def test_the_next_page_is_asked_for_while_one_is_kept(centre):
    centre.others(20)
    asked = threading.Event()

    def before(request):
        if request.path == "/v1/pull" and json.loads(request.body)["cursors"].get(SCOPE) == 15:
            asked.set()

    async with running(centre, before=before, pace=Pace(page=5), start=False) as rig:
        plain, held = rig.store.apply_pull, []

        def apply_pull(page):
            if page.scope == SCOPE and page.cursor == 15:
                held.append(asked.wait(60))
            return plain(page)

        rig.store.apply_pull = apply_pull
        rig.start()
        await rig.until(lambda: rig.store.cursors()[SCOPE] == 20)
    assert held == [True]
    assert rig.store.log[SCOPE] == centre.log[SCOPE]


@pytest.mark.asyncio
async def test_an_answer_that_came_ahead_and_broke_off_is_asked_for_again(centre):
    centre.others(20)
    broken = []

    def once(request, answer):
        if request.path != "/v1/pull" or broken:
            return answer
        if json.loads(request.body)["cursors"].get(SCOPE) != 10:
            return answer
        broken.append(request)
        return cut(answer)

    async with running(centre, after=once, pace=Pace(page=5)) as rig:
        await rig.until(lambda: rig.store.cursors()[SCOPE] == 20)
    assert broken
    assert rig.store.log[SCOPE] == centre.log[SCOPE]


@pytest.mark.asyncio
async def test_streams_that_do_not_live_lead_to_polling(centre):
    dead = Times("/v1/live", 99, Said(b"", 200))
    for_good = dataclasses.replace(FAST, short_life_ms=60_000, polling_ms=3_600_000)
    async with running(centre, dead, pace=for_good) as rig:
        await rig.synced()
        await rig.until(lambda: dead.count >= 3 and not rig.status.live)
        centre.others(1)
        await rig.until(lambda: rig.store.cursors()[SCOPE] == 1)
        assert not rig.status.live
    assert dead.count == 3
