"""Both one-dragon bundles from reception to the lead's decision, every department with its card.

Through the use cases over the real centre. rules.md §2 "Joint"; ST10–ST13, LW08, LW20.
"""

import pytest

from client.app.forms.every import FORMS
from client.app.forms.reading import wrong
from client.app.forms.table import Filled
from client.app.rows.materials import Given
from client.app.rows.steps import Missing, SigningSheet
from installer.demo.people import JOINT
from sync.domain.failures import Failure
from tests.helpers.hall import StandingStage, open_hall

pytestmark = [pytest.mark.slow, pytest.mark.asyncio, pytest.mark.timeout(600)]


@pytest.fixture
def stage(tmp_path):
    made = StandingStage(tmp_path / "stage")
    yield made
    made.centre.stop()


async def joint(hall, case):
    return (await hall.desk.cases.open(case)).joint


async def children(hall, case):
    return {child.helper: child for child in (await joint(hall, case)).children}


async def child_told(hall, case, helper, holds, what):
    """Wait until the lead's page shows something of a child; return its row."""
    found = {}

    async def look():
        found.update(await children(hall, case))
        return holds(found[helper])

    for _ in range(200):
        if await look():
            return found[helper]
        await hall._news_or_a_moment()
    message = f"{helper}: {what}: {found[helper]}"
    raise AssertionError(message)


async def fill(hall, case, kind, card="", **values):
    """Fill a page as it begins, make its step, sign where the card must."""
    offer = await hall.desk.forms.offer(case, kind)
    filled = Filled({**offer.begin, **values})
    assert wrong(FORMS[kind], filled, hall.desk.now().date()) == ()
    done = await hall.desk.forms.make(case, kind, filled)
    if isinstance(done, SigningSheet):
        done = await hall.desk.signing.sign(done, hall.pin(card))
    return done


async def begin(hall, item):
    """Register at reception, receive once at the lead's window, shared materials once."""
    await hall.put_in("clerk")
    for worker in JOINT:
        await hall.desk.colleagues.add(worker.person, hall.pin("clerk"))
    await hall.enter("reception")
    case = await hall.register(item=item)
    await hall.leave()
    await hall.enter("clerk")
    await hall.receive_all(case)
    await hall.synced()
    first = next(iter(await children(hall, case)))
    await child_told(hall, case, first, lambda c: c.state == "received", "opened at receipt")
    assert {c.state for c in (await children(hall, case)).values()} == {"received"}
    return case


async def accept(hall, case):
    await hall.desk.steps.accept(case)
    await hall.synced()
    for helper in await children(hall, case):
        await child_told(hall, case, helper, lambda c: c.state == "accepted", "at work")


async def seen(hall, number):
    """Wait until a helper's window has its child."""
    for _ in range(200):
        try:
            return await hall.desk.cases.open(number)
        except Failure:
            await hall._news_or_a_moment()
    raise AssertionError(number)


async def give(hall, number, card, opinion="agree", text="同意"):
    await hall.enter(card)
    detail = await seen(hall, number)
    assert detail.joint.lead
    assert any(option.kind == "give_opinion" and option.primary for option in detail.options)
    assert all(row.given for row in detail.materials if row.pages)
    await fill(hall, number, "give_opinion", opinion=opinion, text=text)
    await hall.leave()


async def precheck(hall, number, card, **values):
    await hall.enter(card)
    await seen(hall, number)
    await fill(hall, number, "answer_precheck", **values)
    await hall.leave()


async def test_outdoor_advertising_with_four_departments_and_one_merged_notice(stage):
    async with open_hall(stage) as hall:
        case = await begin(hall, "joint-02")
        rows = await children(hall, case)
        await hall.leave()
        await precheck(
            hall, rows["traffic"].number, "gaj-helper",
            missing="design", reason="incomplete", text="缺视距分析",
        )  # fmt: skip
        await precheck(hall, rows["green"].number, "zjj-handler", text="无意见")

        await hall.enter("clerk")
        await child_told(hall, case, "traffic", lambda c: c.missing, "what it misses")
        view = await joint(hall, case)
        (line,) = view.merged
        assert (line.material, line.reason) == ("design", "incomplete")
        assert line.text.endswith("缺视距分析")
        await hall.desk.steps.notify_correction(
            case, (Missing(line.material, line.reason, line.text),)
        )
        page = await hall.take_page(case)
        await hall.desk.steps.correct(case, (Given("design", (page,)),))
        await accept(hall, case)
        await hall.leave()

        for helper, card in (
            ("traffic", "gaj-helper"),
            ("location", "zrj-handler"),
            ("green", "zjj-handler"),
            ("advertiser", "handler"),
        ):
            against = helper == "green"
            said = {"opinion": "disagree", "text": "占用绿地"} if against else {}
            await give(hall, rows[helper].number, card, **said)

        await hall.enter("cgj-handler")
        told = await child_told(hall, case, "green", lambda c: c.result, "its opinion")
        assert (told.opinion, told.text, told.department) == (
            "disagree", "占用绿地", "云岭县住房和城乡建设局",
        )  # fmt: skip
        await hall.desk.steps.claim(case)
        await hall.leave()


async def test_investment_projects_grant_the_rest_when_one_licence_is_denied(stage):
    async with open_hall(stage) as hall:
        case = await begin(hall, "joint-01")
        await accept(hall, case)
        rows = await children(hall, case)
        assert set(rows) == {"planning", "environment", "fire", "civil_defence"}
        await hall.leave()

        await give(hall, rows["fire"].number, "zjj-handler")
        await give(hall, rows["civil_defence"].number, "rfb-helper")
        await licence(hall, rows["planning"].number, "zrj")
        await licence(hall, rows["environment"].number, "hbj", deny=True)

        await hall.enter("zjj-handler")
        told = await child_told(hall, case, "environment", lambda c: c.result, "denied")
        assert told.result == "denied"
        await hall.desk.steps.claim(case)
        await hall.desk.steps.handle(case, agree=True, text="其余符合条件")
        await hall.leave()
        for card in ("zjj-reviewer", "zjj-branch"):
            await hall.enter(card)
            await hall.desk.steps.review(case, agree=True, text="同意")
            await hall.leave()
        await hall.enter("zjj-chief")
        for _ in range(200):
            option = next(
                o for o in (await hall.desk.cases.open(case)).options if o.kind == "grant"
            )
            if option.blocked is None:
                break
            await hall._news_or_a_moment()
        await hall.sign("grant", case, "zjj-chief", text="准予施工许可,环评另行办理")
        await hall.synced()
        assert (await hall.desk.cases.open(case)).row.state == "granted"
        assert await hall.desk.messages.exceptions() == ()
        await hall.leave()


async def licence(hall, number, department, *, deny=False):
    """Run a licence child to its own decision by its own department's people."""
    await hall.enter(f"{department}-handler")
    await seen(hall, number)
    await hall.desk.steps.claim(number)
    if deny:
        await hall.desk.steps.hear_party(number, "申请人无异议")
    await hall.desk.steps.handle(number, agree=not deny, text="已审查")
    await hall.leave()
    await hall.enter(f"{department}-reviewer")
    await hall.desk.steps.review(number, agree=not deny, text="同意处理意见")
    await hall.leave()
    await hall.enter(f"{department}-chief")
    if deny:
        await hall.sign(
            "deny",
            number,
            f"{department}-chief",
            reason="conditions_not_met",
            text="不符合环境功能区划",
        )
    else:
        await hall.sign("grant", number, f"{department}-chief", text="准予许可")
    await hall.leave()
