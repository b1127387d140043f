"""A supervisor's day and an applicant's day of docs/A-DAY.md: in Chromium, against PostgreSQL.

One centre serves both; a simulated gateway takes its short messages.
"""

from datetime import UTC, date, datetime
from io import BytesIO

import pikepdf
import pytest

from installer.demo.gateway import GatewaySimulator
from sync.proof.jws import hash_text
from sync.protocol.filing_messages import FilingLack
from sync.protocol.messages import ConsoleCodeAnswer, Empty
from tests.helpers import case_steps as say
from tests.helpers.case_walk import walk_to
from tests.helpers.centre import running_centre
from tests.helpers.figures import fold, score_all
from tests.helpers.hand_window import HandWindow
from tests.helpers.script import Script
from tests.helpers.waiting import until
from tests.web.conftest import PHONE
from tests.web.day import CERTIFICATE, PHONE_NO, SEALED, WHO, Texts, act, register, slip_of, walk
from tests.web.test_access import troubles

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
SECRET = "of both ends"
PDF = {"name": "申请书.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 x"}


@pytest.fixture(scope="module")
def gateway():
    with GatewaySimulator(SECRET) as serving:
        yield serving


@pytest.fixture(scope="module")
def centre(tmp_path_factory, gateway):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sync.server.jobs.figures.LOOK_S", 3600.0)
        patch.setattr("sync.server.jobs.messages.LOOK_S", 0.1)
        folder = tmp_path_factory.mktemp("days")
        told = {"sms_url": gateway.url, "channel_secret": SECRET}
        told |= {"letter_days": {"inquiry": 4, "complaint": 15}}
        with running_centre(folder, tls=True, store="postgresql", **told) as running:
            yield running


@pytest.fixture(scope="module")
def window(centre):
    opened = HandWindow(centre)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def other(centre):
    """Another window of the hall: the supervisor's card stays in the first."""
    opened = HandWindow(centre, "d-339901-04")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def march(centre, window, other):
    """Leave what a month's work leaves: a case closed, one decided too late, one that is red."""
    window.log_in("clerk")
    window.anchor()
    closed = walk_to(window, "closed")
    late = walk_to(window, "deciding")
    centre.clock.move_to(datetime(2026, 3, 24, 2, 0, tzinfo=UTC))
    window.log_in("chief")
    window.anchor()
    assert window.step("grant", say.grant(), case=late, card=True).verdict == "accepted"
    centre.clock.move_to(datetime(2026, 4, 1, 2, 0, tzinfo=UTC))
    window.log_in("clerk")
    window.anchor()
    red = walk_to(window, "handling")
    window.step("claim", {}, case=red)  # a second time: refused, and a breach
    centre.clock.move_to(datetime(2026, 4, 10, 1, 0, tzinfo=UTC))
    fold(centre, 500)
    score_all(centre)
    told = centre.read(lambda tx: centre.desk.bulletins.week(tx, date(2026, 3, 23)))
    centre.centre.ledger.write_now(lambda tx: centre.desk.bulletins.keep(tx, told))
    other.cprev |= window.cprev
    return {"closed": closed, "late": late, "red": red}


@pytest.fixture
def code(window):
    """Trade the supervisor's card for the console's address, as Ctrl+K in the window does."""

    def give():
        window.log_in("supervisor")
        return window.ask("POST", "/v1/console/code", ConsoleCodeAnswer, Empty())

    return give


# ------------------------------------------------------------ the supervisor


