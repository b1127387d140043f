"""Order, thread, cancellation and closing of lanes."""

import asyncio
import contextvars
import threading

import pytest
import pytest_asyncio

from client.host.lanes import Lane, LaneFailure, Lanes, lane_here


@pytest_asyncio.fixture
async def lane():
    lane = Lane("store")
    yield lane
    await lane.close()


@pytest.mark.asyncio
async def test_everything_runs_on_one_thread_in_the_order_given(lane):
    seen = []
    await asyncio.gather(
        *(lane.run(lambda i=i: seen.append((i, threading.get_ident()))) for i in range(200))
    )
    assert [i for i, _ in seen] == list(range(200))
    assert len({thread for _, thread in seen}) == 1
    assert seen[0][1] != threading.get_ident()


@pytest.mark.asyncio
async def test_answer_and_failure_come_back(lane):
    assert await lane.run(divmod, 7, 2) == (3, 1)
    with pytest.raises(ZeroDivisionError):
        await lane.run(divmod, 1, 0)


@pytest.mark.asyncio
async def test_lane_knows_itself_from_another_thread(lane):
    assert lane_here() is None
    assert await lane.run(lane_here) == "store"


@pytest.mark.asyncio
async def test_cancelled_caller_leaves_the_function_to_finish(lane):
    begun, go_on, done = threading.Event(), threading.Event(), threading.Event()

    def slow():
        begun.set()
        go_on.wait(60)
        done.set()

    async with asyncio.TaskGroup() as group:
        task = group.create_task(lane.run(slow))
        await asyncio.to_thread(begun.wait, 60)
        task.cancel()
    go_on.set()
    await lane.run(lambda: None)
    assert done.is_set()


@pytest.mark.asyncio
async def test_cancelled_before_its_turn_never_runs(lane):
    go_on, ran = threading.Event(), []
    async with asyncio.TaskGroup() as group:
        first = group.create_task(lane.run(go_on.wait, 60))
        second = group.create_task(lane.run(ran.append, 1))
        await asyncio.sleep(0)
        second.cancel()
        await asyncio.wait([second])
        go_on.set()
    assert first.done()
    assert ran == []


@pytest.mark.asyncio
async def test_context_goes_along(lane):
    who = contextvars.ContextVar("who", default="")
    who.set("p0103")
    assert await lane.run(who.get) == "p0103"


@pytest.mark.asyncio
async def test_closing_finishes_what_was_handed_over_then_refuses():
    lane = Lane("card")
    done = []
    async with asyncio.TaskGroup() as group:
        for number in range(20):
            group.create_task(lane.run(done.append, number))
        await asyncio.sleep(0)
        await lane.close()
    assert done == list(range(20))
    await lane.close()
    with pytest.raises(LaneFailure) as refused:
        await lane.run(lambda: None)
    assert refused.value.code == "lane.closed"


@pytest.mark.asyncio
async def test_lanes_leave_no_thread_behind():
    lanes = Lanes()
    for lane in (lanes.store, lanes.card, lanes.crunch):
        assert await lane.run(lane_here) == lane.name
    await lanes.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("lane-store")]
