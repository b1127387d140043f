"""Every page of the console and for strangers against WCAG 2.1 A and AA, by axe-core."""

import json
from pathlib import Path

import pytest

from tests.web.conftest import PHONE
from tests.web.test_console_rooms import cases, enter  # noqa: F401  # a fixture

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

AXE = (Path(__file__).parent / "axe" / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
ROOMS = ("overview", "orders", "findings", "samples", "changes", "statistics", "scores", "public")
STRANGERS = ("status", "items", "certificate")


def troubles(page, name):
    """Return what axe finds on the page as it stands: (page, rule, first place)."""
    page.evaluate(AXE)
    run = f"axe.run(document, {{runOnly: {json.dumps(TAGS)}, resultTypes: ['violations']}})"
    found = page.evaluate(run)["violations"]
    return [(name, each["id"], each["nodes"][0]["html"][:160]) for each in found]


def reports(page, centre):
    """Return what axe finds on a report's form, its draft and the list with it."""
    page.goto(f"{centre.origin}/console/reports/new")
    found = troubles(page, "report about")
    page.click("main button.primary")
    page.fill("#title", "专报")
    page.fill("#body", "正文")
    page.check(f"input[name='to {centre.card('governor').person}']")
    found += troubles(page, "report form")
    page.click("main button.primary")
    page.wait_for_selector(".paper")
    found += troubles(page, "report draft")
    page.click("main button.primary")
    page.wait_for_selector("#readers")
    found += troubles(page, "report")
    page.goto(f"{centre.origin}/console/reports")
    return found + troubles(page, "reports")


@pytest.mark.parametrize(
    "how",
    [{"locale": "zh-CN"}, {"size": PHONE, "locale": "en-GB", "dark": True}],
    ids=["wide-zh", "phone-en-dark"],
)
def test_no_page_breaks_a_rule_of_access(centre, cases, console_code, browse, how):  # noqa: F811
    page = browse(**how)
    page.goto(f"{centre.origin}/console")
    found = troubles(page, "outside")
    page.goto(f"{centre.origin}/console/enter")
    found += troubles(page, "enter")
    page.goto("about:blank")  # else the code after the # is no new page
    enter(page, console_code())
    page.wait_for_selector("tbody tr")
    found += troubles(page, "board")
    page.goto(f"{centre.origin}/console/cases/{cases['red']}")
    for summary in page.locator("details > summary").all():
        summary.click()
    found += troubles(page, "case")
    page.check("input[value=order]")
    page.fill("#order-text", "请说明进展")
    page.click("#press button.primary")
    for room in ROOMS:
        page.goto(f"{centre.origin}/console/{room}")
        found += troubles(page, room)
    page.goto(f"{centre.origin}/console/orders?state=open")
    page.locator("a[href^='/console/orders/']").first.click()
    page.wait_for_selector(".paper")
    found += troubles(page, "order")
    page.goto(f"{centre.origin}/console/cases/{cases['red']}/notes")
    found += troubles(page, "notes")
    found += reports(page, centre)
    page.goto(f"{centre.origin}/console/samples")
    page.click("main button.primary")
    page.wait_for_url("**/samples/*")
    found += troubles(page, "sample")
    page.goto(f"{centre.origin}/console/changes")
    page.select_option("#scheme", "cards")
    page.click("form:has(#scheme) button")
    page.wait_for_url("**/changes/*")
    found += troubles(page, "change")
    for name in STRANGERS:
        page.goto(f"{centre.origin}/public/{name}")
        found += troubles(page, name)
    assert not found, "\n".join(" ".join(each) for each in found)
