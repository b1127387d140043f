"""Steps of the table's pages over the real centre: each is accepted there, with its paper.

rules.md §2; LW05–LW09, LW13, LW19–LW26; A13 容缺; IN24.
"""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from pypdfium2 import PdfDocument

from client.app.forms.table import Filled
from client.app.rows.ink import Ink
from client.app.rows.materials import Given
from sync.domain.calendar import CHINA
from sync.domain.failures import Failure
from sync.server.cli.signing import enact_one
from sync.server.settings import Settings
from sync.texts import texts
from tests.helpers.hall import RECEIVER, StandingStage, form, open_hall
from tests.helpers.pages import fill, kept, make, state_of

pytestmark = [pytest.mark.slow, pytest.mark.asyncio, pytest.mark.timeout(600)]
SCOPE = "339901/scjg"
HEAD = "p0116"
UPPER_ITEM = "scjg-03"


def forwarded_item(stage):
    """Add an item that the upper office decides to the sample's catalogue."""
    sample = Path(__file__).parents[2] / "resources" / "catalogue" / "yunling.json"
    catalogue = json.loads(sample.read_text("utf-8"))
    food = next(item for item in catalogue["items"] if item["code"] == "scjg-02")
    upper = {"kind": "forwarded", "upper_limit": {"unit": "wd", "amount": 20}}
    catalogue["items"].append({**food, "code": UPPER_ITEM, **upper})
    catalogue["version"] += "b"
    settings = Settings(data=stage.places.centre, demo_clock=stage.places.clock)
    enact_one(settings, stage.places.authority, "catalogue", catalogue, texts("zh_CN"))


@pytest.fixture
def stage(tmp_path):
    made = StandingStage(tmp_path / "stage")
    made.policy("grant", "--person", "p0105", "--role", "handler", "--scope", SCOPE)
    yield made
    made.centre.stop()


def drawn(paper):
    """A signature on the screen beside a paper."""
    return Ink(paper, 600, 190, (tuple((40 + n * 8, 90, n * 15, 128) for n in range(40)),))


async def walk_item(hall, item):
    """Bring a case of an item to the decision."""
    await hall.enter("clerk")
    await hall.until(lambda: hall.desk.catalogue.find(item), "the new catalogue is here")
    case = await hall.register(item=item)
    await hall.receive_all(case)
    await hall.desk.steps.accept(case)
    await hall.leave()
    await hall.enter("handler")
    await hall.desk.steps.claim(case)
    await hall.desk.steps.handle(case, agree=True, text="符合条件")
    await hall.leave()
    await hall.enter("reviewer")
    await hall.desk.steps.review(case, agree=True, text="同意")
    await hall.leave()
    return case


async def test_the_clock_stops_is_prolonged_goes_on_and_is_extended_once(stage):
    async with open_hall(stage) as hall:
        case = await hall.walk_to("handling")
        await hall.enter("handler")
        due = (await hall.desk.cases.open(case)).row.light.due_at
        done = await make(
            hall, case, "suspend", "handler",
            reason="testing", planned_days="3", text="样品送检", served="now",
        )  # fmt: skip
        assert [paper.kind for paper in done.papers] == ["suspension"]
        assert "suspended" in (await hall.desk.cases.open(case)).flags
        with pytest.raises(Failure) as stopped:
            await hall.desk.steps.handle(case, agree=True, text="符合")
        assert stopped.value.code == "suspended"
        await hall.leave()

        await hall.enter("chief")
        until = hall.desk.now().date() + timedelta(days=14)
        await make(
            hall, case, "prolong_suspension", "chief",
            reason="not_finished", until=until.isoformat(), text="样品复检", told="yes",
        )  # fmt: skip
        await hall.leave()

        stage.clock.move_to(stage.clock.now() + timedelta(days=7))
        await hall.enter("handler")
        await make(hall, case, "resume", scans=("result",), text="检验合格")
        detail = await hall.desk.cases.open(case)
        assert "suspended" not in detail.flags
        assert detail.row.light.due_at > due
        await make(hall, case, "request_extension", days="5", reason="complex", text="需要专家论证")
        await hall.leave()

        await hall.enter("chief")  # no head of the department: nobody is asked for a PIN
        with pytest.raises(Failure) as nobody:
            await fill(hall, case, "extend", told="yes")
        assert nobody.value.code == "wrong_approver"
        await hall.leave()

        await hall.enter("head")
        offer = await hall.desk.forms.offer(case, "extend")
        assert (offer.begin["days"], offer.begin["reason"]) == ("5", "complex")
        await make(hall, case, "extend", "head", told="yes")
        longer = await hall.desk.cases.open(case)
        assert "extended" in longer.flags
        assert longer.row.light.due_at > detail.row.light.due_at
        with pytest.raises(Failure) as twice:
            await fill(hall, case, "extend", told="yes")
        assert twice.value.code == "extension_twice"
        papers = await kept(hall, case)
        assert papers[-4:] == ["suspension", "prolongation", "resumption", "extension"]


