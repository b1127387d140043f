"""A window whose machine was put back to yesterday gets a fresh start under its next incarnation.

Enrolled anew with the store set aside, it fetches what had reached the centre and works on.
"""

import asyncio
import shutil

import pytest

from client.app.rows.session import LinePhase
from sync.domain.failures import Failure
from tests.helpers.hall import Hall, form
from tests.helpers.newcomer import newcomer

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


@pytest.fixture
def new(tmp_path):
    with newcomer(tmp_path) as made:
        yield made


def start(new, work):
    """Start the window, do some work at it, and end it."""

    async def live():
        new.start()
        async with new.running():
            return await work(Hall(new, new.window))

    return asyncio.run(live())


async def enter(hall):
    hall.deck.insert("clerk")
    await hall.desk.door.log_in(hall.stage.pin("clerk"))


async def day(hall):
    await enter(hall)
    case = (await hall.desk.steps.preregister(form())).case
    await hall.leave()
    return case


def test_enrolled_anew_the_window_has_what_reached_the_centre_and_works_on(new):
    start(new, lambda _hall: new.enrol(new.invite()))
    store = new.folder / "store"
    first = start(new, day)
    yesterday = new.folder.with_name("yesterday")
    shutil.copytree(store, yesterday)
    second = start(new, day)
    shutil.rmtree(store)
    yesterday.rename(store)

    async def told(hall):
        await enter(hall)
        await hall.until(lambda: hall.desk.line.view.phase is LinePhase.SYNCED, "synced")
        with pytest.raises(Failure, match=r"store\.behind_centre"):
            await hall.desk.steps.preregister(form())

    start(new, told)
    store.rename(new.folder.with_name("set-aside"))

    async def again(hall):
        assert hall.desk.enrolment.needed
        await new.enrol(new.invite(inc=2))
        third = await day(hall)
        await enter(hall)
        for case in (first, second, third):
            assert (await hall.desk.cases.open(case)).row.number == case
        await hall.leave()

    start(new, again)
