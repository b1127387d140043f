"""The engine on the window's own loop: Qt and asyncio in one thread."""

import asyncio

import pytest

from tests.helpers.pki import Authority
from tests.helpers.small_centre import SmallCentre
from tests.helpers.world import World
from tests.integration.engine.rig import running
from ui.collector import collecting
from ui.loop import make_loop

pytestmark = pytest.mark.slow


def test_the_engine_runs_on_the_loop_of_qt(application):
    centre = SmallCentre(World(Authority()))

    async def session():
        async with running(centre) as rig:
            await rig.until(lambda: rig.status.live)
            ids = rig.works(3)
            await rig.until(lambda: set(ids) < set(rig.store.settled))
            centre.others(2)
            await rig.until(lambda: rig.store.cursors()["339901/scjg"] == 5)
            return await rig.runner.drain(1.0)

    runs = asyncio.Runner(loop_factory=lambda: make_loop(application))
    with collecting(application), runs as runner:
        assert runner.run(session()) == 0
