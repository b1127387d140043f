"""A machine put back to yesterday: nobody works on at it, and nothing that was sent is lost."""

import shutil

import pytest

from client.app.rows.session import LinePhase
from sync.domain.failures import Failure
from tests.helpers.hall import open_hall

pytestmark = [pytest.mark.slow, pytest.mark.asyncio, pytest.mark.timeout(300)]


@pytest.fixture
def folder(stage):
    return stage.places.window / "store"


async def day(stage):
    """Work for a day; return the case that was opened."""
    async with open_hall(stage) as hall:
        await hall.enter("clerk")
        case = await hall.register()
        await hall.leave()
    return case


async def test_old_store_file_is_refused_at_the_door(stage, folder):
    await day(stage)
    yesterday = (folder / "store.db").read_bytes()
    today = await day(stage)
    kept = (folder / "store.db").read_bytes()
    (folder / "store.db").write_bytes(yesterday)
    async with open_hall(stage) as hall:
        for _ in range(2):
            with pytest.raises(Failure) as failure:
                await hall.enter("clerk")
            assert failure.value.code == "store.behind_mark"
            assert hall.desk.door.session is None
        (folder / "store.db").write_bytes(kept)
        await hall.enter("clerk")
        assert (await hall.desk.cases.open(today)).row.number == today
        await hall.leave()


async def test_folder_put_back_whole_is_told_by_the_centre(stage, folder):
    await day(stage)
    yesterday = folder.with_name("yesterday")
    shutil.copytree(folder, yesterday)
    today = await day(stage)
    shutil.rmtree(folder)
    yesterday.rename(folder)
    async with open_hall(stage) as hall:
        await hall.enter("clerk")
        await hall.until(lambda: hall.desk.line.view.phase is LinePhase.SYNCED, "synced")
        with pytest.raises(Failure) as failure:
            await hall.register()
        assert failure.value.code == "store.behind_centre"
        assert (await hall.desk.cases.open(today)).row.number == today
        await hall.pull()
        with pytest.raises(Failure) as failure:
            await hall.enter("clerk")
        assert failure.value.code == "store.behind_centre"
