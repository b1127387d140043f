"""The quality of departments' data, as a supervisor sees it (PL08)."""

import pytest

from tests.helpers import case_steps as say
from tests.helpers.systems import introduce, sender_of
from tests.web.conftest import PHONE

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


def test_a_supervisor_sees_how_good_each_departments_data_is(centre, console_code, browse, picture):
    introduce(centre, "wjj-1", department="wjj", name="卫健业务系统")
    with sender_of(centre, introduce(centre)) as sender:
        case = sender.number()
        who = {name: centre.card(name).person for name in ("reception", "clerk", "chief")}
        now = centre.clock.now_ms()
        steps = [
            sender.step("preregister", who["reception"], say.preregister(), case=case, at=now),
            sender.step("grant", who["chief"], say.grant(), case=case, at=now - 3_600_000),
            sender.step("receive", who["clerk"], {}, case=case, at=now),
        ]
        sender.send(*steps)
    page = browse()
    page.goto(console_code().url)
    page.wait_for_url("**/console")
    page.get_by_role("link", name="部门数据质量").click()
    page.wait_for_url("**/console/departments")
    rows = page.locator("tbody tr")
    assert rows.count() == 2
    market = rows.filter(has_text="市场监管业务系统")
    cells = [cell.strip() for cell in market.locator("td").all_inner_texts()]
    assert cells[2:7] == ["3", "33.3%", "1", "1", "1"]
    assert "60 分" not in cells[7]  # what was refused has no delay of its own
    assert "从未" in rows.filter(has_text="卫健业务系统").inner_text()
    picture(page, "departments")
    page.set_viewport_size(PHONE)
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0
    picture(page, "departments-phone")
