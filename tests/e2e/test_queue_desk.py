"""The real window's queue and appointments over a real centre, with the line and without it."""

import pytest

from client.app.failures import AppFailure
from client.app.rows.changes import QueueMoved
from client.app.rows.session import LinePhase
from sync.domain.failures import Failure
from tests.helpers.hall import StandingStage, open_hall

pytestmark = [pytest.mark.slow, pytest.mark.asyncio, pytest.mark.timeout(300)]


@pytest.fixture
def stage(tmp_path):
    made = StandingStage(tmp_path / "stage")
    yield made
    made.centre.stop()


def numbers(view, state):
    return [row.number for row in view.tickets if row.state == state]


async def test_a_visitor_with_the_line_and_one_without(stage):
    async with open_hall(stage) as hall:
        await hall.enter("clerk")
        case = await hall.register()
        await hall.synced()
        desk = hall.desk
        # drawn, its slip printed, called, served for his case
        view, number = await desk.queue.act("draw", kind="fast")
        assert (number, view.online, view.waiting) == ("B001", True, 1)
        slip = await desk.queue.slip(number)
        assert await desk.prints.pages(slip.sha256) == 1
        await hall.until(lambda: any(isinstance(n, QueueMoved) for n in hall.news), "a hint")
        view, called = await desk.queue.act("next")
        assert (called, view.mine.number, view.mine.why) == ("B001", "B001", "rank")
        view, _ = await desk.queue.act("serve", "B001", case=case)
        assert view.mine.case == case
        assert desk.door.session.name in view.mine.first
        with pytest.raises(Failure) as failure:
            await desk.queue.act("again", "B001")
        assert failure.value.code == "queue.not_yours"
        # an appointment of the next working day
        offered = await desk.appointments.view()
        offered = await desk.appointments.view(offered.days[1])
        slot = next(each for each in offered.slots if each.open)
        window = offered.counters[0][0]
        made = await desk.appointments.book(
            slot.start, offered.department, "王芳", "13900000001", dev=window, fast=True
        )
        again = await desk.appointments.view(offered.days[1], dev=window)
        (row,) = again.bookings
        assert (row.number, row.dev, row.fast) == (made.number, window, True)
        assert [s.taken for s in again.slots if s.start == slot.start] == [1]
        moved = await desk.appointments.move(made.number, again.slots[-1].start, window)
        assert (moved.dev, moved.start) == (window, again.slots[-1].start)
        # the line is cut: what is in hand at the centre waits, own numbers go on
        stage.kill_centre()
        view, own = await desk.queue.act("draw", kind="general")
        assert (own, view.online) == ("A03-01", False)
        view, _ = await desk.queue.act("draw", kind="general")
        view, called = await desk.queue.act("next")
        assert called == own
        with pytest.raises(AppFailure) as refused:
            await desk.queue.act("hand", own, wanted="d-339901-01")
        assert refused.value.code == "app.queue_no_line"
        view, _ = await desk.queue.act("done", own)
        assert numbers(view, "waiting") == ["A03-02"]
        with pytest.raises(Failure):
            await desk.appointments.cancel(made.number)
        # it is back: what waited joins the hall's queue, what was served is in its books
        await stage.centre.start()
        desk.line.sync_now()
        await hall.until(lambda: desk.line.view.phase is LinePhase.SYNCED, "the line back")
        view, called = await desk.queue.act("next")
        assert (called, view.mine.local) == ("A03-02", True)
        gone = await desk.appointments.cancel(made.number)
        assert gone.state == "cancelled"
