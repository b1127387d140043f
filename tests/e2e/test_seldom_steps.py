"""Steps that a hall seldom makes, each by its page over the real centre, and each refused by name.

One hall stands for all of them; every test begins with a case of its own. rules.md §2; LW05–LW13,
LW27, ST06, ST10, ST19, TM10, TM26, FE03.
"""

import asyncio
import re
import urllib.parse
from datetime import timedelta

import pytest
import pytest_asyncio

from client.app.rows.cases import Tab
from client.app.rows.materials import Given
from client.app.rows.steps import Missing
from installer.demo.browser import ConsoleVisitor
from sync.domain.calendar import CHINA
from sync.domain.failures import Failure
from tests.e2e.test_every_step import UPPER_ITEM, forwarded_item
from tests.helpers.hall import RECEIVER, StandingStage, open_hall
from tests.helpers.pages import (
    accepted,
    at_centre,
    found_at_centre,
    kept,
    make,
    readable,
    refused,
    same,
    state_of,
    steps_of,
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.timeout(300),
]
SCOPE = "339901/scjg"
SOLE_TRADER, FOOD, ADVERTISING = "scjg-01", "scjg-02", "cgj-01"
HANDLER, REVIEWER, SECOND, UPPER, HELPER = "p0103", "p0104", "p0136", "p0137", "p0145"


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    made = StandingStage(tmp_path_factory.mktemp("seldom") / "stage")
    forwarded_item(made)
    for person, *words in (
        (SECOND, "--role", "handler"),
        (UPPER, "--role", "upper_office"),
        (HELPER, "--role", "helper_handler"),
        (REVIEWER, "--deputy-of", HANDLER),
    ):
        made.policy("grant", "--person", person, *words, "--scope", SCOPE)
    yield made
    made.centre.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def opened(stage):
    """Open the hall once; a task of its own keeps it, for a fixture's two ends are two tasks."""
    there: asyncio.Future = asyncio.get_running_loop().create_future()
    over = asyncio.Event()

    async def keep():
        async with open_hall(stage) as hall:
            await hall.put_in("clerk")
            for person in (SECOND, UPPER, HELPER, "p0134"):
                await hall.desk.colleagues.add(person, hall.pin("clerk"))
            there.set_result(hall)
            await over.wait()

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(keep())
        yield await there
        over.set()


@pytest_asyncio.fixture(loop_scope="module")
async def hall(opened):
    """Lend the hall; whoever is at the window when a test ends is sent home."""
    yield opened
    if opened.desk.door.session is not None:
        await opened.pull()


async def at(hall, card):
    """Let somebody else sit down."""
    if hall.desk.door.session is not None:
        await hall.leave()
    await hall.enter(card)


async def received(hall, item=FOOD):
    """Register and receive at the clerk's window, who stays."""
    await at(hall, "clerk")
    await hall.until(lambda: hall.desk.catalogue.find(item), "the item is in the catalogue")
    case = await hall.register(item=item)
    await hall.receive_all(case)
    return case


async def in_hand(hall, item=FOOD):
    """Bring a case into the handler's hands, who stays."""
    case = await received(hall, item)
    await hall.desk.steps.accept(case)
    await at(hall, "handler")
    await hall.desk.steps.claim(case)
    return case


async def decided(hall, item=FOOD):
    """Bring a case before whoever decides, who stays."""
    case = await in_hand(hall, item)
    await hall.desk.steps.handle(case, agree=True, text="符合条件")
    await at(hall, "reviewer")
    await hall.desk.steps.review(case, agree=True, text="同意")
    await at(hall, "chief")
    return case


async def certified(hall):
    """Bring a case to its sealed certificate; its chief representative stays."""
    case = await decided(hall)
    await hall.sign("grant", case, text="准予许可")
    await at(hall, "clerk")
    await hall.desk.steps.make(case)
    await at(hall, "chief")
    await hall.sign("seal", case)
    return case


async def closed(hall):
    """Bring a case to its close; the clerk stays."""
    case = await certified(hall)
    await at(hall, "clerk")
    await hall.desk.steps.issue(case, RECEIVER)
    await hall.desk.steps.sign_for(case, RECEIVER)
    await hall.desk.steps.close(case)
    return case


def typed(moment):
    return moment.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")


# ---------------------------------------------------------------- at the window


