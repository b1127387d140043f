"""The rooms of the console in a real browser, by keys, on a phone, on paper."""

from datetime import UTC, datetime

import pytest

from tests.helpers.case_walk import walk_to
from tests.web.test_console import fits

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

SMALL = {"width": 360, "height": 780}


@pytest.fixture
def cases(centre, window):
    """A red case with an order answered, a breach, and one that waits."""
    made = {"red": walk_to(window, "accepted")}
    window.log_in("clerk")
    window.step("claim", {}, case=made["red"])  # not the clerk's: refused, and a breach
    made["waits"] = walk_to(window, "received")
    centre.clock.move_to(datetime(2026, 3, 11, 1, 30, tzinfo=UTC))
    return made


def enter(page, code, first="**/console*"):
    page.goto(code.url)
    page.wait_for_url(first)


def test_every_room_is_reached_by_keys_and_fits_a_phone(
    centre, cases, console_code, browse, picture
):
    page = browse()
    enter(page, console_code())
    number = cases["red"]
    page.goto(f"{centre.origin}/console/cases/{number}")
    page.click("#press summary")
    page.check("input[value=rectify]")
    page.fill("#order-text", "请于期限内完成整改并报告。")
    picture(page, "press")
    page.click("button.primary")
    page.wait_for_selector(".timeline >> text=完成整改")
    rooms = {"v": "overview", "o": "orders", "f": "findings", "s": "samples", "c": "changes"}
    for key, room in rooms.items():
        page.keyboard.press("g")
        page.keyboard.press(key)
        page.wait_for_url(f"**/console/{room}")
        picture(page, room, whole=True)
    page.select_option("#scheme", "cards")
    page.click("form:has(#scheme) button")
    page.wait_for_url("**/console/changes/*")
    picture(page, "change", whole=True)
    page.goto(f"{centre.origin}/console/samples")
    page.select_option("#phase", "during")
    page.fill("#seed", "2026-03")
    page.click("button.primary")
    page.wait_for_url("**/console/samples/*")
    picture(page, "sample", whole=True)
    sample = page.url
    page.goto(f"{centre.origin}/console/orders?state=open")
    page.click("text=通知书")
    page.wait_for_selector(".paper")
    picture(page, "order-paper", whole=True)
    order = page.url
    page.emulate_media(media="print")
    picture(page, "order-print", whole=True)
    page.emulate_media(media="screen")
    page.goto(f"{centre.origin}/console/cases/{number}/notes")
    page.fill("#note", "请处室留意该窗口。")
    page.click("button.primary")
    page.wait_for_selector("text=请处室留意该窗口。")
    picture(page, "notes", whole=True)
    phone = browse(size=SMALL, locale="en-GB")
    enter(phone, console_code())
    addresses = ["overview", "orders", "findings", "samples", "changes", f"cases/{number}"]
    for address in (*addresses, f"cases/{number}/notes", "statistics"):
        phone.goto(f"{centre.origin}/console/{address}")
        fits(phone, picture, f"{address.replace('/', '-').replace(number, 'red')}-small")
    for address, name in ((sample, "sample-small"), (order, "order-small")):
        phone.goto(address)
        fits(phone, picture, name)


def test_a_report_goes_to_its_leader_and_to_its_end(centre, cases, console_code, browse, picture):
    for card, phone in (("governor", "13900000201"), ("head", "13900000202")):
        centre.reach(card, phone)
    page, number = browse(), cases["red"]
    enter(page, console_code())
    page.goto(f"{centre.origin}/console/cases/{number}")
    page.click("text=就此办件撰写专报")
    page.check(f"input[name='to {centre.card('governor').person}']")
    page.check("input[name='copy 339901/scjg']")
    page.fill("#title", "关于市场监管局窗口超时办件的专报")
    page.fill("#body", "三月份以来，该窗口一件办件逾期。\n建议限期整改。")
    picture(page, "report-form", whole=True)
    page.click("button.primary")
    page.wait_for_selector("text=报送后不能再改")
    picture(page, "report-draft", whole=True)
    page.click("button.primary")
    page.wait_for_selector("#readers")
    report = page.url
    governor = browse(size=SMALL)
    enter(governor, console_code("governor"), "**/console/overview")
    governor.keyboard.press("g")
    governor.keyboard.press("e")
    governor.wait_for_url("**/console/reports")
    fits(governor, picture, "reports-small")
    governor.keyboard.press("j")
    governor.keyboard.press("Enter")
    governor.wait_for_url(report)
    governor.fill("#i-text", "请市场监管局三日内查明并报结果。")
    governor.select_option("#i-duty", "339901/scjg")
    fits(governor, picture, "report-small")
    governor.click("#instruct button.primary")
    governor.wait_for_selector(".paper >> text=三日内查明")
    head = browse(locale="en-GB")
    enter(head, console_code("head"))
    head.goto(report)
    head.fill(".reply textarea", "窗口人手不足，已增派一人。")
    picture(head, "report-reply", whole=True)
    head.click(".reply button")
    head.wait_for_selector("blockquote >> text=已增派一人")
    enter(page, console_code())
    page.goto(report)
    page.click("button[value=done]")
    page.fill("#c-text", "批示已落实，窗口恢复正常。")
    for told in ("专报已送", "批示待复"):
        page.wait_for_selector(f"#told + ol >> text={told}")
    picture(page, "report-judged", whole=True)
    page.click("#close button")
    page.wait_for_selector(".paper >> text=窗口恢复正常")
    page.emulate_media(media="print")
    picture(page, "report-print", whole=True)