def test_a_supervisors_day(centre, march, other, code, browse, picture):
    day, page, red = Script("S"), browse(), march["red"]
    at = centre.origin

    with day.point("S01") as saw:
        page.goto(f"{at}/console")
        saw(page)
        page.goto("about:blank")
        page.goto(code().url)
        page.wait_for_url("**/console")
        saw(page)
        assert "#" not in page.url

    with day.point("S02") as saw:
        saw(page)
        page.click("#l-red")
        page.wait_for_url("**light=red**")
        saw(page)
        shown = page.locator(".cases tbody tr")
        assert shown.count() == page.locator("tbody tr.red").count() == 2
        picture(page, "day-board", whole=True)

    with day.point("S03") as saw:
        page.locator(f"#c-{red}").focus()
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/console/cases/{red}")
        saw(page)
        picture(page, "day-case", whole=True)

    with day.point("S04") as saw:
        for kind, text in (("urge", "请今日答复申请人"), ("rectify", "请整改窗口公示并附照片")):
            page.locator("#press summary").focus()
            page.keyboard.press("Enter")
            page.check(f"input[value={kind}]")
            page.locator("#order-text").focus()
            page.keyboard.type(text)
            saw(page)
            page.keyboard.press("Tab")
            page.keyboard.press("Enter")
            page.wait_for_selector(f".timeline >> text={text}")
        saw(page)
        answer_both(centre, other, red)
        until(lambda: page.locator(".timeline >> text=公示已整改").count())
        saw(page)

    with day.point("S05") as saw:
        go(page, "o", "orders")
        page.click("#s-answered")
        page.wait_for_url("**state=answered")
        saw(page)
        picture(page, "day-replies", whole=True)
        replies = page.locator(".sheets li")
        replies.filter(has_text="今日已答复").get_by_role("button", name="答复可以").click()
        page.wait_for_function("document.querySelectorAll('.sheets form.verdict').length == 1")
        page.fill("form.verdict input[name=text]", "缺照片")
        page.get_by_role("button", name="答复不足，再次督办").click()
        page.wait_for_function("!document.querySelector('form.verdict')")
        page.goto(f"{at}/console/orders?state=open")
        page.locator(".sheets li").filter(has_text="缺照片").get_by_text("通知书").click()
        page.wait_for_selector(".paper")
        saw(page)
        picture(page, "day-order", whole=True)

    with day.point("S06") as saw:
        go(page, "f", "findings")
        saw(page)
        picture(page, "day-findings", whole=True)
        found = page.locator(".sheets li").filter(has_text="step_not_allowed")
        found.locator("input[name=text]").fill("重复接件，已提醒本人")
        found.get_by_role("button", name="认定").click()
        page.wait_for_selector(".sheets li:has-text('step_not_allowed')", state="detached")
        page.click("#k-judged")
        page.wait_for_url("**judged=1")
        saw(page)

    with day.point("S07") as saw:
        go(page, "s", "samples")
        page.select_option("#phase", "after")
        page.fill("#seed", "2026-04")
        saw(page)
        page.click("button.primary")
        page.wait_for_url("**/samples/*")
        page.locator("form.verdict input[name=text]").first.fill("材料、时限、文书核对一致")
        page.get_by_role("button", name="未发现问题").first.click()
        page.wait_for_selector(".said >> text=材料、时限、文书核对一致")
        saw(page)
        picture(page, "day-sample", whole=True)

    with day.point("S08") as saw:
        page.goto(f"{at}/console/cases/{red}/notes")
        page.fill("#note", "该窗口近期人手不足，下周复查")
        page.click("button.primary")
        page.wait_for_selector("text=该窗口近期人手不足，下周复查")
        saw(page)
        picture(page, "day-notes", whole=True)

    with day.point("S09") as saw:
        go(page, "c", "changes")
        saw(page)
        page.fill("#off", "2026-04-07, 2026-04-08, 2026-04-09")
        page.fill("#from", "2026-04-07")
        page.click("form:has(#off) button")
        page.wait_for_url("**/changes/*")
        saw(page)
        picture(page, "day-change", whole=True)

    with day.point("S10") as saw:
        go(page, "r", "scores")
        page.goto(f"{at}/console/scores?period=2026-03&code=public-100&kind=department")
        page.get_by_role("button", name="重新计算核对").click()
        page.wait_for_url("**same=yes**")
        saw(page)
        page.get_by_role("link", name="逐项查看").first.click()
        saw(page)
        loss = page.locator(".lost a").first
        assert loss.text_content() == march["late"]
        loss.click()
        page.wait_for_url(f"**/console/cases/{march['late']}#e-*")
        assert page.locator(f"#e-{page.url.rpartition('#e-')[2]}").count() == 1
        saw(page)

    with day.point("S11") as saw:
        page.goto(f"{at}/console/bulletins")
        page.fill("#text", "请市场监督管理局说明超时原因。")
        page.get_by_role("button", name="保存按语").click()
        page.wait_for_selector(".remark")
        saw(page)
        pdf = page.request.get(f"{at}/console/bulletins/2026-03-23.pdf")
        with pikepdf.open(BytesIO(pdf.body())) as document:
            assert len(document.pages) == 1
        again = page.request.get(f"{at}/console/bulletins/2026-03-23.pdf")
        assert again.body() == pdf.body()
        page.get_by_role("button", name="发布通报").click()
        page.wait_for_function("!document.querySelector('#text')")
        out = browse(size=PHONE)
        out.goto(f"{at}/public/bulletins?lang=zh")
        saw(out)
        assert troubles(out, "bulletin") == []

    with day.point("S12") as saw:
        go(page, "t", "statistics")
        page.goto(f"{at}/console/statistics?span=year&by=department")
        saw(page)
        shown = page.locator("section.sheet").first.locator("tbody tr").last.locator("td")
        sent = page.request.get(f"{at}{page.locator('a[href*=csv]').get_attribute('href')}")
        last = sent.body().decode("utf-8-sig").splitlines()[-1].split(",")
        assert last[1:14] == shown.all_text_contents()[:13]
        picture(page, "day-statistics", whole=True)

    with day.point("S13") as saw:
        saw(page)
        page.get_by_role("button", name="退出").click()
        page.wait_for_selector("h1")
        page.goto(f"{at}/console/cases/{red}")
        saw(page)
        looks = centre.read(lambda tx: tx.console.accesses(2000))
        seen = {row.what for row in looks}
        assert seen >= {
            "enter", "board", "case", "press", "judge", "orders", "order", "findings", "finding",
            "samples", "sample", "check", "notes", "note", "changes", "change",
        }  # fmt: skip
        assert {row.person for row in looks} == {"p0106"}
    day.ended()