async def test_what_can_be_mended_at_once_is_mended_on_the_spot(hall):
    case = await received(hall)
    page = await hall.take_page(case)
    detail = await hall.desk.cases.open(case)
    first = next(row for row in detail.materials if row.required)
    done = await hall.desk.steps.fix_on_spot(case, (Given(first.code, (page,)),))
    detail = await accepted(hall, done, "fix_on_spot")
    assert detail.row.state == "received"
    mended = next(row for row in detail.materials if row.code == first.code)
    assert page.sha256 in {each.sha256 for each in mended.pages}

    with pytest.raises(Failure) as unknown:
        await hall.desk.steps.fix_on_spot(case, (Given("no_such", (page,)),))
    assert unknown.value.code == "unknown_material"
    await at(hall, "handler")
    with pytest.raises(Failure) as stranger:
        await hall.desk.steps.fix_on_spot(case, (Given(first.code, (page,)),))
    assert stranger.value.code == "no_authority"
    await at(hall, "clerk")
    await hall.desk.steps.accept(case)
    with pytest.raises(Failure) as late:
        await hall.desk.steps.fix_on_spot(case, (Given(first.code, (page,)),))
    assert late.value.code == "step_not_allowed"


async def test_what_was_not_corrected_lapses_by_the_items_own_law_and_term_only(hall):
    cases = []
    for item in (ADVERTISING, FOOD):
        case = await received(hall, item)
        detail = await hall.desk.cases.open(case)
        minor = [row.code for row in detail.materials if row.required][-1]
        await hall.desk.steps.notify_correction(case, (Missing(minor, "illegible"),))
        cases.append(case)
    lapsing, lasting = cases
    said = {"reason": "not_corrected", "text": "逾期未补正，视为撤回", "told": "yes"}
    await refused(hall, "no_lapse_basis", lasting, "lapse", **said)
    await refused(hall, "lapse_too_early", lapsing, "lapse", **said)
    await hall.synced()

    hall.stage.clock.move_to(hall.stage.clock.now() + timedelta(days=16))
    await at(hall, "reception")
    await refused(hall, "no_authority", lapsing, "lapse", **said)
    await at(hall, "clerk")
    done = await make(hall, lapsing, "lapse", **said)
    (paper,) = done.papers
    assert paper.kind == "lapse"
    await readable(hall, paper.sha256, "地方规定：逾期十个工作日未补正的", said["text"])
    assert await state_of(hall, lapsing) == "withdrawn"
    await refused(hall, "step_not_allowed", lapsing, "lapse", **said)


async def test_what_cannot_be_decided_at_once_gets_the_items_own_promise(hall):
    ordinary = await received(hall)
    await hall.desk.steps.accept(ordinary)
    offered = {option.kind for option in (await hall.desk.cases.open(ordinary)).options}
    assert not offered & {"decide_at_once", "not_at_once"}
    why = {"reason": "system_down", "text": "登记系统故障"}
    await refused(hall, "no_fallback", ordinary, "not_at_once", **why)
    case = await received(hall, SOLE_TRADER)
    await refused(hall, "step_not_allowed", case, "not_at_once", **why)
    await hall.desk.steps.accept(case)
    before = (await hall.desk.cases.open(case)).row.light.due_at
    await at(hall, "reviewer")
    await refused(hall, "no_authority", case, "not_at_once", **why)
    await at(hall, "clerk")
    done = await make(hall, case, "not_at_once", **why)
    assert [paper.kind for paper in done.papers] == ["not_at_once"]
    detail = await hall.desk.cases.open(case)
    assert detail.row.state == "accepted"
    assert detail.row.light.due_at > before
    assert next(o for o in detail.options if o.kind == "claim")


async def test_what_was_written_wrongly_is_amended_with_the_card_and_a_reason(hall):
    case = await received(hall)
    why = {"what": "applicant.name", "value": "云岭县滨河餐饮有限公司", "text": "笔误"}
    await at(hall, "handler")
    await refused(hall, "no_authority", case, "amend", **why)
    await at(hall, "clerk")
    done = await make(hall, case, "amend", "clerk", **why)
    assert done.papers == ()
    detail = await hall.desk.cases.open(case)
    assert detail.row.applicant == at_centre(hall, case)["applicant"] == why["value"]
    assert detail.timeline[-1].signed_by_card
    assert detail.timeline[-1].note == why["text"]
    found = await hall.desk.cases.page(Tab.ALL, why["value"])
    assert [row.number for row in found.rows] == [case]


# ---------------------------------------------------------------- hands


