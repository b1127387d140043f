"""A township hall without the line: whole cases on a lease, and their arrival."""

import pytest

from client.app.rows.cases import Receiver
from client.app.rows.session import LinePhase
from tests.helpers.hall import open_hall
from tests.helpers.township import BIRTH, PENSION

pytestmark = [pytest.mark.slow, pytest.mark.asyncio, pytest.mark.timeout(300)]

RECEIVER = Receiver("古丽·阿依", "110105199001010010", "self")
APPLICANT = {
    "applicant_kind": "person",
    "id_kind": "resident_id",
    "id_no": "110105199001010010",
    "name": "古丽·阿依",
}
WHOLE = [
    "preregister", "receive", "accept", "decide_at_once", "make", "seal.intent", "seal", "issue",
    "sign_for", "close",
]  # fmt: skip


async def whole_case(hall, item):
    """Take one visitor from the door to the paper in his hand."""
    steps, case = hall.desk.steps, await hall.register(**APPLICANT, item=item)
    await hall.receive_all(case)
    await steps.accept(case)
    await hall.sign("decide_at_once", case, "township", text="即时办结")
    await steps.make(case)
    await hall.sign("seal", case, "township")
    await steps.issue(case, RECEIVER)
    await steps.sign_for(case, RECEIVER)
    await steps.close(case)
    return case


async def offline(hall):
    """Log in with the line unless somebody did, get a lease, and lose the line."""
    if hall.desk.door.session is None:
        await hall.enter("township")
    await hall.synced()
    hall.stage.cut()
    await hall.until(lambda: hall.desk.line.view.phase is LinePhase.OFFLINE, "offline")


async def timeline(hall, case):
    detail = await hall.desk.cases.open(case)
    return [(row.kind, row.verdict) for row in detail.timeline]


@pytest.mark.parametrize("item", [BIRTH, PENSION])
async def test_an_item_runs_whole_without_the_line_and_arrives_once_in_order(township, item):
    async with open_hall(township) as hall:
        await offline(hall)
        case = await whole_case(hall, item)
        assert await timeline(hall, case) == [(kind, "pending") for kind in WHOLE]
        township.restore()
        await hall.synced()
        assert await timeline(hall, case) == [(kind, "accepted") for kind in WHOLE]
        assert await hall.desk.messages.exceptions() == ()
        await hall.leave()
