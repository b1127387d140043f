"""The fast track at the centre: who is told, once, with the event that it tells of. TM22."""

import asyncio
import json
from datetime import UTC, datetime

from sync.server.channels.spool import NAME, PLAINLY
from sync.server.clock import milliseconds, moment
from tests.helpers import case_steps as say
from tests.helpers.case_walk import walk_to
from tests.helpers.hand_window import SCOPE
from tests.helpers.waiting import until

LEADER = "p0114"  # 分管领导 of the sample, with a telephone
PHONE = "13900000114"
YEAR = datetime(2026, 1, 1, tzinfo=UTC)
PROJECT = {"name": "云岭新城综合体", "key": True}


def accepted(window, **changes):
    """Accept a case on the fast track; return its number and the acceptance's event."""
    window.log_in("reception")
    number = window.new_number()
    body = say.preregister(fast_track=True, project=PROJECT)
    window.accepted(window.push(window.event("preregister", body, case=number)))
    window.log_in("clerk")
    window.accepted(window.push(window.event("receive", say.receive(), case=number)))
    told = {**say.accept(), "fast_track": True, "leader_told": True, **changes}
    return number, window.step("accept", told, case=number)


def leaders(rows):
    (row,) = [each for each in rows if each.template == "fast_track"]
    return row


def kept(centre, number):
    return centre.read(lambda tx: tx.messages.of_case(number))


def test_an_acceptance_on_the_fast_track_keeps_its_message_with_it(centre, window):
    number, result = accepted(window)
    assert (result.verdict, result.code) == ("accepted", None)
    notice = leaders(kept(centre, number))
    assert (notice.id, notice.address) == (f"{result.id}/{LEADER}/sms", PHONE)
    assert number in notice.text
    assert PROJECT["name"] in notice.text
    assert "50%" in notice.text
    assert say.preregister()["applicant"]["name"] not in notice.text


def test_an_acceptance_that_tells_nobody_is_a_finding_and_stands(centre, window):
    number, result = accepted(window, leader_told=False)
    assert (result.verdict, result.code) == ("accepted", "fast_track_not_told")
    found = centre.read(lambda tx: tx.cases.findings(number, 10))
    assert "fast_track_not_told" in [row.code for row in found]


def test_an_ordinary_acceptance_tells_its_applicant_alone(centre, window):
    number = walk_to(window, "accepted")
    told = kept(centre, number)
    assert [row.template for row in told] == ["received", "accepted"]
    assert {row.address for row in told} == {say.preregister()["applicant"]["phone"]}
    assert number in told[1].text
    assert say.preregister()["applicant"]["name"] not in told[1].text


def test_the_centre_sends_by_itself_and_writes_down_by_which_way(centre, window):
    number, _ = accepted(window)
    path = centre.settings.spool / NAME
    asyncio.run(gone(centre, number))
    notice = leaders(kept(centre, number))
    assert (notice.sent, notice.via) == (centre.clock.now_ms(), "spool")
    lines = [json.loads(text) for text in path.read_text(encoding="utf-8").splitlines()]
    line = next(each for each in lines if each["to"] == PHONE)
    assert (line["text"], line["note"]) == (notice.text, PLAINLY)


async def gone(centre, number):
    """Wait until the centre has written down that the message went."""
    async with asyncio.timeout(60):
        while not (await _first(centre, number)).sent:  # noqa: ASYNC110  a database does not call
            await asyncio.sleep(0.02)


async def _first(centre, number):
    return leaders(await centre.desk.ledger.read(lambda tx: tx.messages.of_case(number)))


def urges(centre, number, level):
    found = centre.read(lambda tx: tx.log.of_case(SCOPE, number))
    bodies = [json.loads(line.body) for line in found if line.kind == "urge"]
    return [body for body in bodies if body["level"] == level]


def told(centre, number, template):
    return [each for each in kept(centre, number) if each.template == template]


def test_a_leader_follows_a_case_of_the_fast_track_to_its_end_by_telephone(centre, window):
    """跟踪督办: before the limit, after it, and when nobody answers (TM13, TM20)."""
    number, _ = accepted(window)
    ordinary = walk_to(window, "accepted")
    body = {"id": "g-liaison", "person": LEADER, "roles": ["liaison"], "scopes": [SCOPE]}
    span = {"from": milliseconds(YEAR), "to": milliseconds(YEAR.replace(year=2027))}
    centre.enact("grant", {**body, **span, "powers": [], "items": "*"})

    def due():
        return centre.read(lambda tx: tx.cases.get(number)).due

    centre.clock.move_to(moment(due() - 1))
    until(lambda: told(centre, number, "chase_yellow"))
    (warned,) = urges(centre, number, "yellow")
    assert LEADER in warned["to"]
    assert {each.address for each in told(centre, number, "chase_yellow")} == {PHONE}
    centre.clock.move_to(moment(due() + 1))
    until(lambda: told(centre, number, "chase_red"))
    (late,) = urges(centre, number, "red")
    centre.clock.move_to(moment(late["reply_by"] + 1))
    until(lambda: told(centre, number, "chase_raised"))
    for each in (*told(centre, number, "chase_red"), *told(centre, number, "chase_raised")):
        assert each.address == PHONE
        assert number in each.text
        assert say.preregister()["applicant"]["name"] not in each.text
    assert told(centre, ordinary, "chase_yellow") == []