async def test_a_case_is_assigned_taken_over_noted_late_and_left_by_who_is_partial(hall):
    case = await received(hall)
    await hall.desk.steps.accept(case)
    await refused(hall, "no_authority", case, "assign", to=HANDLER)
    await at(hall, "chief")
    offer = await hall.desk.forms.offer(case, "assign")
    assert {HANDLER, SECOND} <= {choice.code for choice in offer.choices["to"]}
    await make(hall, case, "assign", to=HANDLER)
    assert (await hall.desk.cases.open(case)).row.holder == "周远舟"
    await refused(hall, "step_not_allowed", case, "assign", to=SECOND)

    await refused(hall, "not_deputy", case, "take_over", absent=HANDLER)
    await at(hall, "reviewer")
    offer = await hall.desk.forms.offer(case, "take_over")
    assert [choice.code for choice in offer.choices["absent"]] == [HANDLER]
    await make(hall, case, "take_over", absent=HANDLER)
    detail = await hall.desk.cases.open(case)
    assert detail.row.holder == "沈慕白"
    assert detail.timeline[-1].acting_for == "周远舟"

    happened = typed(hall.desk.now() - timedelta(hours=3))
    await make(hall, case, "note_late", what="survey", happened_at=happened, text="现场无网络")
    assert [code for code, _ in found_at_centre(hall, case)] == ["late_record"]
    await at(hall, "cashier")
    await refused(
        hall, "no_authority", case, "note_late", what="survey", happened_at=happened, text="补"
    )

    await refused(hall, "no_authority", case, "recuse", person=HANDLER, text="近亲属")
    await at(hall, "reviewer")
    await make(hall, case, "recuse", text="申请人系近亲属")
    detail = await hall.desk.cases.open(case)
    assert detail.row.holder == ""
    assert detail.timeline[-1].note == "申请人系近亲属"
    with pytest.raises(Failure) as partial:
        await hall.desk.steps.handle(case, agree=True, text="同意")
    assert partial.value.code == "recused"
    await at(hall, "chief")
    await make(hall, case, "reassign", to=SECOND, text="回避")
    await at(hall, "zjj-reviewer")
    await hall.desk.steps.handle(case, agree=True, text="符合条件")
    await hall.synced()
    assert await state_of(hall, case) == "reviewing"


async def test_another_department_is_asked_and_answers(hall):
    case = await in_hand(hall)
    done = await make(hall, case, "ask_opinion", department="gaj", by_wd="3", text="有无治安意见")
    assert [paper.kind for paper in done.papers] == ["opinion_request"]
    await refused(hall, "no_authority", case, "give_opinion", opinion="agree", text="无")
    await at(hall, "gaj-helper")
    offer = await hall.desk.forms.offer(case, "give_opinion")
    assert [choice.words for choice in offer.choices["asked"]] == ["云岭县公安局交通警察大队"]
    await make(hall, case, "give_opinion", opinion="disagree", text="消防通道被占")
    detail = await hall.desk.cases.open(case)
    assert (detail.row.state, detail.timeline[-1].note) == ("handling", "消防通道被占")
    await refused(hall, "no_such_debt", case, "give_opinion", opinion="agree", text="再答")


async def test_a_supervisors_order_is_replied_to_by_who_answers_for_the_department(hall):
    case = await in_hand(hall)
    await at(hall, "supervisor")
    address = await hall.desk.door.console_address()
    await asyncio.to_thread(order, hall, address, case, "请说明进展")
    await at(hall, "handler")

    async def ordered():
        return any(row.kind == "order" for row in (await hall.desk.cases.open(case)).timeline)

    for _ in range(300):
        if await ordered():
            break
        await hall._news_or_a_moment()
    offer = await hall.desk.forms.offer(case, "reply_order")
    ref = offer.begin["order"]
    await refused(hall, "no_authority", case, "reply_order", text="在办")
    await at(hall, "chief")
    done = await make(hall, case, "reply_order", text="已安排现场核查")
    assert done.papers == ()
    offer = await hall.desk.forms.offer(case, "reply_order")
    assert offer.choices["order"] == ()
    await refused(hall, "no_such_debt", case, "reply_order", order=ref, text="再答")


def order(hall, address, case, text):
    """Serve an order as the supervisor's browser does."""
    browser = ConsoleVisitor(hall.stage.authority.ca, None)
    browser.enter(address, case)
    origin = re.match(r"https://[^/]+", address)[0]
    form = urllib.parse.urlencode({"kind": "order", "text": text, "days": "1"}).encode()
    shown = browser._get(f"{origin}/console/cases/{case}/press", form, origin)
    assert text in shown


# ---------------------------------------------------------------- the upper office


