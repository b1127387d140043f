"""A centre that loses, stalls, is busy or speaks nonsense: all arrives all the same."""

import asyncio

import pytest

from sync.engine import faults
from sync.engine.status import Phase
from tests.helpers.scripted import Said
from tests.helpers.world import SCOPE
from tests.integration.engine.rig import IMPATIENT, Times, cut, running

pytestmark = pytest.mark.slow


@pytest.mark.asyncio
async def test_an_answer_lost_after_the_commit_costs_nothing(centre):
    lose = Times("/v1/push", 1, cut)
    async with running(centre, after=lose) as rig:
        rig.works(4)
        await rig.until(lambda: len(rig.store.settled) == 5)
    assert len(centre.log[SCOPE]) == 4
    assert [s.phase for s in rig.states].count(Phase.OFFLINE) >= 1


@pytest.mark.asyncio
async def test_every_answer_may_be_cut_once_and_all_arrives(centre):
    centre.others(3)
    seen = set()

    def once_each(asked, answer):
        if asked.path in seen or asked.path == "/v1/live":
            return answer
        seen.add(asked.path)
        return cut(answer)

    async with running(centre, after=once_each) as rig:
        rig.works(2)
        rig.store.scan(b"page")
        rig.runner.notify_outbox()
        await rig.until(lambda: rig.status.lease_until_ms is not None)
        await rig.until(lambda: not rig.store.waiting)
        await rig.synced()
    assert len(centre.log[SCOPE]) == 5
    assert {"/v1/hello", "/v1/login", "/v1/push", "/v1/pull", "/v1/lease"} <= seen


@pytest.mark.asyncio
async def test_a_centre_that_stalls_is_asked_again(centre):
    stall = Times("/v1/pull", 1, Said(stall=True))
    async with running(centre, stall, patience=IMPATIENT) as rig:
        await rig.until(lambda: rig.status.problem == faults.TIMEOUT)
        await rig.synced()


@pytest.mark.asyncio
async def test_nonsense_and_errors_of_the_centre_back_off_and_heal(centre):
    for said in (Said(b"<html>"), Said(b"", 502), Said(b'{"code":"wire.broken"}', 500)):
        trouble = Times("/v1/pull", 2, said)
        async with running(centre, trouble) as rig:
            await rig.until(lambda: rig.status.problem is not None)
            await rig.synced()
            await rig.until(lambda: rig.status.problem is None)
        centre.world.place.seq, centre.world.place.hash = centre.head.seq, centre.head.hash


@pytest.mark.asyncio
async def test_the_centre_may_go_away_and_come_back(centre):
    down = {"is": True}
    async with running(centre, lambda _a: Said(cut=0, body=b"x") if down["is"] else None) as rig:
        rig.works(1)
        await rig.until(lambda: rig.status.phase is Phase.OFFLINE and rig.status.pending == 2)
        down["is"] = False
        await rig.synced()
        assert rig.status.problem is None


@pytest.mark.asyncio
async def test_retry_after_keeps_everything_still(centre):
    busy, came = Times("/v1/push", 1, Said(b"", 503, {"Retry-After": "1"})), []

    def before(asked):
        if asked.path != "/v1/live":
            came.append((asked.path, asyncio.get_running_loop().time()))
        return busy(asked)

    async with running(centre, before) as rig:
        await rig.until(lambda: rig.status.problem == faults.BUSY)
        held, told = len(came), max(at for path, at in came if path == "/v1/push")
        rig.runner.sync_now()
        await rig.until(lambda: len(came) > held)
        assert came[held][1] - told > 0.95
        await rig.synced()