def go(page, key, room):
    """Go to a room by its keys."""
    page.keyboard.press("g")
    page.keyboard.press(key)
    page.wait_for_url(f"**/console/{room}*")


def answer_both(centre, window, number):
    """Have the department's window answer the urge and the order that were just served."""
    window.log_in("handler")
    window.anchor()
    lines = centre.read(lambda tx: tx.log.of_case("339901/scjg", number))
    window.cprev[number] = hash_text(lines[-1].jws)
    urge = next(each for each in reversed(lines) if each.kind == "urge")
    order = next(each for each in reversed(lines) if each.kind == "order")
    said = {"urge": urge.event, "text": "今日已答复申请人"}
    assert window.step("explain", said, case=number).verdict == "accepted"
    window.log_in("chief")
    said = {"order": order.event, "text": "公示已整改"}
    assert window.step("reply_order", said, case=number).verdict == "accepted"


# ------------------------------------------------------------ the applicant


def test_an_applicants_day(centre, march, other, gateway, code, browse, picture):  # noqa: PLR0917
    day, page, at = Script("P"), browse(size=PHONE), centre.origin
    texts = Texts(gateway)

    with day.point("P01") as saw:
        page.goto(f"{at}/public/items")
        page.fill("input[name=q]", "spjyxk")
        page.keyboard.press("Enter")
        page.get_by_role("link", name="食品经营许可（新办）").first.click()
        saw(page)
        picture(page, "day-item", whole=True)

    with day.point("P02") as saw:
        page.get_by_role("link", name="网上申请").first.click()
        page.fill("#phone", PHONE_NO)
        page.click("button.primary")
        saw(page)
        page.fill("#figures", texts.code())
        page.click("button.primary")
        saw(page)
        number, check = page.locator("dd.code").all_inner_texts()
        page.fill("#name", WHO["name"])
        page.fill("#id_no", WHO["id_no"][:-1])
        page.click("button[value=send]")
        saw(page)
        picture(page, "day-filing-wrong", whole=True)
        page.fill("#id_no", WHO["id_no"])
        for field in page.locator("input[type=file]").all():
            field.set_input_files(PDF)
        page.click("button[value=send]")
        saw(page)

    with day.point("P03") as saw:
        other.log_in("clerk")
        other.anchor()
        act(other, "take", number)
        act(other, "lacks", number, lacks=[FilingLack(material="layout", reason="缺比例尺")])
        texts.heard(number)
        page.goto(f"{at}/public/filing?no={number}")
        page.fill("#code", check)
        page.click("button.primary")
        saw(page)
        picture(page, "day-filing-lacks", whole=True)
        page.locator("div.paper", has_text="布局").locator("input").set_input_files(PDF)
        page.click("button[value=send]")
        saw(page)
        act(other, "take", number)
        case = register(other)
        act(other, "registered", number, case=case)
        texts.heard(case)
        page.goto(f"{at}/public/filing?no={number}")
        page.fill("#code", check)
        page.click("button.primary")
        saw(page)

    with day.point("P04") as saw:
        page.goto(f"{at}/public/book")
        page.select_option("#department", "scjg")
        page.click("form[method=get] button")
        page.locator("input[name=start]").first.check()
        page.fill("#name", WHO["name"])
        page.fill("#phone", PHONE_NO)
        page.click("button.primary")
        page.fill("#figures", texts.code())
        page.click("button.primary")
        page.wait_for_selector("button[value=cancel]")
        saw(page)
        texts.heard(page.locator("dd.code").first.inner_text())
        picture(page, "day-booking", whole=True)

    with day.point("P05") as saw:
        walk(other, case, "receive", "accept")
        slip = slip_of(centre, case)
        page.goto(f"{at}/public/status?no={case}#{slip}")
        page.wait_for_url("**/public/status")  # the page asks by itself
        assert page.locator(".answer").count(), page.inner_text("body")
        assert slip not in page.url
        saw(page)
        texts.heard(case)
        picture(page, "day-status", whole=True)

    with day.point("P06") as saw:
        walk(other, case, "claim", "close")
        page.goto(f"{at}/public/certificate?id={CERTIFICATE}")
        saw(page)
        page.goto(f"{at}/public/certificate")
        page.set_input_files("#file", {**PDF, "buffer": SEALED})
        page.wait_for_url("**sha256=*")
        saw(page)
        picture(page, "day-certificate", whole=True)
        page.goto(f"{at}/public/certificate")
        page.set_input_files("#file", {**PDF, "buffer": SEALED + b"!"})
        page.wait_for_url("**sha256=*")
        saw(page)

    with day.point("P07") as saw:
        page.goto(f"{at}/public/evaluate?no={case}")
        page.fill("#code", slip)
        page.check("input[name=grade][value='5']")
        saw(page)
        page.click("button.primary")
        saw(page)

    with day.point("P08") as saw:
        page.goto(f"{at}/public/letters?case={case}")
        assert "咨询在 4 个工作日内答复" in page.inner_text("main")  # as this centre is set up
        page.check("input[value=complaint]")
        page.fill("#text", "取号后等了一个小时。<b>请说明</b>")
        page.fill("#phone", PHONE_NO)
        saw(page)
        page.locator("button.primary").first.click()
        page.fill("#figures", texts.code())
        page.click("button.primary")
        saw(page)
        letter, opens = page.locator("dd.code").all_inner_texts()
        texts.heard(letter)
        picture(page, "day-letter", whole=True)
        desk = browse()
        desk.goto(code().url)
        desk.wait_for_url("**/console")
        go(desk, "l", "public")
        desk.locator("summary").first.click()
        saw(desk)
        assert "<b>请说明</b>" in desk.inner_text("main")
        picture(desk, "day-letters", whole=True)
        desk.fill("textarea", "当日窗口少开一个，已调整排班。")
        desk.locator("details[open] button.primary").click()
        desk.wait_for_selector("details.answered")
        desk.click("details.answered summary")
        assert "当日窗口少开一个，已调整排班。" in desk.inner_text("details.answered")
        assert "<b>请说明</b>" in desk.inner_text("details.answered")
        picture(desk, "day-letter-answered", whole=True)
        texts.heard(letter)
        page.goto(f"{at}/public/letters")
        page.fill("#no", letter)
        page.fill("#code", opens)
        page.locator("button.primary").last.click()
        saw(page)

    with day.point("P09") as saw:
        page.goto(gateway.url)
        saw(page)
        picture(page, "day-gateway", whole=True)
        assert all(WHO["name"] not in each["text"] for each in texts.all())
    day.ended()