async def test_the_upper_office_sends_back_and_then_denies(hall):
    case = await decided(hall, UPPER_ITEM)
    up = {"office": "云岭市市场监督管理局", "text": "初审合格"}
    await make(hall, case, "forward", "chief", **up)
    fault = {"fault": "procedure", "text": "缺集体讨论记录"}
    await refused(hall, "no_authority", case, "upper_return", **fault)
    await at(hall, "zjj-branch")
    done = await make(hall, case, "upper_return", **fault)
    assert done.papers == ()
    assert await state_of(hall, case) == "handling"
    await refused(hall, "step_not_allowed", case, "upper_return", **fault)
    await at(hall, "chief")
    await make(hall, case, "forward", "chief", **up)
    no = {
        "decided_at": typed(hall.desk.now()),
        "reason": "conditions_not_met",
        "text": "布局不符合要求",
        "remedies": "可在六十日内申请行政复议",
    }
    await at(hall, "handler")
    await refused(hall, "no_authority", case, "upper_deny", ("paper",), **no)
    await at(hall, "chief")
    await make(hall, case, "upper_deny", scans=("paper",), **no)
    assert await state_of(hall, case) == "denied"
    assert (await kept(hall, case))[-1] == "upper_denial"
    await at(hall, "clerk")
    with pytest.raises(Failure) as unserved:
        await hall.desk.steps.close(case)
    assert unserved.value.code == "papers_unserved"
    await make(hall, case, "serve", manner="direct")
    done = await hall.desk.steps.close(case)
    await accepted(hall, done, "close")


# ---------------------------------------------------------------- certificates


async def test_a_spoilt_form_is_voided_and_another_serial_is_drawn(hall):
    case = await decided(hall)
    await hall.sign("grant", case, text="准予许可")
    await at(hall, "archivist")
    await refused(hall, "step_not_allowed", case, "spoil", reason="misprint")
    await at(hall, "clerk")
    first = await hall.desk.steps.make(case)
    await accepted(hall, first, "make")
    await refused(hall, "no_authority", case, "spoil", reason="misprint")
    await at(hall, "archivist")
    await make(hall, case, "spoil", "archivist", reason="misprint")
    assert await state_of(hall, case) == "granted"
    place = hall.desk.door.place()
    (spoilt,) = (await place.on_store(place.store.case, case)).spoilt
    await at(hall, "clerk")
    await hall.desk.steps.make(case)
    await at(hall, "chief")
    await hall.sign("seal", case)
    await hall.synced()
    place = hall.desk.door.place()
    detail = await hall.desk.cases.open(case)
    (certificate,) = [paper for paper in detail.papers if paper.kind == "certificate"]
    assert certificate.no != spoilt
    made = (await place.on_store(place.store.case, case)).certificate
    assert at_centre(hall, case)["certificate"] == made.id
    same(hall, detail)


async def test_a_clerical_error_is_corrected_by_a_new_paper_and_the_old_one_is_void(hall):
    case = await certified(hall)
    detail = await hall.desk.cases.open(case)
    old = next(paper for paper in detail.papers if paper.kind == "grant")
    fix = {"old": old.no, "wrong": "滨河餐馆", "right": "滨河餐饮店", "served": "now"}
    await refused(hall, "no_such_paper", case, "correct_paper", **{**fix, "old": "X-1"})
    done = await make(hall, case, "correct_paper", "chief", **fix)
    (paper,) = done.papers
    await readable(hall, paper.sha256, old.no, fix["wrong"], fix["right"])
    detail = await hall.desk.cases.open(case)
    assert detail.row.state == "certified"
    numbers = {each.no for each in detail.papers}
    assert paper.no in numbers
    assert old.no not in numbers
    await refused(hall, "no_such_paper", case, "correct_paper", **fix)
    await at(hall, "clerk")
    await refused(hall, "no_authority", case, "correct_paper", **{**fix, "old": paper.no})
    early = await received(hall)
    await at(hall, "chief")
    await refused(hall, "step_not_allowed", early, "correct_paper", **fix)


async def test_a_certificate_is_replaced_cancelled_and_revoked_by_new_cases(hall):
    case = await closed(hall)
    await hall.synced()
    before = await steps_of(hall, case)
    new = {}
    for kind, by in (("replace", None), ("cancel", "applicant")):
        done = await make(hall, case, kind, **({"by": by} if by else {}))
        assert [paper.kind for paper in done.papers] == ["slip"]
        await readable(hall, done.papers[0].sha256, done.case)
        assert await state_of(hall, done.case) == "registered"
        new[kind] = done.case
    await refused(hall, "no_authority", case, "cancel", by="office")
    await refused(hall, "no_authority", case, "revoke")
    await at(hall, "chief")
    for kind, by in (("cancel", "office"), ("revoke", None)):
        done = await make(hall, case, kind, **({"by": by} if by else {}))
        assert done.papers == ()
        assert await state_of(hall, done.case) == "accepted"
        new[f"{kind} by office"] = done.case
    assert len({case, *new.values()}) == 5
    assert (await state_of(hall, case), await steps_of(hall, case)) == ("closed", before)
    early = await in_hand(hall)
    await at(hall, "clerk")
    await refused(hall, "step_not_allowed", early, "replace")