async def test_a_precheck_is_answered_and_becomes_a_registration_of_the_same_number(stage):
    async with open_hall(stage) as hall:
        await hall.enter("clerk")
        case = (await hall.desk.steps.ask_precheck(form())).case
        assert await state_of(hall, case) == "prechecking"
        await make(hall, case, "answer_precheck", text="材料齐备，可以申报")
        done = await make(hall, case, "preregister")
        assert done.papers[0].kind == "slip"
        assert await state_of(hall, case) == "registered"
        await hall.receive_all(case)
        await hall.synced()
        assert await hall.desk.messages.exceptions() == ()


async def test_minor_materials_are_owed_and_supplied(stage):
    async with open_hall(stage) as hall:
        await hall.enter("clerk")
        case = await hall.register()
        page = await hall.take_page(case)
        detail = await hall.desk.cases.open(case)
        here = tuple(Given(m.code, (page,)) for m in detail.materials if not m.minor)
        receipt = (await hall.desk.steps.receive(case, here)).papers[0]
        await hall.desk.steps.sign_paper(case, receipt.no, drawn(receipt.sha256))
        blank = await hall.desk.forms.blank(case, "accept_pending", Filled())
        assert (await hall.desk.papers.read(blank.sha256)).startswith(b"%PDF")
        offer = await hall.desk.forms.offer(case, "accept_pending")
        late = "2026-12-31"
        dues = " ".join(f"{choice.code}={late}" for choice in offer.choices["dues"])
        with pytest.raises(Failure) as late_day:
            await fill(hall, case, "accept_pending", ("promise",), dues=dues)
        assert late_day.value.code == "pending_too_late"
        begun = Filled(dict(offer.begin))
        with pytest.raises(Failure) as other_words:
            await hall.desk.forms.make(case, "accept_pending", begun, drawn(blank.sha256))
        assert other_words.value.code == "app.other_paper_signed"
        blank = await hall.desk.forms.blank(case, "accept_pending", begun)
        done = await hall.desk.forms.make(case, "accept_pending", begun, drawn(blank.sha256))
        assert done.papers[0].kind == "acceptance"
        assert "pending_materials" in (await hall.desk.cases.open(case)).flags
        owed = tuple(Given(choice.code, (page,)) for choice in offer.choices["dues"])
        await hall.desk.steps.supply_pending(case, owed)
        await hall.synced()
        assert "pending_materials" not in (await hall.desk.cases.open(case)).flags
        papers = {p.kind: p for p in (await hall.desk.cases.open(case)).papers}
        assert {"promise", "receipt_signed"} <= set(papers)
        signed = await hall.desk.papers.read(papers["promise"].sha256)
        assert signed.startswith(await hall.desk.papers.read(blank.sha256))
        assert b"/InkList" in signed
        assert await hall.desk.messages.exceptions() == ()


async def test_what_needs_no_licence_is_told_and_what_is_not_ours_names_who_decides(stage):
    async with open_hall(stage) as hall:
        await hall.enter("chief")
        first = await _received(hall)
        second = await _received(hall)
        await hall.enter("chief")
        await make(
            hall, first, "tell_not_required", "chief",
            reason="filing_only", text="只需向所在地备案",
        )  # fmt: skip
        assert await state_of(hall, first) == "not_required"
        with pytest.raises(Failure) as unnamed:
            await fill(hall, second, "refuse", reason="correction_not_made", text="未补正")
        assert unnamed.value.code == "no_correction_asked"
        await make(
            hall, second, "refuse", "chief",
            reason="not_our_power", right_office="云岭县卫生健康局", text="不属于本局职权",
        )  # fmt: skip
        assert await state_of(hall, second) == "refused"
        assert (await kept(hall, second))[-1] == "refusal"


async def _received(hall):
    await hall.leave()
    await hall.enter("clerk")
    case = await hall.register()
    await hall.receive_all(case)
    await hall.leave()
    await hall.enter("chief")
    return case


async def test_a_hearing_is_told_asked_for_and_held_by_somebody_apart(stage):
    async with open_hall(stage) as hall:
        case = await hall.walk_to("handling")
        await hall.enter("handler")
        await make(hall, case, "tell_hearing_right", text="相邻经营者", told="yes")
        assert (await kept(hall, case))[-1] == "hearing_right"
        await hall.leave()
        await hall.enter("clerk")
        await make(hall, case, "request_hearing", text="有异议")
        served = hall.desk.now().astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
        await hall.leave()

        await hall.enter("handler")
        offer = await hall.desk.forms.offer(case, "hold_hearing")
        assert "p0103" not in [choice.code for choice in offer.choices["chair"]]
        notice = Filled({"chair": HEAD, "planned": "12-15 09:00", "place": "三楼听证室"})
        assert (await hall.desk.forms.blank(case, "hold_hearing", notice)).kind == "hearing_notice"
        with pytest.raises(Failure) as early:
            await fill(hall, case, "hold_hearing", ("record",), chair=HEAD, notice_served_at=served)
        assert early.value.code == "hearing_notice_short"
        await hall.leave()

        stage.clock.move_to(stage.clock.now() + timedelta(days=14))
        await hall.enter("handler")
        await make(
            hall, case, "hold_hearing", scans=("record",), chair=HEAD, notice_served_at=served
        )
        await make(hall, case, "survey", scans=("record",), persons="p0103 p0105", text="现场符合")
        await make(hall, case, "ask_opinion", department="wjj", by_wd="3", text="是否符合卫生要求")
        await hall.leave()

        await hall.enter("chief")
        await make(hall, case, "reassign", to="p0105", text="承办人出差")
        detail = await hall.desk.cases.open(case)
        assert detail.row.holder == "秦望舒"
        kinds = [row.kind for row in detail.timeline]
        assert kinds[-4:] == ["hold_hearing", "survey", "ask_opinion", "reassign"]


