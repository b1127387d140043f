"""What ends a township's work without the line, what does not, and how it goes on."""

from datetime import timedelta

import pytest

from client.app.rows.session import CardPresence, LinePhase
from client.host.clock import SystemClock
from installer.demo.wire import Wire
from sync.domain.failures import Failure
from sync.texts import texts
from tests.faults.line.test_township import APPLICANT, BIRTH, offline, timeline, whole_case
from tests.helpers.hall import open_hall
from tests.helpers.ports import free_port

pytestmark = [pytest.mark.slow, pytest.mark.asyncio, pytest.mark.timeout(300)]
HOUR = timedelta(hours=1)


async def again(hall):
    """Lock, and log in again with the same card."""
    await hall.pull()
    return await hall.enter("township")


def pass_time(hall, span):
    hall.stage.clock.move_to(hall.stage.clock.now() + span)


async def refused(step):
    with pytest.raises(Failure) as caught:
        await step
    for language in ("zh_CN", "en"):
        assert texts(language).has(f"error.{caught.value.code}.do")
    return caught.value.code


async def register(hall):
    return await hall.register(**APPLICANT, item=BIRTH)


async def test_a_lease_that_ends_in_the_middle_of_a_case_leaves_drafts_only(township):
    async with open_hall(township) as hall:
        await offline(hall)
        pass_time(hall, 71 * HOUR)
        session = await again(hall)
        assert not session.online
        case = await register(hall)
        await hall.receive_all(case)
        pass_time(hall, 2 * HOUR)
        assert await refused(hall.desk.steps.accept(case)) == "app.lease_over"
        assert await refused(register(hall)) == "app.lease_over"
        await hall.desk.drafts.save("accept", "已核对")
        # Nobody else gets in either, and what waits is not lost by that.
        await hall.pull()
        await hall.put_in("township", CardPresence.READY)
        assert await refused(hall.desk.door.log_in(hall.pin("township"))) == "app.lease_over"
        hall.stage.restore()
        session = await hall.enter("township")
        assert session.online
        await hall.synced()
        assert await timeline(hall, case) == [("preregister", "accepted"), ("receive", "accepted")]
        assert await hall.desk.drafts.load("accept") == "已核对"
        await hall.desk.steps.accept(case)
        await hall.synced()
        assert (await timeline(hall, case))[-1] == ("accept", "accepted")
        assert await hall.desk.messages.exceptions() == ()
        await hall.leave()


async def test_a_session_begun_without_the_line_sends_its_work_and_asks_for_the_card(township):
    async with open_hall(township) as hall:
        await offline(hall)
        await again(hall)
        case = await whole_case(hall, BIRTH)
        hall.stage.restore()
        hall.desk.line.sync_now()
        await hall.synced()
        assert {verdict for _, verdict in await timeline(hall, case)} == {"accepted"}
        view = hall.desk.line.view
        assert (view.phase, view.problem.key) == (LinePhase.SYNCED, "error.line.fresh_login")
        assert await refused(register(hall)) == "app.fresh_login"
        assert (await again(hall)).online
        other = await register(hall)
        await hall.synced()
        assert await timeline(hall, other) == [("preregister", "accepted")]
        assert hall.desk.line.view.problem is None
        await hall.leave()


@pytest.fixture
def wall(monkeypatch):
    """Set the window's wall clock, and nothing else: {"wrong": timedelta}."""
    told = {"wrong": timedelta()}
    right = SystemClock.wall
    monkeypatch.setattr(SystemClock, "wall", lambda self: right(self) + told["wrong"])
    return told


async def test_a_wall_clock_set_back_wins_no_time_and_costs_no_work(township, wall):
    async with open_hall(township) as hall:
        await offline(hall)
        pass_time(hall, HOUR)
        lo = hall.desk.door.place().anchor.t_ms
        wall["wrong"] = -20 * HOUR
        await again(hall)  # a session too is never dated before what was seen
        case = await register(hall)
        hall.stage.restore()
        await again(hall)
        await hall.synced()
        place = hall.desk.door.place()
        (event,) = await place.on_store(place.store.events_of, case)
        assert event.verdict == "accepted"
        # The claim lies before the interval: what counts is its beginning, and the width is told.
        assert event.at_ms < lo <= event.lo_ms == event.counted_ms < event.hi_ms
        assert event.hi_ms - event.lo_ms >= 3_500_000
        await hall.leave()


async def test_a_wall_clock_set_back_does_not_prolong_the_lease(township, wall):
    async with open_hall(township) as hall:
        await offline(hall)
        await again(hall)
        pass_time(hall, 6 * HOUR)
        await register(hall)
        await hall.pull()
        pass_time(hall, 67 * HOUR)
        await hall.put_in("township", CardPresence.READY)
        assert await refused(hall.desk.door.log_in(hall.pin("township"))) == "app.lease_over"
        wall["wrong"] = -20 * HOUR
        assert await refused(hall.desk.door.log_in(hall.pin("township"))) == "app.lease_over"


async def test_a_wall_clock_set_forward_ends_the_lease_and_the_line_mends_it(township, wall):
    async with open_hall(township) as hall:
        await offline(hall)
        wall["wrong"] = timedelta(days=4)
        assert await refused(register(hall)) == "app.lease_over"
        wall["wrong"] = timedelta()
        assert await refused(register(hall)) == "app.lease_over"  # the largest time ever seen
        hall.stage.restore()
        await again(hall)
        await hall.synced()
        hall.stage.cut()
        await hall.until(lambda: hall.desk.line.view.phase is LinePhase.OFFLINE, "offline")
        assert await register(hall)  # the new lease says what time it is


async def test_twelve_hours_end_a_session_without_the_line_too(township):
    async with open_hall(township) as hall:
        await offline(hall)
        await again(hall)
        pass_time(hall, 12 * HOUR)
        assert await refused(register(hall)) == "app.session_over"
        await again(hall)
        assert await register(hall)


async def test_the_block_of_numbers_ends_and_is_filled_again(stage, monkeypatch):
    monkeypatch.setenv("CHUANGKOU_BLOCK_SIZES", '{"case": 2, "certificate": 1}')
    stage.centre.wire = Wire(free_port())
    async with open_hall(stage) as hall:
        await hall.enter("clerk")
        await hall.synced()
        stage.centre.wire.cut()
        await hall.until(lambda: hall.desk.line.view.phase is LinePhase.OFFLINE, "offline")
        done = [await hall.register(), await hall.register()]
        assert await refused(hall.register()) == "app.no_numbers"
        assert await hall.receive_all(done[0])  # what has its number goes on
        await hall.pull()
        stage.centre.wire.restore()
        await hall.enter("clerk")
        done.append(await hall.register())
        await hall.synced()
        assert len(set(done)) == 3
        assert [len(await timeline(hall, case)) for case in done] == [2, 1, 1]
        assert await hall.desk.messages.exceptions() == ()
        await hall.leave()
    stage.centre.wire.take_up()
