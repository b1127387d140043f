"""The centres below, as a supervisor above sees them (PL03, PL04)."""

import pytest

from tests.helpers import case_steps as say
from tests.helpers.levels import introduction, level, uplink
from tests.helpers.systems import introduce, sender_of
from tests.web.conftest import PHONE

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


@pytest.fixture
def reported(centre, tmp_path):
    """Have a centre below report a case that a department's system opened there."""
    with level(tmp_path / "below", "centre-339902", "云溪县监察中心", centre.clock) as lower:
        who = {name: lower.card(name).person for name in ("reception", "clerk")}
        now = lower.clock.now_ms()
        with sender_of(lower, introduce(lower)) as sender:
            case = sender.number()
            steps = [("preregister", "reception", say.preregister())]
            steps += [("receive", "clerk", say.receive()), ("accept", "clerk", say.accept())]
            for kind, person, body in steps:
                cprev = None if kind == "preregister" else sender.case(case)["last"]
                step = sender.step(kind, who[person], body, case=case, at=now, cprev=cprev)
                assert sender.send(step)[0]["verdict"] == "accepted"
        centre.enact("lower", introduction(lower))
        centre.enact(
            "grant",
            {
                "id": "g-below",
                "person": centre.card("supervisor").person,
                "roles": ["supervisor"],
                "scopes": ["lower/centre-339902"],
                "powers": [],
                "items": "*",
                "from": now - 1000,
                "to": None,
            },
        )
        with uplink(lower, centre) as reporter:
            reporter.round()
        return case


def test_a_supervisor_above_sees_the_county_and_its_case(reported, console_code, browse, picture):
    page = browse()
    page.goto(console_code().url)
    page.wait_for_url("**/console")
    page.get_by_role("link", name="下级中心").click()
    page.wait_for_url("**/console/levels")
    assert "云溪县监察中心" in page.locator("tbody tr").first.inner_text()
    picture(page, "levels")
    page.get_by_role("link", name="云溪县监察中心").click()
    page.wait_for_url("**/console/levels?centre=centre-339902")
    page.locator(f"#c-{reported}").click()
    page.wait_for_url(f"**/console/levels/centre-339902/{reported}")
    text = page.inner_text("main")
    assert ("预登记" in text, "受理" in text, "云岭县市场监督管理局" in text) == (True, True, True)
    assert page.locator("main form[method=post]").count() == 0  # nothing is changed from here
    picture(page, "level-case")
    page.set_viewport_size(PHONE)
    page.goto(page.url.rpartition("/console/")[0] + "/console/levels")
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0
    picture(page, "levels-phone")
