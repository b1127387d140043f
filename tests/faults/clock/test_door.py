"""A PC whose clock is days wrong at its door: a good card is never refused for it.

Real processes (libfaketime); the demonstration's cards are good from a day ago on.
"""

import os

import pytest

from client.host.centre_seen import NAME
from sync.server.bootstrap import open_centre
from sync.server.settings import Settings
from sync.texts import texts
from tests.faults.clock.lone import Lone
from tests.faults.line.test_township import APPLICANT, BIRTH

pytestmark = [pytest.mark.slow, pytest.mark.asyncio, pytest.mark.timeout(600)]
DAY_S = 86_400
DOUBTED = "error.app.clock_doubted"


def lone(stage, wall):
    return Lone(stage, {**os.environ, **wall.env})


def forgotten(stage):
    """Let the window know nothing of the centre's time, as if it had never been started."""
    (stage.places.window / NAME).unlink(missing_ok=True)


def found_of_windows(stage):
    """Return the codes found about windows, newest first, as supervision's board asks for them."""
    centre = open_centre(Settings(data=stage.places.centre, demo_clock=stage.places.clock))
    try:
        devices = list(centre.desk.policy.book.devices)
        rows = centre.ledger.read_now(lambda tx: tx.cases.findings_of(devices, 50))
        return [row.code for row in rows]
    finally:
        centre.close()


@pytest.mark.parametrize(
    ("wrong", "code", "days"), [("-40d", "clock_back", 40), ("+4000d", "clock_ahead", 4)]
)
async def test_the_centre_s_time_counts_while_it_can_be_asked(stage, wall, wrong, code, days):
    forgotten(stage)
    wall.put(wrong)
    await stage.centre.start()
    async with lone(stage, wall) as window:
        if code == "clock_ahead":  # by this clock the centre's own certificate is over too
            await window.ask("show", "clerk")
            assert await window.ask("door", "unusable") == DOUBTED
            wall.put("+4d")
            assert await window.ask("enter", "clerk")
        else:
            assert await window.ask("enter", "clerk")
        await window.ask("synced")
        assert await window.ask("accepted")
        await window.ask("synced")
        examined = await window.ask("examined")
        assert examined["clock"] == ["bad", "doctor.clock.off"]
        assert examined["chain"][0] == "good"
        assert await window.ask("banner") == "banner.clock"
        assert abs(abs(await window.ask("offset_s")) - days * DAY_S) < 60
        wall.put("+0")  # set right while it works: the next word with the centre shows it
        assert await window.ask("accepted")
        await window.ask("synced")
        assert await window.ask("banner") is None
        await window.ask("pull")
    stage.centre.stop()
    assert found_of_windows(stage).count(code) == 1  # told once, not at each of its steps


async def test_without_line_the_clock_is_named_and_the_line_settles_it(stage, wall):
    await stage.centre.start()
    stage.kill_centre()
    forgotten(stage)
    wall.put("-40d")  # before any card
    async with lone(stage, wall) as window:
        await window.ask("show", "clerk")
        assert await window.ask("door", "unusable") == DOUBTED
        assert all(texts(language).has(f"{DOUBTED}.do") for language in ("zh_CN", "en"))
        assert (await window.ask("examined"))["chain"] == ["bad", "app.clock_doubted"]
        await stage.centre.start()
        assert await window.ask("door", "ready") is None  # nobody touched anything
        assert (await window.ask("examined"))["chain"][0] == "good"
    stage.centre.stop()


async def test_what_was_heard_of_the_centre_s_time_outlives_the_program(township, wall):
    forgotten(township)
    await township.centre.start()
    async with lone(township, wall) as window:
        assert await window.ask("enter", "township")
        await window.ask("synced")
        await window.ask("pull")
    township.kill_centre()
    wall.put("-40d")  # before any card
    async with lone(township, wall) as window:
        assert not await window.ask("enter", "township")
        await window.ask("register", **APPLICANT, item=BIRTH)
        await window.ask("pull")
