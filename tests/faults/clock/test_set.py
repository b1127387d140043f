"""Wall clocks that are set back and ahead, at the window and at the centre: real processes.

Time is what the centre's own record proves; a clock that somebody set wins nothing, costs no step,
moves no due time, and is told (proof.md §2, §5, §7).
"""

import os

import pytest

from sync.proof.jws import read_logged_jws
from sync.protocol.records import ANCHOR_REQUEST, EVENT
from sync.server.bootstrap import open_centre
from sync.server.settings import Settings
from sync.texts import texts
from tests.faults.clock.lone import Lone, Refused
from tests.faults.line.test_township import APPLICANT, BIRTH
from tests.helpers.hall import open_hall

pytestmark = [pytest.mark.slow, pytest.mark.asyncio, pytest.mark.timeout(600)]
MINUTE = 60_000
HOUR = 60 * MINUTE


def lone(stage, wall):
    return Lone(stage, {**os.environ, **wall.env})


async def refused(work):
    with pytest.raises(Refused) as caught:
        await work
    code = str(caught.value)
    for language in ("zh_CN", "en"):
        assert texts(language).has(f"error.{code}.do")
    return code


def boot_intervals(stage):
    """Return every interval of the boot clock that the centre was told, by anchor or event."""
    centre = open_centre(Settings(data=stage.places.centre, demo_clock=stage.places.clock))
    try:

        def told(tx):
            anchors = tx.devices.anchors_from(stage.post.device, 1, 0)
            forms = [read_logged_jws(row.request, ANCHOR_REQUEST).payload for row in anchors]
            own = [
                row
                for scope in ("339901/scjg", "hall/339901")
                for row in tx.log.after(scope, 0, 1000)
            ]
            forms += [read_logged_jws(row.jws, EVENT).payload for row in own]
            return [form["dt"] for form in forms]

        return [dt for dt in centre.ledger.read_now(told) if dt is not None]
    finally:
        centre.close()


async def test_a_window_whose_clock_is_set_while_it_works_wins_no_time_and_loses_no_step(
    stage, wall
):
    await stage.centre.start()
    async with lone(stage, wall) as window:
        assert await window.ask("enter", "clerk")
        await window.ask("synced")
        right = await window.ask("accepted")
        cases = {}
        for wrong in ("-20h", "+4d", "-30m"):
            wall.put(wrong)
            cases[wrong] = await window.ask("accepted")
            await window.ask("synced")
        for wrong, case in cases.items():
            for event in await window.ask("events", case):
                assert event["verdict"] == "accepted"
                assert event["lo_ms"] <= event["counted_ms"] <= event["hi_ms"]
                assert event["hi_ms"] - event["lo_ms"] < 10 * MINUTE
                # The claim is kept as it was made; what counts is held within the interval.
                if wrong == "+4d":
                    assert event["counted_ms"] == event["hi_ms"] < event["at_ms"] - 90 * HOUR
                else:
                    assert event["counted_ms"] == event["lo_ms"] > event["at_ms"]
            assert await window.ask("due", case) == await window.ask("due", right)
        wall.put("-20h")
        await window.ask("pull")
        assert await window.ask("enter", "clerk")  # the next hello finds it, and it is told
        await window.ask("synced")
        assert abs(await window.ask("offset_s") - 20 * 3600) < 60
        await window.ask("pull")
    stage.centre.stop()
    intervals = boot_intervals(stage)
    assert len(intervals) > 10
    assert all(0 <= dt < 5 * HOUR for dt in intervals)  # no wall clock is in them


async def test_a_clock_beyond_the_centres_certificate_is_named_and_setting_it_right_is_enough(
    township, wall
):
    await township.centre.start()
    async with lone(township, wall) as window:
        assert await window.ask("enter", "township")
        await window.ask("synced")
        wall.put("-4000d")
        township.kill_centre()
        await window.ask("offline")
        await township.centre.start()
        await window.ask("told", "error.line.clock")
        wall.put("+0")
        await window.ask("synced")
        case = await window.ask("register", **APPLICANT, item=BIRTH)
        await window.ask("synced")
        assert [event["verdict"] for event in await window.ask("events", case)] == ["accepted"]
        await window.ask("pull")
    township.centre.stop()


