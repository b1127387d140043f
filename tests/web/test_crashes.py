"""Windows' faults as supervision sees them: by fault and version, one whole, nothing runs in it."""

import pytest

from tests.helpers.crash_reports import report, send
from tests.web.conftest import PHONE
from tests.web.test_access import troubles

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


def test_a_supervisor_finds_a_fault_and_reads_its_reports(
    centre, window, console_code, browse, picture
):
    window.log_in("clerk")
    send(window, report(note="受理时 <script>document.title='x'</script>"))
    send(window, report(count=2))
    send(window, report(fingerprint="0" * 16, kind="died", raised=[], said="QThread: ***"))
    page = browse()
    page.goto(console_code().url)
    page.wait_for_url("**/console")
    page.keyboard.press("g")
    page.keyboard.press("x")
    page.wait_for_url("**/console/crashes")
    rows = page.locator("tbody tr")
    assert rows.count() == 2
    cells = rows.filter(has_text="KeyError").locator("td").all_inner_texts()
    assert [cell.strip() for cell in cells[1:5]] == ["0.1.0", "1", "2", "7"]
    picture(page, "crashes")
    found = troubles(page, "crashes")
    page.set_viewport_size(PHONE)
    wide = "document.documentElement.scrollWidth - window.innerWidth"
    assert page.evaluate(wide) <= 0
    picture(page, "crashes-phone")
    page.get_by_role("link", name="KeyError").click()
    page.wait_for_url("**/console/crashes/*")
    page.locator("summary").nth(1).click()
    assert page.title() != "x"
    assert "<script>" in page.inner_text("body")
    assert "ui.presenters.accept:64 prepare" in page.inner_text("body")
    assert page.evaluate(wide) <= 0
    picture(page, "crash-phone", whole=True)
    assert found + troubles(page, "crash") == []


def test_who_may_not_see_it_sees_nothing(centre, window, console_code, browse):
    window.log_in("clerk")
    send(window, report())
    page = browse()
    page.goto(console_code("governor").url)
    page.wait_for_url("**/console/overview")
    assert page.get_by_role("link", name="窗口出错").count() == 0
    answer = page.goto(f"{centre.origin}/console/crashes")
    assert answer.status == 403
