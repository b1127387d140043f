"""Papers of a day without the line whose steps were refused: cured by the chief representative."""

import pytest

from client.app.files.stamps import _still_waiting
from tests.faults.line.test_township import APPLICANT, BIRTH, RECEIVER, WHOLE, offline, timeline
from tests.helpers.hall import form, open_hall
from tests.helpers.township import SCOPE

pytestmark = [pytest.mark.slow, pytest.mark.asyncio, pytest.mark.timeout(300)]


async def handed_out_and_refused(hall, township):
    """Hand papers out without the line, while the right to do so ends; return case and visitor."""
    await hall.enter("township")
    steps, case = hall.desk.steps, await hall.register(**APPLICANT, item=BIRTH)
    await hall.receive_all(case)
    await steps.accept(case)
    await offline(hall)
    await hall.sign("decide_at_once", case, "township", text="即时办结")
    await steps.make(case)
    await hall.sign("seal", case, "township")
    await steps.issue(case, RECEIVER)
    later = await hall.register(**APPLICANT, item=BIRTH)
    township.centre.stop()
    township.policy("grant-end", "g-p0121-1")
    township.policy(
        "grant", "--person", "p0121", "--role", "chief_representative", "--power", "manage",
        "--scope", "hall/339911", "--scope", SCOPE,
    )  # fmt: skip
    await township.centre.start()
    township.restore()
    hall.desk.line.sync_now()
    await hall.until(lambda: not hall.desk.line.view.pending, "every step is answered")
    await hall.pull()
    await hall.enter("township")
    await hall.synced()
    return case, later


async def row_of(hall, kind, case):
    rows = await hall.desk.messages.exceptions()
    return next(row for row in rows if (row.kind, row.case) == (kind, case))


@pytest.mark.parametrize("way", ["confirm", "revoke"])
async def test_the_chief_representative_cures_a_paper_by_card(township, way):
    async with open_hall(township) as hall:
        case, _ = await handed_out_and_refused(hall, township)
        issued = await row_of(hall, "issue", case)
        assert (issued.verdict, issued.ways) == ("refused", ("cure", "case"))
        owed = await hall.desk.messages.cure(case, issued.event)
        assert (owed.kind, owed.paper, owed.code) == ("issue", "delivery", issued.code)
        done = await hall.sign(
            "cure", case, "township", step=issued.event, way=way, text="发证时决定尚未生效"
        )
        assert [paper.kind for paper in done.papers] == (["revocation"] if way == "revoke" else [])
        await hall.synced()
        assert (await timeline(hall, case))[-1] == ("cure", "accepted")
        again = await row_of(hall, "issue", case)  # it stands until somebody deals with it
        assert again.ways == ("case",)
        papers = [paper.kind for paper in (await hall.desk.cases.open(case)).papers]
        assert ("revocation" in papers) is (way == "revoke")
        await hall.leave()


async def test_a_registration_that_was_not_taken_begins_anew_with_what_was_typed(township):
    async with open_hall(township) as hall:
        case, later = await handed_out_and_refused(hall, township)
        row = await row_of(hall, "preregister", later)
        assert (row.ways, row.remedy.key) == (("again",), "exception.remedy.again")
        assert await hall.desk.messages.again(row.event) == form(**APPLICANT, item=BIRTH)
        place = hall.desk.door.place()  # and nobody waits for the stamp of a seal that was refused
        assert await place.on_store(_still_waiting, place.store) == {}
        made = await row_of(hall, WHOLE[3], case)  # that case is there
        assert made.ways == ("case",)
        await hall.leave()
