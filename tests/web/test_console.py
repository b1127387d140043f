"""The console in a real browser, from the window's code to a case."""

from datetime import UTC, datetime

import pytest

from tests.helpers.case_walk import walk_to
from tests.web.conftest import PHONE

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


@pytest.fixture
def cases(centre, window):
    """Cases in several states; the clock then stands where lights differ."""
    made = {}
    made["granted"] = walk_to(window, "closed")
    made["red"] = walk_to(window, "accepted")
    made["handling"] = walk_to(window, "reviewing")
    centre.clock.move_to(datetime(2026, 3, 10, 8, 52, tzinfo=UTC))
    made["yellow"] = walk_to(window, "received")
    return made


def until_lights(centre, page, light):
    page.wait_for_selector(f"tbody tr.{light}")


def test_the_card_opens_the_board_and_the_board_a_case(
    centre, cases, console_code, browse, picture
):
    page = browse()
    page.goto(console_code().url)
    page.wait_for_url("**/console")
    assert page.locator("tbody tr").count() == 3
    assert "#" not in page.url
    centre.clock.move_to(datetime(2026, 3, 10, 9, 1, tzinfo=UTC))
    until_lights(centre, page, "red")
    picture(page, "board")
    page.locator(f"#c-{cases['red']}").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/cases/*")
    assert page.locator(".timeline tbody tr").count() >= 3
    picture(page, "case", whole=True)


def test_pictures(centre, cases, console_code, browse, picture):
    centre.clock.move_to(datetime(2026, 3, 11, 1, 30, tzinfo=UTC))
    for name, how in {
        "phone": {"size": PHONE},
        "dark": {"dark": True},
        "english": {"locale": "en-GB"},
    }.items():
        page = browse(**how)
        page.goto(console_code().url)
        page.wait_for_url("**/console")
        until_lights(centre, page, "red")
        picture(page, f"board-{name}", whole=True)
        page.goto(f"{centre.origin}/console/cases/{cases['red']}")
        picture(page, f"case-{name}", whole=True)
        page.goto(f"{centre.origin}/console/cases/{cases['granted']}")
        picture(page, f"closed-{name}", whole=True)
        page.goto(f"{centre.origin}/public/status?no={cases['red']}")
        picture(page, f"status-{name}", whole=True)
        page.goto(f"{centre.origin}/public/certificate?id=AAAAAAAAAAAAAAAAAAAAAA")
        picture(page, f"certificate-{name}", whole=True)
    page = browse(size=PHONE)
    page.goto(f"{centre.origin}/console", wait_until="load")
    picture(page, "outside-phone")


def test_without_scripts_a_typed_code_opens_the_same_pages(cases, console_code, browse):
    page = browse(scripts=False)
    code = console_code()
    page.goto(code.url)
    page.fill("#code", code.code)
    page.click("button.primary")
    page.wait_for_url("**/console")
    page.fill("#text", cases["handling"])
    page.keyboard.press("Enter")
    page.wait_for_url("**/console?**")
    assert page.locator("tbody tr").count() == 1
    page.click("tbody a")
    page.wait_for_url("**/console/cases/*")


def test_keys_alone_find_a_case(cases, console_code, browse):
    page = browse()
    page.goto(console_code().url)
    page.wait_for_url("**/console")
    page.keyboard.press("/")
    page.keyboard.type(cases["yellow"])
    page.keyboard.press("Enter")
    page.wait_for_url("**text=**")
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == f"c-{cases['yellow']}":
            break
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/cases/{cases['yellow']}")


def test_the_focus_stays_where_it_is_when_the_board_refreshes(centre, cases, console_code, browse):
    page = browse()
    page.goto(console_code().url)
    page.wait_for_url("**/console")
    page.focus(f"#c-{cases['red']}")
    centre.clock.move_to(datetime(2026, 3, 10, 9, 1, tzinfo=UTC))
    page.wait_for_selector("tbody tr.red")
    assert page.evaluate("document.activeElement.id") == f"c-{cases['red']}"


def test_a_dead_centre_is_said_and_a_finished_visit_too(centre, cases, console_code, browse):
    page = browse()
    page.goto(console_code().url)
    page.wait_for_url("**/console")
    assert page.locator("#stale").is_hidden()
    page.route("**/console?*", lambda route: route.abort())
    page.wait_for_selector("#stale", state="visible")
    page.unroute("**/console?*")
    page.wait_for_selector("#stale", state="hidden")
    centre.clock.advance(minutes=16)
    page.wait_for_selector(".steps")
    assert page.locator("tbody").count() == 0


def test_a_slips_code_fills_itself_in(centre, cases, browse):
    number = cases["red"]
    code = centre.read(
        lambda tx: centre.desk.leasing.check_code(tx, number, "339901", int(number[16:21]))
    )
    page = browse(size=PHONE)
    page.goto(f"{centre.origin}/public/status?no={number}#{code}")
    page.wait_for_selector(".answer")
    assert code not in page.url
    assert "已受理" in page.inner_text(".answer")
