"""Slips are made one after the other, and what goes wrong with one ends none of the others."""

import asyncio
import logging
from types import SimpleNamespace

import pytest

from client.app.files import slips
from client.app.files.slips import Slips
from client.documents.narrow import compose_narrow
from sync.domain.failures import Failure
from tests.unit.documents.samples import papers

pytestmark = pytest.mark.asyncio


class Place:
    """A workplace that keeps in memory, without lanes."""

    def __init__(self):
        self.kept = {}
        self.lanes = SimpleNamespace(crunch=SimpleNamespace(run=self.on_store))
        self.store = SimpleNamespace(
            put_attachment=lambda data, *_: "slip" if data.startswith(b"%PDF") else "",
            put_meta=self.kept.__setitem__,
        )

    async def on_store(self, work, *args):
        return work(*args)


@pytest.mark.parametrize("wrong", [Failure("store.closed"), LookupError("a defect")])
async def test_one_that_fails_is_not_waited_for_and_the_next_is_made(monkeypatch, caplog, wrong):
    tries = [wrong]

    def make(data):
        if tries:
            raise tries.pop()
        return compose_narrow(data)

    monkeypatch.setattr(slips, "compose_narrow", make)
    made, place, paper = Slips(), Place(), papers()["slip"]
    for sha256 in ("first", "second"):
        made.want(place, paper, sha256)
    made.want(place, papers()["acceptance"], "no slip")
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        running = group.create_task(made.run())
        for sha256 in ("first", "second", "no slip", "unknown"):
            await made.made(sha256)
        running.cancel()

    assert place.kept == {"slip.second": b"slip"}
    told = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert len(told) == isinstance(wrong, LookupError)


async def test_the_same_paper_wanted_twice_is_made_twice_and_ends_nothing():
    made, place, paper = Slips(), Place(), papers()["slip"]
    made.want(place, paper, "same")
    made.want(place, paper, "same")
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        running = group.create_task(made.run())
        await made.made("same")
        assert "slip.same" in place.kept
        made.want(place, paper, "next")
        await made.made("next")
        running.cancel()
