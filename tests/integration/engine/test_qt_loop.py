"""The engine on the window's own loop: Qt and asyncio in one thread."""

import asyncio

import pytest

from tests.integration.engine.rig import running
from ui.loop import make_loop

pytestmark = pytest.mark.slow


def test_the_engine_runs_on_the_loop_of_qt(qapp, centre):
    async def session():
        async with running(centre) as rig:
            await rig.until(lambda: rig.status.live)
            ids = rig.works(3)
            await rig.until(lambda: set(ids) < set(rig.store.settled))
            centre.others(2)
            await rig.until(lambda: rig.store.cursors()["339901/scjg"] == 5)
            return await rig.runner.drain(1.0)

    with asyncio.Runner(loop_factory=lambda: make_loop(qapp)) as runner:
        assert runner.run(session()) == 0
