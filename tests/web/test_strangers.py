"""What strangers do on the pages, in a real browser: narrow, without scripts, by keyboard."""

import re

import httpx
import pytest

from sync.protocol.messages import ConsoleCodeAnswer, Empty
from tests.helpers import case_steps as say
from tests.helpers.case_walk import walk_to
from tests.helpers.centre import running_centre
from tests.helpers.hand_window import HandWindow
from tests.web.conftest import PHONE

pytestmark = pytest.mark.slow
NARROW = {"width": 360, "height": 740}
HALL = {"width": 1080, "height": 1920}
ITEM = "scjg-02"
WHO = say.preregister()["applicant"]
PDF = {"name": "申请书.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 x"}
PAGES = (
    "items", f"items/{ITEM}", f"items/{ITEM}/forms", f"apply/{ITEM}", "filing", "book", "letters",
    "evaluate", "certificate", "today", "open", "status",
)  # fmt: skip


@pytest.fixture(scope="module")
def centre(tmp_path_factory):
    with running_centre(tmp_path_factory.mktemp("pages"), tls=True) as running:
        yield running


@pytest.fixture(scope="module")
def window(centre):
    opened = HandWindow(centre)
    yield opened
    opened.close()


def sent(centre, page):
    id_ = page.get_attribute("input[name=id]", "value")
    row = centre.read(lambda tx: tx.messages.get(f"code/{id_}/sms"))
    return re.search(r"[0-9]{6}", row.text)[0]


def confirm(centre, page):
    page.fill("#figures", sent(centre, page))
    page.click("button.primary")


def sideways(page):
    return page.evaluate("document.documentElement.scrollWidth > innerWidth")


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_no_page_scrolls_sideways_on_a_narrow_telephone(centre, browse, locale):
    page = browse(size=NARROW, locale=locale)
    for path in PAGES:
        page.goto(f"{centre.origin}/public/{path}")
        assert not sideways(page), path


def test_filing_without_scripts_from_the_item_to_the_receipt(centre, browse, picture):
    page = browse(size=PHONE, scripts=False)
    page.goto(f"{centre.origin}/public/items/{ITEM}")
    page.click("a.button")
    page.fill("#phone", "13800000031")
    page.click("button.primary")
    confirm(centre, page)
    picture(page, "filing-draft", whole=True)
    page.fill("#name", WHO["name"])
    page.fill("#id_no", WHO["id_no"][:-1])
    page.click("button[value=send]")
    assert page.locator("#id_no-wrong").is_visible()
    page.fill("#id_no", WHO["id_no"])
    for field in page.locator("input[type=file]").all():
        field.set_input_files(PDF)
    page.click("button[value=send]")
    assert "已提交" in page.inner_text("h1")
    picture(page, "filing-sent", whole=True)
    code = page.locator(".code").all_inner_texts()
    page.goto(f"{centre.origin}/public/filing?no={code[0]}")
    page.fill("#code", code[1].lower())
    page.click("button.primary")
    assert "已提交" in page.inner_text("h1")


def test_a_time_is_booked_and_given_back_with_the_keyboard_alone(centre, browse, picture):
    page = browse(size=NARROW)
    page.goto(f"{centre.origin}/public/book")
    page.locator("input[name=start]").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("王芳")
    page.keyboard.press("Tab")
    page.keyboard.type("13800000032")
    page.keyboard.press("Enter")
    page.wait_for_selector("#figures")
    page.keyboard.press("Tab")
    page.focus("#figures")
    page.keyboard.type(sent(centre, page))
    page.keyboard.press("Enter")
    page.wait_for_selector("button[value=cancel]")
    picture(page, "booking", whole=True)
    page.focus("button[value=cancel]")
    page.keyboard.press("Enter")
    page.wait_for_selector("button[value=cancel]", state="detached")
    assert page.locator("dd.code").count() == 2


def test_a_case_shows_supervisors_what_its_applicant_was_told(centre, window, browse, picture):
    number = walk_to(window, "accepted")
    window.log_in("supervisor")
    entry = window.ask("POST", "/v1/console/code", ConsoleCodeAnswer, Empty())
    desk = browse()
    desk.goto(entry.url)
    desk.wait_for_url("**/console")
    desk.goto(f"{centre.origin}/console/cases/{number}")
    told = desk.locator("section[aria-labelledby=told]").inner_text()
    assert WHO["phone"] not in told
    assert f"{WHO['phone'][:3]}****" in told
    picture(desk, "console-told", whole=True)


def test_the_touch_screen_needs_no_keyboard_and_goes_home_when_left_alone(centre, browse, picture):
    page = browse(size=HALL)
    page.clock.install()
    page.goto(f"{centre.origin}/public/touch")
    picture(page, "touch")
    for step in ("touch/items", "office=", "touch/items/"):
        page.locator(f".tiles a[href*='{step}']").last.click()
    assert page.locator("input, textarea, select").count() == 0
    picture(page, "touch-item")
    page.clock.run_for(61_000)
    page.wait_for_url("**/public/touch")
    for link in page.locator(".tiles a").all():
        box = link.bounding_box()
        assert box["height"] >= 100, box
    page.goto(f"{centre.origin}/public/today?touch=1")
    assert page.locator("nav.ways").count() == 0
    page.clock.run_for(61_000)
    page.wait_for_url("**/public/touch")


def test_every_page_forbids_foreign_scripts_and_says_nothing_of_others(centre):
    with httpx.Client(base_url=centre.origin, verify=centre.tls_context(), timeout=60) as http:
        for path in (*PAGES, "touch"):
            answer = http.get(f"/public/{path}")
            assert answer.status_code == 200, path
            assert "script-src 'self'" in answer.headers["content-security-policy"]
            assert WHO["name"] not in answer.text
