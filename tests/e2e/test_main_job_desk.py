"""The whole job through the use cases, over the real centre: no widgets, everything else real."""

import asyncio

import pytest

from client.app.rows.cases import Tab
from client.app.rows.materials import Given
from client.app.rows.steps import Missing
from tests.helpers.hall import PAGE, RECEIVER, StandingStage, form, open_hall

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


async def run_job(stage):
    async with open_hall(stage) as hall:
        await job(hall)


async def job(hall):
    desk = hall.desk
    await hall.enter("reception")
    await hall.synced()
    item = desk.catalogue.find("spjy")[0]
    done = await desk.steps.preregister(form(item=item.code))
    case = done.case
    assert done.papers[0].kind == "slip"
    await hall.leave()

    await hall.enter("clerk")
    detail = await desk.cases.open(case)
    page = await desk.materials.take_in(case, "申请书.png", PAGE.read_bytes())
    required = [m for m in detail.materials if m.required]
    await desk.steps.receive(case, (Given(required[0].code, (page,)),))
    await desk.steps.notify_correction(
        case, tuple(Missing(m.code, "not_given") for m in required[1:])
    )
    await desk.steps.correct(case, (Given(required[1].code, (page,)),))
    assert (await desk.cases.open(case)).row.state == "awaiting_correction"
    # The rest comes another day: what the first part brought is asked for no more.
    await desk.steps.correct(case, tuple(Given(m.code, (page,)) for m in required[2:]))
    assert (await desk.cases.open(case)).row.state == "received"
    preview = await desk.steps.preview_acceptance(case)
    await desk.steps.accept(case)
    assert (await desk.cases.open(case)).row.light.due_at == preview.due_at
    await hall.leave()

    await hall.enter("handler")
    assert [row.number for row in (await desk.cases.page(Tab.MINE)).rows] == [case]
    await desk.steps.claim(case)
    await desk.steps.handle(case, agree=True, text="材料齐全,符合条件")
    await hall.leave()

    await hall.enter("reviewer")
    await desk.steps.review(case, agree=True, text="同意")
    await hall.leave()

    await hall.enter("chief")
    sheet = await desk.signing.prepare("grant", case, text="准予许可")
    await desk.signing.sign(sheet, hall.pin("chief"))
    await hall.leave()

    await hall.enter("clerk")
    await desk.steps.make(case)
    await hall.leave()

    await hall.enter("chief")
    sheet = await desk.signing.prepare("seal", case)
    done = await desk.signing.sign(sheet, hall.pin("chief"))
    certificate = await desk.papers.read(done.papers[0].sha256)
    assert certificate.startswith(b"%PDF")
    await hall.leave()

    await hall.enter("clerk")
    await desk.steps.issue(case, RECEIVER)
    await desk.steps.sign_for(case, RECEIVER)
    await desk.steps.close(case)
    await hall.synced()
    detail = await desk.cases.open(case)
    assert detail.row.state == "closed"
    assert {row.verdict for row in detail.timeline} == {"accepted"}
    assert await desk.messages.exceptions() == ()
    await hall.leave()


def test_a_case_goes_from_the_door_to_a_signed_certificate(tmp_path):
    asyncio.run(run_job(StandingStage(tmp_path)))