async def test_no_clock_set_back_costs_a_step(township, wall):
    await township.centre.start()
    async with lone(township, wall) as window:
        assert await window.ask("enter", "township")
        await window.ask("synced")
        township.kill_centre()
        await window.ask("offline")
        wall.put("-400d")  # nobody at this window had any right then
        case = await window.ask("register", **APPLICANT, item=BIRTH)
        wall.put("+0")
        await township.centre.start()
        await window.ask("synced")
        assert [event["verdict"] for event in await window.ask("events", case)] == ["accepted"]
        await window.ask("pull")
    township.centre.stop()


async def test_no_clock_set_back_prolongs_a_lease(township, wall):
    await township.centre.start()
    async with lone(township, wall) as window:
        assert await window.ask("enter", "township")
        await window.ask("synced")
        township.kill_centre()
        await window.ask("offline")
        await window.ask("pass_hours", 6)
        await window.ask("register", **APPLICANT, item=BIRTH)
        await window.ask("pull")
        await window.ask("pass_hours", 67)
    wall.put("-20h")  # by the wall clock it has nineteen hours yet
    async with lone(township, wall) as window:
        assert await refused(window.ask("enter", "township")) == "app.lease_over"


async def test_a_clock_set_ahead_ends_the_lease_for_good_and_the_line_mends_it(township, wall):
    await township.centre.start()
    async with lone(township, wall) as window:
        assert await window.ask("enter", "township")
        await window.ask("synced")
        township.kill_centre()
        await window.ask("offline")
        wall.put("+4d")
        assert await refused(window.ask("register", **APPLICANT, item=BIRTH)) == "app.lease_over"
        await window.ask("pull")
    wall.put("+0")
    async with lone(township, wall) as window:
        assert await refused(window.ask("enter", "township")) == "app.lease_over"
        await township.centre.start()
        assert await window.ask("enter", "township")
        await window.ask("synced")
        assert await window.ask("register", **APPLICANT, item=BIRTH)
        await window.ask("synced")
        await window.ask("pull")
    township.centre.stop()


async def test_a_centre_whose_clock_is_set_back_and_ahead_dates_nothing_backwards(
    stage, wall, monkeypatch
):
    for name, value in wall.env.items():  # for the processes that are started from here on
        monkeypatch.setenv(name, value)
    async with open_hall(stage) as hall:
        await hall.enter("clerk")
        await hall.synced()
        place = hall.desk.door.place()

        async def accepted():
            case = await hall.register()
            await hall.receive_all(case)
            await hall.desk.steps.accept(case)
            await hall.synced()
            events = await place.on_store(place.store.events_of, case)
            anchor = await place.on_store(place.store.anchor)
            due = (await hall.desk.cases.open(case)).row.light.due_at
            return due, anchor.t_ms, [(e.verdict, e.lo_ms, e.counted_ms, e.hi_ms) for e in events]

        first = await accepted()
        seen = [first]
        for wrong in ("-3h", "-5h", "+3h", "+0"):
            wall.put(wrong)
            if wrong == "-5h":  # and it is started anew with the wrong time
                stage.kill_centre()
                await stage.centre.start()
            seen.append(await accepted())
        last = 0
        for due, anchor, events in seen:
            assert due == first[0]  # neither nearer nor farther
            for verdict, lo, counted, hi in events:
                assert verdict == "accepted"
                assert last <= lo <= counted <= hi
                last = lo
            assert anchor >= max(lo for _, lo, _, _ in events)
        assert [anchor for _, anchor, _ in seen] == sorted(anchor for _, anchor, _ in seen)
        assert hall.desk.line.view.problem is None
        assert await hall.desk.messages.exceptions() == ()
        await hall.leave()
