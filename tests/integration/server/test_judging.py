"""A supervisor orders, judges the reply, judges a finding, over real HTTP (TM08-TM10)."""

import json

import httpx
import pytest

from sync.protocol.messages import ConsoleCodeAnswer, Empty
from sync.server.services.cases.folded import read_case
from tests.helpers import case_steps as say
from tests.helpers.case_walk import walk_to
from tests.helpers.hand_window import SCOPE


@pytest.fixture
def browser(centre, window):
    """A supervisor's browser: his card's session at the window gave it its code."""
    number = walk_to(window, "accepted")
    window.log_in("supervisor")
    code = window.ask("POST", "/v1/console/code", ConsoleCodeAnswer, Empty()).url.split("#")[1]
    with httpx.Client(
        base_url=centre.origin, headers={"Origin": centre.origin}, timeout=60
    ) as client:
        entered = client.post("/console/enter", content=f"code={code}")
        assert entered.status_code == 303
        cookie = entered.headers["set-cookie"].split(";")[0]
        client.headers["Cookie"] = cookie  # it is marked Secure, and this line is loopback's HTTP
        client.number = number
        yield client


def act(browser, what, /, **form):
    return browser.post(f"/console/cases/{browser.number}/{what}", data=form)


def steps(centre, number, kind):
    lines = centre.read(lambda tx: tx.log.of_case(SCOPE, number))
    return [(line, json.loads(line.body)) for line in lines if line.kind == kind]


def case_of(centre, number):
    return read_case(centre.read(lambda tx: tx.cases.get(number)))


def owed(centre, number):
    return [debt for debt in case_of(centre, number).debts if debt.kind == "reply"]


def ordered(browser, text="请说明进展", days="2"):
    return act(browser, "press", kind="order", text=text, days=days)


def test_an_order_is_served_with_its_term_and_names_who_ordered_it(centre, browser):
    assert ordered(browser).status_code == 303
    [(line, body)] = steps(centre, browser.number, "order")
    assert (body["text"], body["level"]) == ("请说明进展", "red")
    assert body["ordered_by"] == centre.card("supervisor").person
    assert "window" in body["to"]
    assert centre.card("chief").person in body["to"]
    [debt] = owed(centre, browser.number)
    assert debt.ref == line.event
    # Two working days after Tuesday 3 March 2026: Thursday 5 March, 17:00 in China.
    assert debt.reply_by.isoformat() == "2026-03-05T09:00:00+00:00"
    seen = centre.read(lambda tx: tx.console.accesses(10))
    assert ("press", browser.number) in [(row.what, row.subject) for row in seen]


@pytest.mark.parametrize(
    ("text", "days"),
    [("", "1"), ("  ", "1"), ("x", "0"), ("x", "21"), ("x", "a"), ("x" * 1001, "1")],
)
def test_an_order_without_words_or_with_a_wild_term_is_refused(centre, browser, text, days):
    assert ordered(browser, text, days).status_code == 400
    assert steps(centre, browser.number, "order") == []


def test_nobody_orders_without_the_visit_or_from_another_site(centre, browser):
    browser.headers["Origin"] = "https://elsewhere.example"
    assert ordered(browser).status_code == 403
    browser.headers["Origin"] = centre.origin
    del browser.headers["Cookie"]
    assert ordered(browser).status_code in {401, 403}
    assert steps(centre, browser.number, "order") == []


def replied(centre, window, browser):
    ordered(browser)
    [(line, _body)] = steps(centre, browser.number, "order")
    window.log_in("chief")
    answer = window.step(
        "reply_order", {"order": line.event, "text": "已约申请人明日补正"}, case=browser.number
    )
    assert answer.verdict == "accepted"
    [(reply, _)] = steps(centre, browser.number, "reply_order")
    return reply.event


def test_a_reply_settles_the_order_and_is_judged_once(centre, window, browser):
    reply = replied(centre, window, browser)
    assert owed(centre, browser.number) == []
    assert act(browser, "judge", event=reply, code="reply", verdict="enough").status_code == 303
    act(browser, "judge", event=reply, code="reply", verdict="not_enough", text="还不够")
    [judged] = centre.read(lambda tx: tx.cases.judgements(browser.number))
    assert (judged.event, judged.verdict) == (reply, "enough")
    assert len(steps(centre, browser.number, "order")) == 1
    assert "答复已认可" in browser.get(f"/console/cases/{browser.number}").text


def test_a_reply_that_is_not_enough_is_ordered_again(centre, window, browser):
    reply = replied(centre, window, browser)
    judged = act(browser, "judge", event=reply, code="reply", verdict="not_enough", text="何时办结")
    assert judged.status_code == 303
    assert [body["text"] for _, body in steps(centre, browser.number, "order")] == [
        "请说明进展",
        "何时办结",
    ]
    assert len(owed(centre, browser.number)) == 1


@pytest.fixture
def finding(centre, window, browser):
    """A finding of the case: a second notice asks for what was handed in before."""
    centre.clock.advance(days=30)  # decided far too late
    for card, kind, body in (("handler", "claim", {}), ("handler", "handle", say.handle())):
        window.log_in(card)
        window.step(kind, body, case=browser.number)
    found = centre.read(lambda tx: tx.cases.findings(browser.number, 10))
    assert found
    return found[0]


@pytest.mark.parametrize(("verdict", "served"), [("upheld", 1), ("closed", 0)])
def test_a_finding_is_upheld_and_served_or_closed_and_kept_here(
    centre, window, browser, finding, verdict, served
):
    window.log_in("supervisor")
    code = window.ask("POST", "/v1/console/code", ConsoleCodeAnswer, Empty()).url.split("#")[1]
    entered = browser.post("/console/enter", content=f"code={code}")
    browser.headers["Cookie"] = entered.headers["set-cookie"].split(";")[0]
    form = {"event": finding.event, "code": finding.code, "verdict": verdict}
    assert act(browser, "judge", **form).status_code == 400  # without a reason nothing is judged
    form["text"] = "已核实原始记录"
    assert act(browser, "judge", **form).status_code == 303
    assert len(steps(centre, browser.number, "finding")) == served
    [judged] = centre.read(lambda tx: tx.cases.judgements(browser.number))
    assert (judged.code, judged.verdict) == (finding.code, verdict)
    assert act(browser, "judge", **(form | {"code": "nothing"})).status_code == 404


def test_the_figures_of_the_console_are_those_of_the_domain(browser):
    page = browser.get("/console/statistics?span=year&by=item").text
    assert "合计" in page
    assert browser.get("/console/statistics?span=nonsense&by=nonsense").status_code == 200
