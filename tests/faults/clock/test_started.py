"""A centre that is started with a wrong clock: it judges by what it signed, says so, works on.

Real processes (libfaketime); see sync.server.clock.LoggedClock.
"""

import pytest

from tests.helpers.hall import open_hall

pytestmark = [pytest.mark.slow, pytest.mark.asyncio, pytest.mark.timeout(600)]
MINUTE = 60_000
DAY = 24 * 60 * MINUTE


class Work:
    """A clerk who brings cases with pages to their acceptance, and what came of it."""

    def __init__(self, hall):
        self._hall = hall

    async def accepted(self):
        """Return (due, newest anchor, intervals) of a new case; its pages have arrived."""
        hall, place = self._hall, self._hall.desk.door.place()
        case = await hall.register()
        await hall.receive_all(case)
        await hall.desk.steps.accept(case)
        await hall.synced()
        events = await place.on_store(place.store.events_of, case)
        assert {(event.verdict, event.code) for event in events} == {("accepted", None)}
        assert await hall.desk.messages.exceptions() == ()
        anchor = await place.on_store(place.store.anchor)
        due = (await hall.desk.cases.open(case)).row.light.due_at
        return due, anchor.t_ms, [(e.lo_ms, e.counted_ms, e.hi_ms) for e in events]


def health(stage):
    """Ask the centre's own command, under the clock that the centre has."""
    where = ("--data", stage.places.centre, "--demo-clock", stage.places.clock)
    found = stage.centre.command("status", *where, "--json")["health"]
    return {notice["code"]: notice for notice in found}


def logged(stage, code):
    return code in (stage.places.folder / "centre.log").read_text()


async def restarted(stage, wall, wrong):
    stage.kill_centre()
    wall.put(wrong)
    await stage.centre.start()


async def test_a_centre_started_days_back_goes_by_what_it_signed(stage, wall, monkeypatch):
    for name, value in wall.env.items():
        monkeypatch.setenv(name, value)
    async with open_hall(stage) as hall:
        await hall.enter("clerk")
        await hall.synced()
        work = Work(hall)
        first_due, signed, _ = await work.accepted()
        assert health(stage) == {}
        await restarted(stage, wall, "-40d")  # nobody had any right, no card was good
        assert logged(stage, "centre.clock_behind")
        assert health(stage)["clock_behind"]["minutes"] > 39 * 24 * 60
        await hall.leave()
        await hall.enter("clerk")  # and the door is open too
        due, anchor, events = await work.accepted()
        assert due == first_due
        assert signed <= anchor < signed + 5 * MINUTE
        assert all(lo <= counted <= hi <= anchor + MINUTE for lo, counted, hi in events)
        assert all(signed - MINUTE <= hi for _, _, hi in events)
        wall.put("+0")
        _, later, events = await work.accepted()
        assert anchor <= later
        assert all(anchor - MINUTE <= hi for _, _, hi in events)
        assert health(stage) == {}
        await hall.leave()


async def test_a_centre_that_was_days_ahead_works_on_when_it_is_set_right(stage, wall, monkeypatch):
    for name, value in wall.env.items():
        monkeypatch.setenv(name, value)
    async with open_hall(stage) as hall:
        await hall.enter("clerk")
        await hall.synced()
        work = Work(hall)
        _, signed, _ = await work.accepted()
        await hall.leave()
        stage.kill_centre()
        wall.put("+4d")
        assert health(stage)["clock_leap"]["hours"] >= 95  # before it serves: it can be asked
        await stage.centre.start()
        assert logged(stage, "centre.clock_leap")
        await hall.enter("clerk")
        await hall.synced()
        off = lambda: hall.desk.line.view.clock_offset_s * 1000  # noqa: E731
        await hall.until(lambda: off() > 4 * DAY - MINUTE, "the window says how far they are apart")
        _, ahead, _ = await work.accepted()
        assert ahead > signed + 4 * DAY - MINUTE
        await restarted(stage, wall, "+0")
        assert health(stage)["clock_behind"]["minutes"] >= 4 * 24 * 60 - 5
        await hall.leave()
        await hall.enter("clerk")  # the lease is of four days ago by now: the line is needed
        _, after, events = await work.accepted()  # what was signed stands: no step goes before it
        assert ahead <= after < ahead + 5 * MINUTE
        assert all(ahead - MINUTE <= hi for _, _, hi in events)
        await hall.leave()
