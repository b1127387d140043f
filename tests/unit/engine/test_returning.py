"""Own steps go back in their order: behind one at which the centre breaks nothing is sent."""

import asyncio

import pytest

from sync.engine import returning
from sync.engine.ports import OwnAnswered
from sync.engine.returning import Given, Returning
from sync.protocol.messages import PushResult
from sync.protocol.records import Receipt, Record
from sync.protocol.returned_messages import ReturnedMissing, ReturnedResults

ROWS = [
    OwnAnswered(pos, f"event-{pos}", Record("jws", "body", None), Receipt("outcome", 0, [], "sth"))
    for pos in (1, 2, 3, 4)
]


class Store:
    def lease(self):
        return None

    def own_answered(self, after, limit):
        return [row for row in ROWS if row.pos > after][:limit]


class Line:
    """A centre that has none of these events, and answers as told."""

    def __init__(self, *codes):
        self.codes, self.asked = list(codes), 0

    async def hall(self, _path, form, request, _speaker=None):
        if form is ReturnedMissing:
            return ReturnedMissing(missing=request.events)
        self.asked += len(request.steps)
        codes = [self.codes.pop(0) for _ in request.steps]
        return ReturnedResults(
            results=[PushResult(id=None, verdict="rejected", code=code) for code in codes]
        )


async def on_store(work, *args):
    return work(*args)


def given(line, monkeypatch):
    monkeypatch.setattr(returning, "STEPS_MAX", 2)
    monkeypatch.setattr(returning, "LOOK_MAX", 3)
    return asyncio.run(Returning(Store(), on_store, line, None).steps())


@pytest.mark.parametrize(
    "codes", [("proof.device_foreign", "wire.broken"), ("wire.broken", "wire.unavailable")]
)
def test_behind_a_step_at_which_the_centre_breaks_nothing_is_sent(monkeypatch, codes):
    line = Line(*codes)
    waiting = sum(code.startswith("wire.") for code in codes)
    assert given(line, monkeypatch) == Given(waiting=waiting, stuck=True)
    assert line.asked == 2


def test_what_waits_for_other_lines_is_counted_and_keeps_no_other_back(monkeypatch):
    line = Line(
        "wire.lines_missing", "proof.device_foreign", "wire.lines_missing", "wire.lines_missing"
    )
    assert given(line, monkeypatch) == Given(waiting=3)
    assert line.asked == 4
