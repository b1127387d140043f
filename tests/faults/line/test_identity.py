"""Two windows with one device's identity: a copied machine is found, and the first one works on."""

import asyncio
import shutil

import pytest

from client.bootstrap import build_window
from client.store.failures import StoreFailure
from sync.server.bootstrap import open_centre
from sync.server.settings import Settings
from tests.faults.line.test_township import APPLICANT, BIRTH, timeline
from tests.helpers.hall import Hall, open_hall

pytestmark = [pytest.mark.slow, pytest.mark.asyncio, pytest.mark.timeout(300)]


def _fail(failure):
    raise failure


async def test_a_copied_window_forks_the_chain_and_every_step_of_it_is_refused(township):
    copy = township.places.folder / "copy"
    async with open_hall(township) as hall:
        shutil.copytree(township.places.window, copy)
        other = Hall(township, build_window(copy, township.settings(), _fail))
        async with asyncio.TaskGroup() as tasks:
            life = tasks.create_task(other.desk.run())
            await hall.enter("township")
            ours = await hall.register(**APPLICANT, item=BIRTH)
            await hall.receive_all(ours)
            await hall.synced()
            await other.enter("township")
            theirs = await _registered(other)
            rows = await _refused(other)
            assert {row.code for row in rows} == {"proof.fork"}
            await hall.desk.steps.accept(ours)
            await hall.synced()
            done = [("preregister", "accepted"), ("receive", "accepted"), ("accept", "accepted")]
            assert await timeline(hall, ours) == done
            await other.until(lambda: not other.desk.line.view.pending, "all is answered")
            if theirs is not None:
                place = other.desk.door.place()
                (event,) = await place.on_store(place.store.events_of, theirs)
                assert (event.kind, event.verdict) == ("preregister", "refused")
            life.cancel()
        await hall.leave()
    centre = open_centre(Settings(data=township.places.centre, demo_clock=township.places.clock))
    try:
        found = centre.ledger.read_now(lambda tx: tx.cases.findings(None, 50))
        assert "device_fork" in {row.code for row in found}
    finally:
        centre.close()


async def _registered(hall):
    """Register a visitor; None where the centre's word of a longer chain came first."""
    try:
        return await hall.register(**APPLICANT, item=BIRTH)
    except StoreFailure as failure:
        if failure.code != "store.behind_centre":
            raise
        return None


async def _refused(hall):
    """Wait until nothing of a window waits, and return its refused steps."""
    await hall.until(lambda: hall.desk.line.view.problem or not hall.desk.line.view.pending)
    place = hall.desk.door.place()
    async with asyncio.timeout(60):
        while not await place.on_store(place.store.refused):  # noqa: ASYNC110  a store is asked
            await asyncio.sleep(0.05)
    return await hall.desk.messages.exceptions()
