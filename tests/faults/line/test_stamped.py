"""A certificate sealed without the line gets an authority's time when the line is back."""

import asyncio

import pytest

from client.app.files.stamps import _holds, read_waiting
from client.documents.sign import check
from tests.faults.line.test_township import BIRTH, offline, whole_case
from tests.helpers.hall import open_hall
from tests.unit.documents.test_sign import SEALED, TRUST
from tests.unit.documents.test_timestamp import STAMPED, STRANGER, authority, unheld

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


async def certificate(hall, case):
    detail = await hall.desk.cases.open(case)
    return next(paper.sha256 for paper in detail.papers if paper.kind == "certificate")


async def waiting(hall):
    place = hall.desk.door.place()
    return await place.on_store(read_waiting, place.store)


@pytest.mark.asyncio
async def test_the_newest_revision_is_fetched_when_the_line_is_back(township, tmp_path):
    async with open_hall(township) as hall:
        await offline(hall)
        case = await whole_case(hall, BIRTH)
        sha256 = await certificate(hall, case)
        sealed = await hall.desk.papers.read(sha256)
        roots = hall.desk.door.place().authorities
        assert (await asyncio.to_thread(check, sealed, roots)).stamped_at is None
        assert await waiting(hall) == {sha256: case}
        township.restore()
        await hall.synced()
        for _ in range(300):  # nobody opens it: it comes by itself
            if not await waiting(hall):
                break
            await asyncio.sleep(0.1)
        newest = await hall.desk.papers.read(sha256)
        assert newest.startswith(sealed)
        verdict = await asyncio.to_thread(check, newest, roots)
        assert verdict.holds
        assert verdict.stamped_at is not None
        await hall.desk.papers.save(sha256, tmp_path / "handed-over.pdf")
        assert (tmp_path / "handed-over.pdf").read_bytes() == newest
        assert (await hall.desk.papers.image(sha256, 0, 400))[0] == 400
        assert await certificate(hall, case) == sha256  # the case names what was sealed, for ever
        await hall.leave()


def test_a_revision_of_another_paper_or_by_a_stranger_is_not_kept():
    trust = tuple(TRUST)
    assert _holds(SEALED, STAMPED, trust)
    assert not _holds(SEALED, SEALED, trust)
    assert not _holds(SEALED[:-1] + b"x", STAMPED, trust)
    assert not _holds(SEALED, STAMPED + b"\n% more", trust)
    assert not _holds(SEALED, unheld(authority(STRANGER)), trust)
