"""The console in a real browser, from the window's code to a case."""

import hashlib
from datetime import UTC, datetime

import pytest

from sync.server.services.cases.folded import read_case
from tests.helpers import case_steps as say
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


def test_the_card_opens_the_board_and_the_board_a_case(
    centre, cases, console_code, browse, picture
):
    page = browse()
    page.goto(console_code().url)
    page.wait_for_url("**/console")
    assert page.locator("tbody tr").count() == 3
    assert "#" not in page.url
    centre.clock.move_to(datetime(2026, 3, 10, 9, 1, tzinfo=UTC))
    page.wait_for_selector("tbody tr.red")
    picture(page, "board")
    page.locator(f"#c-{cases['red']}").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/cases/*")
    assert page.locator(".timeline tbody tr").count() >= 3
    picture(page, "case", whole=True)


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("phone", {"size": PHONE}),
        ("tablet", {"size": {"width": 820, "height": 1180}}),
        ("dark", {"dark": True}),
        ("english", {"locale": "en-GB"}),
    ],
)
def test_every_page_fits_its_screen(  # noqa: PLR0917  # fixtures
    centre, cases, console_code, browse, picture, name, how
):
    certificate = "certificate?id=AAAAAAAAAAAAAAAAAAAAAA"
    centre.clock.move_to(datetime(2026, 3, 11, 1, 30, tzinfo=UTC))
    page = browse(**how)
    page.goto(f"{centre.origin}/console")
    fits(page, picture, f"outside-{name}")
    page.goto(console_code().url)
    page.wait_for_url("**/console")
    page.wait_for_selector("tbody tr.red")
    fits(page, picture, f"board-{name}")
    for path, called in {
        f"console/cases/{cases['red']}": "case",
        f"console/cases/{cases['granted']}": "closed",
        f"public/status?no={cases['red']}": "status",
        f"public/{certificate}": "certificate",
    }.items():
        page.goto(f"{centre.origin}/{path}")
        fits(page, picture, f"{called}-{name}")


def fits(page, picture, name):
    picture(page, name, whole=True)
    wide = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert wide == 0, name


def test_the_board_prints_without_its_controls(centre, cases, console_code, browse, picture):
    page = browse(dark=True)
    page.goto(console_code().url)
    page.wait_for_url("**/console")
    page.emulate_media(media="print")
    picture(page, "board-print", whole=True)
    assert page.locator(".filters").is_hidden()
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(27, 31, 36)"


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
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the skip link: past the rooms
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


def test_a_certificates_file_is_known_by_its_bytes_and_never_sent(window, browse, picture):
    number = walk_to(window, "sealing")
    case = read_case(window.centre.read(lambda tx: tx.cases.get(number)))
    pdf = b"%PDF-1.7 sealed at the window"
    body = say.seal(case.certificate.serial)
    body["document"] |= {"sha256": hashlib.sha256(pdf).hexdigest(), "size": len(pdf)}
    assert window.step("seal", body, case=number, card=True).verdict == "accepted"
    page = browse()
    sent = []
    page.on("request", lambda request: sent.append((request.method, request.post_data)))
    for data, heading in ((pdf, "有效"), (pdf + b"!", "未登记")):
        page.goto(f"{window.centre.origin}/public/certificate")
        page.set_input_files(
            "#file", {"name": "a.pdf", "mimeType": "application/pdf", "buffer": data}
        )
        page.wait_for_url("**sha256=*")
        assert page.inner_text(".answer h1") == heading
    page.goto(f"{window.centre.origin}/public/certificate?sha256={body['document']['sha256']}")
    assert "逐字节一致" in page.inner_text(".answer")
    fits(page, picture, "certificate-file")
    assert {method for method, _ in sent} == {"GET"}
    plain = browse(scripts=False, locale="en")
    plain.goto(f"{window.centre.origin}/public/certificate")
    plain.fill("#typed", body["document"]["sha256"].upper())
    plain.click("noscript button")
    assert "byte for byte" in plain.inner_text(".answer")
