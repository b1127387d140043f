"""A report of a fault from its window to the centre: by a word, by the line, once."""

import asyncio
from contextlib import suppress

import pytest

from sync.engine.faults import LineFailure
from tests.helpers.hall import StandingStage, open_hall

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def fault(text):
    try:
        {}[text]
    except KeyError as error:
        return error
    raise AssertionError(text)


def listed(stage):
    """Return the one fault that the centre's own command lists."""
    return stage.centre.command(
        "crashes", "list", "--json",
        "--data", stage.places.centre,
        "--demo-clock", stage.places.clock,
    )  # fmt: skip


async def a_day(stage):
    async with open_hall(stage) as hall:
        crashes = hall.desk.crashes
        await hall.enter("clerk")
        await hall.synced()
        for _ in range(3):
            crashes.failed(fault("欧阳修"))
        (first,) = crashes.all()
        await crashes.annotate(first.id, "登记13987654321时")
        await crashes.send(first.id)
        assert crashes.all() == ()
        crashes.failed(fault("second"))
        (second,) = crashes.all()
        stage.kill_centre()
        with suppress(LineFailure):
            await crashes.send(second.id)
        assert [row.leaves for row in crashes.all()] == [True]
    return first, second


async def the_next_day(stage):
    async with open_hall(stage) as hall:
        await hall.enter("clerk")
        await hall.synced()
        await hall.until(lambda: not hall.desk.crashes.all(), "the report left")


def test_a_report_goes_by_a_word_and_one_without_the_line_the_next_day(tmp_path):
    stage = StandingStage(tmp_path)
    first, _second = asyncio.run(a_day(stage))
    asyncio.run(the_next_day(stage))
    group = listed(stage)  # the same fault twice: two reports, one line
    assert (group["reports"], group["times"], group["windows"]) == (2, 4, 1)
    assert group["fingerprint"] == dict(first.facts)["fingerprint"]
