"""A report to a leader over real HTTP: drafted, sent, instructed on, replied to, closed (CH12)."""

import re
from datetime import UTC, datetime

import pytest

from tests.helpers.case_walk import walk_to
from tests.helpers.hand_window import SCOPE

ROOM = "/console/reports"
SAID = "窗口超时三件，建议约谈。"


BOTH = pytest.mark.parametrize("store", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def store(request):
    """One database, and both where statements are the matter."""
    return getattr(request, "param", "sqlite")


def form(centre, number, **more):
    leader = centre.card("governor").person
    said = {"scope": SCOPE, "case_no": number, "title": "超时情况", "text": SAID}
    return said | {f"to {leader}": "1", f"copy {SCOPE}": "1"} | more


@BOTH
def test_a_report_is_sent_instructed_on_replied_to_and_closed(centre, window, enter):
    number = walk_to(window, "received")
    writer = enter("supervisor")
    assert number in writer.get(f"/console/reports/new?about={SCOPE}&case={number}").text
    made = writer.post(ROOM, data=form(centre, number))
    assert made.status_code == 303
    page = made.headers["location"]
    governor, head = enter("governor"), enter("head")
    assert governor.get(page).status_code == 404  # a draft is the centre's own
    assert writer.post(f"{page}/close", data={"text": "x"}).status_code == 400
    again = form(centre, number, title="关于窗口超时情况的专报")
    assert writer.post(page, data=again).status_code == 303
    assert writer.post(f"{page}/send").status_code == 303
    for wrong in (page, f"{page}/send", f"{page}/discard"):
        assert writer.post(wrong, data=again).status_code == 400  # sent is sent
    shown = governor.get(page).text
    assert SAID in shown
    assert "2026-001" in shown
    assert "关于窗口超时情况的专报" in head.get(ROOM).text
    readers = writer.get(page).text.partition('id="readers"')[2]
    assert centre.card("governor").name in readers
    assert centre.card("head").name not in readers  # he saw its title in the list
    assert 'id="readers"' not in shown

    wanted = {"text": "请市场监管局限期整改。", "duty": SCOPE, "days": "3"}
    assert head.post(f"{page}/instruct", data=wanted).status_code == 403
    assert governor.post(f"{page}/instruct", data=wanted | {"days": "0"}).status_code == 400
    elsewhere = wanted | {"duty": "339911/sqb"}
    assert governor.post(f"{page}/instruct", data=elsewhere).status_code == 400
    named = wanted | {"duty": f"{SCOPE} {centre.card('head').person}"}
    assert governor.post(f"{page}/instruct", data=named).status_code == 303
    assert "关于窗口超时情况的专报" in writer.get(f"{ROOM}?state=open").text
    assert "请市场监管局限期整改" in head.get(page).text
    [given] = centre.read(lambda tx: tx.reports.instructions([page.rpartition("/")[2]]))
    # Three working days after Tuesday 3 March, at the close of office.
    assert given.due == int(datetime(2026, 3, 6, 9, 0, tzinfo=UTC).timestamp() * 1000)
    turn = f"/console/instructions/{given.id}"
    assert writer.post(f"{turn}/reply", data={"text": "x"}).status_code == 403
    assert writer.post(f"{turn}/judge", data={"verdict": "done"}).status_code == 400
    assert head.post(f"{turn}/reply", data={"text": " "}).status_code == 400
    assert head.post(f"{turn}/reply", data={"text": "已约谈窗口人员"}).status_code == 303
    assert head.post(f"{turn}/judge", data={"verdict": "done"}).status_code == 403
    assert writer.post(f"{page}/close", data={"text": "x"}).status_code == 400
    back = {"verdict": "return", "text": "请附整改照片", "days": "2"}
    assert governor.post(f"{turn}/judge", data=back | {"days": ""}).status_code == 400
    assert governor.post(f"{turn}/judge", data=back).status_code == 303
    assert "请附整改照片" in head.get(page).text
    centre.clock.advance(days=6)
    writer, head = enter("supervisor"), enter("head")
    listed = writer.get(f"{ROOM}?state=late").text
    assert "关于窗口超时情况的专报" in listed
    assert head.post(f"{turn}/reply", data={"text": "照片已附"}).status_code == 303
    assert writer.post(f"{turn}/judge", data={"verdict": "done"}).status_code == 303
    assert writer.post(f"{page}/close", data={"text": "整改到位"}).status_code == 303
    ended = head.get(page).text
    for said in ("照片已附", "整改到位", "已销号", "已办结"):
        assert said in ended
    assert not re.search(r"<textarea", ended)
    # None of it is in the log, and a window is sent none of it.
    window.log_in("clerk")
    pulled = repr(window.pull({SCOPE: 0, "hall/339901": 0}))
    assert SAID not in pulled
    assert "已约谈窗口人员" not in pulled
    looks = centre.read(lambda tx: tx.console.accesses(200))
    acts = {row.what for row in looks}
    assert {"report", "report_draft", "report_send", "instruct", "instruction_reply"} <= acts


def test_a_draft_to_nobody_is_kept_but_not_sent_and_numbers_leave_no_gap(centre, enter):
    writer = enter("supervisor")
    leader = f"to {centre.card('governor').person}"
    nobody = {"scope": SCOPE, "title": "草稿", "text": SAID}
    page = writer.post(ROOM, data=nobody).headers["location"]
    assert writer.post(f"{page}/send").status_code == 400
    assert "请先修改草稿" in writer.get(page).text
    for wrong in (
        {"title": " "},
        {"case_no": "x"},
        {"to p0102": "1"},
        {"copy 339911/sqb": "1"},
        {"scope": "nowhere/x"},
    ):
        assert writer.post(ROOM, data=nobody | wrong).status_code in {400, 404}
    assert writer.post(f"{page}/discard").status_code == 303
    assert writer.get(page).status_code == 404
    numbers = []
    for _ in range(2):
        page = writer.post(ROOM, data=nobody | {leader: "1"}).headers["location"]
        writer.post(f"{page}/send")
        numbers += re.findall(r"2026-\d{3}", writer.get(page).text)[:1]
    assert numbers == ["2026-001", "2026-002"]
