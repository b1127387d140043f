"""Who is told by telephone of a report and of an instruction on it (CH12), by the real job."""

import asyncio
import re
from datetime import UTC, datetime, timedelta

import pytest

from sync.server.clock import milliseconds
from sync.server.jobs.reports import ReportsJob
from sync.server.services.supervision import report_notices
from tests.helpers.hand_window import SCOPE

ROOM = "/console/reports"
TITLE, SAID = "关于王某窗口超时的专报", "窗口超时三件，建议约谈。"
GOVERNOR, HEAD = "13900000201", "13900000202"


@pytest.fixture
def store():
    """One database: the rows are asked for on both in test_schema."""
    return "sqlite"


@pytest.fixture
def reached(centre):
    """Give the leader and the head of the department a telephone; nobody else has one."""
    for card, phone in (("governor", GOVERNOR), ("head", HEAD)):
        centre.reach(card, phone)
    return centre


def sent(centre, writer, **more):
    """Write a report to the governor and send it; return its page."""
    leader = centre.card("governor").person
    said = {"scope": SCOPE, "title": TITLE, "text": SAID, f"to {leader}": "1"}
    page = writer.post(ROOM, data=said | more).headers["location"]
    assert writer.post(f"{page}/send").status_code == 303
    return page


def messages(centre, page):
    rows = centre.read(lambda tx: tx.messages.of_case(page.rpartition("/")[2]))
    return [(row.template, row.address) for row in rows]


def look(centre):
    return asyncio.run(ReportsJob(centre.desk).look())


def instructed(governor, page, days="3"):
    wanted = {"text": "请限期整改。", "duty": SCOPE, "days": days}
    assert governor.post(f"{page}/instruct", data=wanted).status_code == 303


def test_a_leader_is_told_of_a_report_and_not_what_it_is_about(reached, enter):
    writer = enter("supervisor")
    page = sent(reached, writer)
    [row] = reached.read(lambda tx: tx.messages.of_case(page.rpartition("/")[2]))
    assert (row.template, row.address, row.scope) == ("report", GOVERNOR, SCOPE)
    assert "2026-001" in row.text
    assert TITLE not in row.text
    assert SAID not in row.text
    shown = writer.get(page).text.partition('id="told"')[2]
    assert reached.card("governor").name in shown
    assert "139****0201" in shown
    assert 'id="told"' not in enter("governor").get(page).text


def test_nobody_without_a_telephone_is_told_and_a_draft_tells_nobody(centre, enter):
    writer = enter("supervisor")
    page = sent(centre, writer)
    assert messages(centre, page) == []
    assert 'id="told"' not in writer.get(page).text


def test_a_report_sent_at_night_rings_in_the_morning(reached, enter):
    now = reached.clock.now()
    night = now.replace(hour=15, minute=0)  # 23:00 in China
    reached.clock.move_to(night if night > now else night + timedelta(days=1))
    page = sent(reached, enter("supervisor"))
    [row] = reached.read(lambda tx: tx.messages.of_case(page.rpartition("/")[2]))
    morning = reached.clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    assert row.next == milliseconds(morning + timedelta(days=1))  # 08:00 in China


def test_an_instruction_tells_the_unit_and_an_overdue_one_its_leader_too_once(reached, enter):
    writer, governor = enter("supervisor"), enter("governor")
    page = sent(reached, writer)
    instructed(governor, page)
    duty = ("report_duty", HEAD)
    assert messages(reached, page) == [("report", GOVERNOR), duty]
    assert look(reached) == 0  # the term runs
    reached.clock.move_to(datetime(2026, 3, 6, 9, 1, tzinfo=UTC))
    assert look(reached) == 1
    late = [("report_late", GOVERNOR), ("report_late", HEAD)]
    assert sorted(messages(reached, page)[2:]) == late
    assert look(reached) == 0
    [given] = reached.read(lambda tx: tx.reports.instructions([page.rpartition("/")[2]]))
    turn = f"/console/instructions/{given.id}"
    assert enter("head").post(f"{turn}/reply", data={"text": "已约谈"}).status_code == 303
    back = {"verdict": "return", "text": "请附照片", "days": "1"}
    assert enter("governor").post(f"{turn}/judge", data=back).status_code == 303
    assert messages(reached, page).count(duty) == 2  # another reply is owed, by another day
    reached.clock.advance(days=5)
    assert look(reached) == 1
    assert sorted(messages(reached, page)).count(late[1]) == 2
    told = enter("supervisor").get(page).text.partition('id="told"')[2]
    assert len(re.findall("批示逾期", told)) == 4


def test_a_reply_in_time_chases_nobody(reached, enter):
    page = sent(reached, enter("supervisor"))
    instructed(enter("governor"), page)
    [given] = reached.read(lambda tx: tx.reports.instructions([page.rpartition("/")[2]]))
    turn = f"/console/instructions/{given.id}"
    assert enter("head").post(f"{turn}/reply", data={"text": "已约谈"}).status_code == 303
    reached.clock.advance(days=20)
    assert look(reached) == 0
    assert not [each for each, _ in messages(reached, page) if each == "report_late"]


def test_more_overdue_ones_than_one_look_takes_are_all_told(reached, enter, monkeypatch):
    monkeypatch.setattr(report_notices, "SLICE", 2)
    writer, governor = enter("supervisor"), enter("governor")
    for _ in range(2):
        page = sent(reached, writer)
        instructed(governor, page)
        instructed(governor, page)
    reached.clock.advance(days=20)
    # What was told of stays overdue, and stands before what was not.
    assert [look(reached) for _ in range(3)] == [2, 2, 0]
