"""A centre whose database was put back lacks steps of a window: told, given back, nothing lost."""

import shutil
import sqlite3
from contextlib import closing

import pytest

from tests.faults.line.test_township import APPLICANT, BIRTH
from tests.helpers.hall import open_hall

pytestmark = [pytest.mark.slow, pytest.mark.asyncio, pytest.mark.timeout(600)]


def steps_of(centre, case):
    """Return the steps of a case as a centre's file has them."""
    with closing(sqlite3.connect(centre / "centre.db")) as database:
        rows = database.execute("SELECT kind FROM log WHERE case_no = ? ORDER BY n", (case,))
        return [row[0] for row in rows]


async def test_steps_after_a_gap_are_kept_and_the_gap_is_told(township):
    centre, folder = township.places.centre, township.places.folder
    async with open_hall(township) as hall:
        await hall.enter("township")
        first = await hall.register(**APPLICANT, item=BIRTH)
        await hall.leave()
        township.centre.stop()
        shutil.copytree(centre, folder / "yesterday")
        await township.centre.start()
        await hall.enter("township")
        await hall.receive_all(first)
        await hall.leave()
        township.centre.stop()
        shutil.rmtree(centre)
        (folder / "yesterday").rename(centre)
        await township.centre.start()
        await hall.enter("township")  # policy is the same: the door is open
        told = lambda: hall.desk.line.view.problem  # noqa: E731
        await hall.until(told, "it is told")
        # First the gap; then that nothing new is taken while more may come back.
        assert told().key in {"error.proof.chain_gap", "error.wire.unavailable"}
        await hall.until(lambda: steps_of(centre, first)[1:] == ["receive"], "it is back")
        second = await hall.register(**APPLICANT, item=BIRTH)  # work goes on, durable here
        hall.desk.line.sync_now()
        place = hall.desk.door.place()
        assert await place.on_store(place.store.outbox_size) >= 2
        (event,) = await place.on_store(place.store.events_of, second)
        assert event.verdict == "pending"
        await hall.pull()
