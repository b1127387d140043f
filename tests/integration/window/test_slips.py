"""The slip for the roll comes after its step: nobody waits for it, and whoever asks for it does."""

import asyncio
import threading

import pytest

from client.app.files import slips
from client.documents.narrow import compose_narrow
from client.documents.qr import qr_svg
from tests.helpers.hall import StandingStage, open_hall

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


@pytest.fixture
def held(monkeypatch):
    """Holds back the making of slips until it is let go."""
    gate, made = threading.Event(), []

    def make(data):
        gate.wait(60)
        made.append(data.kind)
        return compose_narrow(data)

    monkeypatch.setattr(slips, "compose_narrow", make)
    gate.made = made
    yield gate
    gate.set()


def test_a_step_is_done_before_its_slip_is_made(tmp_path, held):
    stage = StandingStage(tmp_path)

    async def story():
        async with open_hall(stage) as hall:
            await hall.enter("reception")
            case = await hall.register()
            paper = (await hall.desk.cases.open(case)).papers[-1]
            assert (paper.kind, held.made) == ("slip", [])
            async with asyncio.TaskGroup() as group:
                asking = group.create_task(hall.desk.prints.narrow(paper.sha256))
                await asyncio.sleep(0)
                assert not asking.done()
                held.set()
            slip = asking.result()
            assert held.made == ["slip"]
            assert slip not in {"", paper.sha256}
            assert await hall.desk.prints.narrow(paper.sha256) == slip
            assert await hall.desk.prints.pages(slip) == 1

    asyncio.run(story())


def test_a_lock_in_between_leaves_the_paper_alone_and_the_next_slip_is_made(tmp_path, held):
    stage = StandingStage(tmp_path)

    async def story():
        async with open_hall(stage) as hall:
            await hall.enter("reception")
            case = await hall.register()
            paper = (await hall.desk.cases.open(case)).papers[-1]
            await hall.leave()
            assert qr_svg.cache_info().currsize == 0  # of whose case nobody sees at a locked window
            held.set()

            await hall.enter("reception")
            assert await hall.desk.prints.narrow(paper.sha256) == ""
            assert await hall.desk.prints.pages(paper.sha256) == 1
            other = await hall.register()
            paper = (await hall.desk.cases.open(other)).papers[-1]
            assert await hall.desk.prints.narrow(paper.sha256) != ""

    asyncio.run(story())
