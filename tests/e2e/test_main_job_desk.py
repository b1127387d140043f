"""The whole job through the use cases, over the real centre: no widgets, everything else real."""

import asyncio
import json
from pathlib import Path

import pytest

from client.app.views import CardPresence, Given, LinePhase, Missing, PreregisterForm, Receiver, Tab
from installer.demo.stage import Stage, pin_of
from sync.domain.secret import Secret

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


class Hall:
    """A stage with its window, and the hands that put cards in."""

    def __init__(self, stage, window):
        self.stage, self.window, self.desk = stage, window, window.desk

    async def until(self, holds, seconds=20):
        async with asyncio.timeout(seconds):
            while not holds():
                await asyncio.sleep(0.02)

    async def enter(self, card):
        self.window.deck.insert(card)
        await self.until(lambda: self.desk.door.card.presence is CardPresence.READY)
        return await self.desk.door.log_in(Secret(pin_of(self.stage.authority.cards[card])))

    async def leave(self):
        await self.synced()
        self.window.deck.pull()
        await self.until(lambda: self.desk.door.session is None)
        await self.until(lambda: self.desk.door.card.presence is CardPresence.EMPTY)

    async def synced(self):
        view = lambda: self.desk.line.view  # noqa: E731
        try:
            await self.until(
                lambda: view().phase is LinePhase.SYNCED
                and not view().pending
                and not view().uploads
            )
        except TimeoutError:
            pytest.fail(f"not in step with the centre: {view()}")

    def pin(self, card):
        return Secret(pin_of(self.stage.authority.cards[card]))


def form(**changes):
    values = {
        "applicant_kind": "org",
        "id_kind": "credit_code",
        "id_no": "92339901MA2ABCDE1X",
        "name": "云岭县滨河餐饮店",
        "phone": "13800000000",
        "item": "scjg-02",
    }
    return PreregisterForm(**{**values, **changes})


async def run_job(folder):
    stage = Stage(folder)
    try:
        await stage.build(lambda _key: None)
        window = stage.window()
        async with asyncio.TaskGroup() as tasks:
            life = tasks.create_task(window.desk.run())
            try:
                await job(Hall(stage, window))
            finally:
                life.cancel()
    finally:
        stage.centre.stop()


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
    png = (Path(__file__).parent.parent / "helpers" / "page.png").read_bytes()
    page = await desk.materials.take_in(case, "申请书.png", png)
    required = [m for m in detail.materials if m.required]
    await desk.steps.receive(case, (Given(required[0].code, (page,)),))
    await desk.steps.notify_correction(
        case, tuple(Missing(m.code, "not_given") for m in required[1:])
    )
    await desk.steps.correct(case, tuple(Given(m.code, (page,)) for m in required[1:]))
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
    receiver = Receiver("古丽·阿依", "110105199001010010", "self")
    await desk.steps.issue(case, receiver)
    await desk.steps.sign_for(case, receiver)
    await desk.steps.close(case)
    await hall.synced()
    detail = await desk.cases.open(case)
    assert detail.row.state == "closed"
    assert {row.verdict for row in detail.timeline} == {"accepted"}
    assert await desk.messages.exceptions() == ()
    await hall.leave()


def test_a_case_goes_from_the_door_to_a_signed_certificate(tmp_path):
    asyncio.run(run_job(tmp_path))
