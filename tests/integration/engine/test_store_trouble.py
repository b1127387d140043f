"""A store that cannot, miscounts, has nothing to ask for, or is damaged."""

import asyncio

import pytest

from sync.engine import faults
from tests.helpers.world import SCOPE
from tests.integration.engine.rig import running

pytestmark = pytest.mark.slow


@pytest.mark.asyncio
@pytest.mark.parametrize("method", ["settle", "apply_pull", "outbox"])
async def test_a_store_that_cannot_is_told_and_tried_again(centre, method):
    async with running(centre) as rig:
        await rig.synced()
        rig.store.trouble.add(method)
        rig.works(1)
        centre.others(1)
        await rig.until(lambda: any(s.problem == "store.full" for s in rig.states))
        await rig.until(lambda: len(rig.store.settled) == 2)
        await rig.until(lambda: rig.store.cursors()[SCOPE] == 2)


@pytest.mark.asyncio
async def test_a_store_that_counts_what_it_does_not_have_is_not_asked_in_a_circle(centre):
    async with running(centre) as rig:
        await rig.synced()
        rig.store.outbox_size = lambda: 1
        rig.runner.notify_outbox()
        await rig.until(lambda: rig.status.problem == faults.NO_PROGRESS)
        assert rig.store.calls["outbox"] < 12
        del rig.store.outbox_size
        rig.runner.notify_outbox()
        await rig.synced()


@pytest.mark.asyncio
async def test_uploads_that_are_gone_when_their_turn_comes_are_nothing(centre):
    async with running(centre) as rig:
        await rig.synced()
        page = ("1", "a" * 64, 1, "image/png")
        rig.store.uploads = lambda _limit, *, unsent=True: [page] if unsent else []
        rig.runner.notify_outbox()
        await rig.until(lambda: any(s.uploads for s in rig.states))
        await rig.until(lambda: rig.status.uploads == 0)


@pytest.mark.asyncio
async def test_a_window_that_follows_nothing_asks_for_nothing(centre):
    async with running(centre, start=False) as rig:
        rig.store.subscribe([])
        rig.start()
        await rig.synced()
        assert not centre.asked["/v1/pull"]


@pytest.mark.asyncio
async def test_a_boot_clock_that_is_turned_back_does_not_stop_the_engine(centre):
    async with running(centre) as rig:
        await rig.synced()
        rig.clock.shift_ms = -3_600_000  # a demonstration's offset was taken away
        pulls = centre.asked["/v1/pull"]
        await rig.until(lambda: centre.asked["/v1/pull"] > pulls + 1)


@pytest.mark.asyncio
async def test_a_defect_of_the_store_ends_the_run_and_is_not_hidden(centre):
    def broken(_limit):
        raise ZeroDivisionError

    async def defect():
        async with running(centre) as rig:
            await rig.synced()
            rig.store.outbox = broken
            rig.works(1)
            await asyncio.Event().wait()

    with pytest.raises(ExceptionGroup) as caught:
        await defect()
    assert caught.group_contains(ZeroDivisionError)


@pytest.mark.asyncio
async def test_a_store_whose_policy_does_not_hold_is_not_served(centre):
    async def damaged():
        async with running(centre) as rig:
            rig.store.log["policy"] = centre.log["policy"][1:]
            await asyncio.Event().wait()

    with pytest.raises(ExceptionGroup) as caught:
        await damaged()
    assert caught.group_contains(Exception, match="log_gap")
