"""The whole engine over real sockets: what it does of itself, on request, and at its end."""

import asyncio

import pytest

from sync.engine.pace import Pace
from sync.engine.status import Phase
from sync.proof.trust import Trust
from tests.helpers.line_world import HALL_SCOPE, NOW_MS
from tests.helpers.pki import NOW
from tests.helpers.scripted import Said
from tests.helpers.world import SCOPE
from tests.integration.engine.rig import IMPATIENT, Times, paths, running

pytestmark = pytest.mark.slow


@pytest.mark.asyncio
async def test_a_session_logs_in_pushes_pulls_fetches_a_lease_and_listens(centre):
    centre.others(5)
    async with running(centre) as rig:
        await rig.until(lambda: rig.status.live and rig.status.lease_until_ms is not None)
        await rig.until(lambda: rig.store.kept_anchor is not None)
        await rig.synced()
        assert rig.states[0].phase is Phase.CONNECTING
        assert paths(rig)[:3] == ["/v1/hello", "/v1/login", "/v1/push"]
        assert set(rig.store.verdicts().values()) == {"accepted"}
        assert rig.store.cursors() == {"policy": 4, HALL_SCOPE: 1, SCOPE: 5}
        assert rig.store.kept_lease[1] == b"k" * 32
        assert rig.change.cases
        assert rig.status.last_ok_ms == NOW_MS


@pytest.mark.asyncio
async def test_what_a_person_does_is_at_the_centre_at_once_and_others_news_here(centre):
    async with running(centre, pace=Pace()) as rig:
        await rig.until(lambda: rig.status.live)
        await rig.synced()
        ids = rig.works(3)
        await rig.until(lambda: set(ids) < set(rig.store.settled))
        await rig.synced()
        centre.others(2)
        await rig.until(lambda: rig.store.cursors()[SCOPE] == 5)


@pytest.mark.asyncio
async def test_pages_go_to_the_centre_and_one_that_it_refuses_does_not_stop_the_next(centre):
    async with running(centre) as rig:
        await rig.synced()
        first = rig.store.scan(b"page one")
        bad = rig.store.scan(b"PK", "application/zip")
        known = rig.store.scan(b"known")
        centre.files[known] = b"known"
        last = rig.store.scan(b"page two")
        rig.runner.notify_outbox()
        await rig.until(lambda: {first, last} < set(centre.files) and len(rig.store.waiting) == 1)
        assert [w[1] for w in rig.store.waiting] == [bad]
        await rig.until(lambda: rig.status.uploads == 0)
        assert centre.asked["/v1/attachments"] == 4


@pytest.mark.asyncio
async def test_an_attachment_that_cannot_be_read_here_is_told(centre):
    async with running(centre) as rig:
        await rig.synced()
        rig.store.trouble.add("attachment")
        rig.store.scan(b"page")
        rig.runner.notify_outbox()
        await rig.until(lambda: rig.status.problem == "store.full")


@pytest.mark.asyncio
async def test_a_person_can_ask_for_everything_now_and_for_a_lease(centre):
    async with running(centre, pace=Pace(anchor_ms=10)) as rig:
        await rig.synced()
        pulls, leases = centre.asked["/v1/pull"], centre.asked["/v1/lease"]
        rig.runner.sync_now()
        await rig.until(lambda: centre.asked["/v1/pull"] > pulls)
        rig.runner.refresh_lease()
        await rig.until(lambda: centre.asked["/v1/lease"] > leases)


@pytest.mark.asyncio
async def test_drain_sends_the_rest_logs_out_and_ends(centre):
    async with running(centre, pace=Pace()) as rig:
        await rig.synced()
        rig.works(150)
        assert await rig.runner.drain(60.0) == 0
        assert rig.status.phase is Phase.LOCKED
    assert len(centre.log[SCOPE]) == 150
    assert paths(rig)[-1] == "/v1/logout"
    assert centre.tokens == {}


@pytest.mark.asyncio
async def test_drain_is_over_on_time_and_counts_what_is_left(centre):
    slow = Times("/v1/push", 99, Said(stall=True))
    async with running(centre) as rig:
        await rig.synced()
    centre.world.place.seq, centre.world.place.hash = centre.head.seq, centre.head.hash
    async with running(centre, slow, patience=IMPATIENT) as rig:
        rig.works(2)
        await rig.until(lambda: "/v1/push" in paths(rig))
        async with asyncio.timeout(40):  # it would try 99 times, half a second each
            assert await rig.runner.drain(0.2) == 3


@pytest.mark.asyncio
async def test_nothing_of_the_engine_is_left_behind(centre):
    before = asyncio.all_tasks()
    async with running(centre) as rig:
        await rig.synced()
        rig.store.scan(b"page")
        rig.works(1)
    assert {t for t in asyncio.all_tasks() - before if t.get_name().startswith("engine")} == set()
    rig.runner.notify_outbox()  # late calls are harmless
    rig.runner.sync_now()
    assert await rig.runner.drain(0.1) == 0


@pytest.mark.asyncio
async def test_stop_ends_at_once(centre):
    stall = Times("/v1/hello", 1, Said(stall=True))
    async with running(centre, stall, patience=IMPATIENT) as rig:
        await rig.until(lambda: rig.states != [])
        rig.runner.stop()


@pytest.mark.asyncio
async def test_trust_that_the_login_followed_already_is_not_read_again(centre):
    trust = Trust(centre.world.trust.genesis)
    for record in centre.world.log:
        trust.apply(trust.verify(record, NOW))
    async with running(centre, trust=trust) as rig:
        centre.policy("switch", {"name": "x", "value": True})
        await rig.synced()
        await rig.until(lambda: trust.size == 5)