async def test_a_case_is_terminated_on_a_listed_ground_and_served(stage):
    async with open_hall(stage) as hall:
        case = await hall.walk_to("handling")
        await hall.enter("chief")
        await make(
            hall, case, "terminate", "chief",
            ground="object_gone", text="经营场所已拆除", served="later",
        )  # fmt: skip
        assert await state_of(hall, case) == "terminated"
        await hall.leave()

        await hall.enter("clerk")
        with pytest.raises(Failure) as unserved:
            await hall.desk.steps.close(case)
        assert unserved.value.code == "papers_unserved"
        offer = await hall.desk.forms.offer(case, "serve")
        first = offer.choices["paper"][0]
        assert first.code == offer.begin["paper"]
        blank = await hall.desk.forms.blank(case, "serve", Filled(dict(offer.begin)))
        assert blank.kind == "service"
        await make(hall, case, "serve", scans=("proof",), manner="mail")
        await hall.desk.steps.close(case)
        await hall.synced()
        assert await state_of(hall, case) == "closed"


async def test_the_upper_office_decides_and_its_decision_is_kept(stage):
    forwarded_item(stage)
    async with open_hall(stage) as hall:
        case = await walk_item(hall, UPPER_ITEM)
        await hall.enter("chief")
        done = await make(
            hall, case, "forward", "chief", office="云岭市市场监督管理局", text="初审合格"
        )
        assert done.papers[0].kind == "forward"
        assert await state_of(hall, case) == "forwarded"
        decided = hall.desk.now().astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
        await make(
            hall, case, "upper_grant", scans=("paper",), decided_at=decided, made_here="here"
        )
        assert await state_of(hall, case) == "granted"
        assert (await kept(hall, case))[-1] == "upper_grant"


async def closed(hall):
    """Bring a case to its close, with every role at its step."""
    case = await hall.walk_to("certified")
    await hall.enter("clerk")
    await hall.desk.steps.issue(case, RECEIVER)
    await hall.desk.steps.sign_for(case, RECEIVER)
    await hall.desk.steps.close(case)
    await hall.leave()
    return case


async def test_a_closed_case_is_frozen_whole_and_followed_by_a_new_one(stage):
    async with open_hall(stage) as hall:
        case = await closed(hall)
        await hall.enter("archivist")
        before = (await _papers_and_pages(hall, case)) | {"events.jsonl"}
        done = await make(hall, case, "archive")
        assert await state_of(hall, case) == "archived"
        (paper,) = done.papers
        pdf = await hall.desk.papers.read(paper.sha256)
        with PdfDocument(pdf) as file:
            parts = {
                part.get_name(): bytes(part.get_data())
                for part in (file.get_attachment(n) for n in range(file.count_attachments()))
            }
        assert set(parts) == before
        assert parts["01-slip.pdf"].startswith(b"%PDF")
        lines = [json.loads(line) for line in parts["events.jsonl"].splitlines()]
        kinds = [line["kind"] for line in lines]
        assert kinds[0] == "preregister"
        assert kinds[-1] == "close"
        assert all(line["record"]["jws"] and line["outcome"] for line in lines)
        with pytest.raises(Failure) as twice:
            await fill(hall, case, "archive")
        assert twice.value.code == "step_not_allowed"
        await hall.leave()

        await hall.enter("clerk")
        detail = await hall.desk.cases.open(case)
        offered = {option.kind: option.blocked for option in detail.options}
        assert offered["change"] is None
        assert offered["revoke"].key.startswith("violation.no_authority")
        changed = await make(hall, case, "change")
        assert changed.case != case
        assert changed.papers[0].kind == "slip"
        assert await state_of(hall, changed.case) == "registered"
        renewed = await make(hall, case, "renew")
        assert await state_of(hall, renewed.case) == "registered"
        await hall.leave()

        await hall.enter("chief")
        redone = await make(hall, case, "redo")
        assert await state_of(hall, redone.case) == "accepted"
        assert await state_of(hall, case) == "archived"


async def _papers_and_pages(hall, case):
    """Return the names under which the case's papers and pages go into its file."""
    detail = await hall.desk.cases.open(case)
    papers = [paper for paper in detail.papers if paper.kind != "certificate"]
    names = {f"{n:02d}-{paper.kind}.pdf" for n, paper in enumerate(papers, start=1)}
    pages = {
        f"{row.code}-{n}.jpg" for row in detail.materials for n in range(1, len(row.pages) + 1)
    }
    return names | pages | {"certificate.pdf"}
