"""Supervision's rooms over real HTTP: orders to their end, the inbox, notes, samples, changes."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime

import httpx
import pytest

from sync.protocol.messages import ConsoleCodeAnswer, Empty
from sync.server.jobs.inspection import InspectionJob
from sync.server.services.rows.findings import FindingRow
from tests.helpers.case_walk import walk_to
from tests.helpers.hand_window import SCOPE
from tests.helpers.waiting import until

BOTH = pytest.mark.parametrize("store", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def store(request):
    """One database, and both where a statement is the matter."""
    return getattr(request, "param", "sqlite")


@pytest.fixture
def enter(centre, window):
    """Let a card's person into the console; the window keeps his session."""
    opened = []

    def let_in(card="supervisor"):
        window.log_in(card)
        code = window.ask("POST", "/v1/console/code", ConsoleCodeAnswer, Empty()).url.split("#")[1]
        client = httpx.Client(base_url=centre.origin, headers={"Origin": centre.origin}, timeout=60)
        opened.append(client)
        entered = client.post("/console/enter", content=f"code={code}")
        client.headers["Cookie"] = entered.headers["set-cookie"].split(";")[0]
        return client

    yield let_in
    for client in opened:
        client.close()


def steps(centre, number, kind):
    lines = centre.read(lambda tx: tx.log.of_case(SCOPE, number))
    return [(line, json.loads(line.body)) for line in lines if line.kind == kind]


def followed(centre, state):
    now = centre.clock.now_ms()
    return centre.read(lambda tx: tx.supervision.pressings((SCOPE,), state, now, 0, 99))


@BOTH
def test_an_urge_and_an_order_to_rectify_are_followed_to_their_end(centre, window, enter):
    number = walk_to(window, "handling")
    browser = enter()
    for kind, text in (("urge", "请尽快办理"), ("rectify", "请整改\u200b窗口公示")):
        form = {"kind": kind, "text": text, "days": "2"}
        assert browser.post(f"/console/cases/{number}/press", data=form).status_code == 303
    assert (
        browser.post(
            f"/console/cases/{number}/press", data={"kind": "deny", "text": "x", "days": "1"}
        ).status_code
        == 400
    )
    assert {each.pressing.purpose for each in followed(centre, "open")} == {"", "rectify"}
    [(urge, body)] = [x for x in steps(centre, number, "urge") if x[1].get("ordered_by")]
    assert centre.card("handler").person in body["to"]
    [(order, _)] = steps(centre, number, "order")
    window.log_in("handler")
    said = {"urge": urge.event, "text": "今日办理"}
    assert window.step("explain", said, case=number).verdict == "accepted"
    window.log_in("chief")
    said = {"order": order.event, "text": "已整改"}
    assert window.step("reply_order", said, case=number).verdict == "accepted"
    assert len(followed(centre, "answered")) == 2
    browser = enter()
    page = browser.get("/console/orders?state=answered").text
    assert "今日办理" in page
    assert "限期整改" in page
    [(reply, _)] = steps(centre, number, "reply_order")
    form = {"event": reply.event, "code": "reply", "verdict": "not_enough", "text": "缺照片"}
    browser.post(f"/console/cases/{number}/judge", data=form | {"then": "orders"})
    again = [body for _, body in steps(centre, number, "order")]
    assert [body.get("purpose") for body in again] == ["rectify", "rectify"]
    [(answer, _)] = steps(centre, number, "explain")
    browser.post(
        f"/console/cases/{number}/judge",
        data={"event": answer.event, "code": "reply", "verdict": "enough"},
    )
    assert sorted(each.verdict for each in followed(centre, "judged")) == ["enough", "not_enough"]
    paper = browser.get(f"/console/orders/{order.event}").text
    assert "限期整改通知书" in paper
    assert "已整改" in paper
    assert browser.get(f"/console/orders/{number}").status_code == 404
    centre.clock.advance(days=6)
    assert len(followed(centre, "late")) == 1


@BOTH
def test_a_finding_without_a_case_is_closed_once_with_its_reason(centre, window, enter):
    walk_to(window, "registered")
    row = FindingRow(f"device/{window.dev}", None, None, window.dev, None, "clock_back", "{}", 5)
    centre.centre.ledger.write_now(lambda tx: tx.cases.add_finding(row))
    browser = enter()
    [found] = [
        each
        for each in centre.read(
            lambda tx: centre.desk.inbox.found(
                tx, centre.desk.console.visitor("p0106", 0), "record", 1, judged=False
            )
        ).lines
        if each.code == "clock_back"
    ]
    address = f"/console/findings/{found.id}"
    assert browser.post(address, data={"verdict": "closed", "text": " "}).status_code == 400
    for text in ("时钟已校正", "另一理由"):
        done = browser.post(address, data={"verdict": "closed", "text": text})
        assert done.status_code == 303
    judged = browser.get("/console/findings?kind=record&judged=1").text
    assert "时钟已校正" in judged
    assert "另一理由" not in judged
    assert "clock_back" not in browser.get("/console/findings?kind=record").text
    assert browser.post("/console/findings/x", data={}).status_code == 404


def test_notes_reach_no_window_and_whoever_reads_them_is_written_down(centre, window, enter):
    number = walk_to(window, "received")
    browser = enter()
    address = f"/console/cases/{number}/notes"
    secret = "拟约谈窗口负责人"
    assert browser.post(address, data={"text": "  "}).status_code == 400
    assert browser.post(address, data={"text": secret}).status_code == 303
    assert secret in browser.get(address).text
    looks = centre.read(lambda tx: tx.console.looks("notes", number, 9))
    assert [row.person for row in looks] == [centre.card("supervisor").person]
    lines = centre.read(lambda tx: tx.log.of_case(SCOPE, number))
    assert not any(secret in line.body + line.jws for line in lines)
    window.log_in("clerk")
    pulled = window.pull({SCOPE: 0, "hall/339901": 0})
    assert secret not in repr(pulled)
    head = enter("head")
    assert head.get(f"/console/cases/{number}").status_code == 200
    assert secret not in head.get(f"/console/cases/{number}").text
    assert head.get(address).status_code == 403
    assert head.post(address, data={"text": "x"}).status_code == 403
    assert head.get("/console/findings").status_code == 403


def test_the_same_seed_draws_the_same_cases_and_a_check_is_judged_once(centre, window, enter):
    numbers = {walk_to(window, "received") for _ in range(4)}
    browser = enter()
    drawn = []
    for _ in range(2):
        form = {"phase": "before", "size": "2", "seed": "三月"}
        made = browser.post("/console/samples", data=form).headers["location"].rpartition("/")[2]
        drawn.append(centre.read(lambda tx, id_=made: tx.supervision.sampled(id_)))
    first, second = ([row.case_no for row in rows] for rows in drawn)
    assert first == second
    assert set(first) <= numbers
    assert len(first) == 2
    sample = drawn[0][0].sample
    kept = centre.read(lambda tx: tx.supervision.sample(sample))
    assert (kept.seed, kept.population, kept.phase) == ("三月", 4, "before")
    for verdict in ("faulty", "clean"):
        form = {"verdict": verdict, "text": "材料缺页"}
        assert browser.post(f"/console/samples/{sample}/{first[0]}", data=form).status_code == 303
    judged = centre.read(lambda tx: tx.supervision.sampled(sample))
    assert [row.verdict for row in judged if row.case_no == first[0]] == ["faulty"]
    assert "材料缺页" in browser.get(f"/console/samples/{sample}").text
    wild = {"phase": "before", "size": "51"}
    assert browser.post("/console/samples", data=wild).status_code == 400


@BOTH
def test_a_change_is_computed_before_it_is_in_force(centre, window, enter):
    red, white = walk_to(window, "accepted"), walk_to(window, "granted")
    centre.clock.move_to(datetime(2026, 3, 10, 9, 30, tzinfo=UTC))
    late = walk_to(window, "received")
    browser = enter()
    before = centre.read(lambda tx: tx.cases.get(red)).due
    form = {"kind": "calendar", "calendar": "cn", "off": "2026-03-09 2026-03-10"}
    made = browser.post("/console/changes", data=form).headers["location"]
    row = centre.read(lambda tx: tx.supervision.recomputation(made.rpartition("/")[2]))
    assert (row.cases, row.moved, row.left_red, row.to_red) == (3, 2, 1, 0)
    page = browser.get(made).text
    assert "3 件在办，2 件有变化，1 件离开红灯，0 件变为红灯" in page
    assert red in page
    assert white in page
    assert late not in page
    moved = {
        each.case_no: each
        for each in centre.read(lambda tx: tx.supervision.recomputed(row.id, (SCOPE,), 9))
    }
    assert moved[red].due_before == before
    assert (moved[red].light_before, moved[red].light_after) == ("red", "white")
    assert centre.read(lambda tx: tx.cases.get(red)).due == before  # nothing is in force yet
    body = {"name": "light_scheme", "value": "cards"}
    other = browser.post("/console/changes", data={"kind": "scheme", "scheme": "cards"})
    id_ = other.headers["location"].rpartition("/")[2]
    centre.enact("switch", body)
    until(lambda: centre.read(lambda tx: tx.supervision.recomputation(id_)).enacted is not None)
    assert centre.read(lambda tx: tx.supervision.recomputation(row.id)).enacted is None
    for wild in ({"kind": "scheme", "scheme": "x"}, {"kind": "calendar", "calendar": "cn"}, {}):
        assert browser.post("/console/changes", data=wild).status_code == 400


def test_a_leader_comes_to_the_overview_and_drills_down(centre, window, enter):
    number = walk_to(window, "accepted")
    centre.clock.move_to(datetime(2026, 3, 11, 2, 0, tzinfo=UTC))
    browser = enter("head")
    # The centre's own clock marks it red and its job counts it, a moment later.
    until(lambda: number in browser.get("/console/overview").text)
    page = browser.get("/console/overview").text
    assert "问题线索" not in page
    assert 'href="/console?department=339901/scjg&amp;light=red"' in page
    listed = browser.get("/console?department=339901/scjg&light=red").text
    assert number in listed


def test_a_day_that_ended_is_looked_through_once_and_what_it_found_noted_once(centre, window):
    number = walk_to(window, "granted")  # received, accepted and decided in one instant
    job = InspectionJob(centre.desk)

    def look():
        return asyncio.run(job.look())

    def found(code):
        entries = centre.read(lambda tx: tx.cases.findings(None, 1000))
        return [row for row in entries if row.code == code]

    look()
    assert found("recorded_after_approval") == []  # the day has not ended
    centre.clock.advance(days=1)
    assert look() > 0
    [anomaly] = found("recorded_after_approval")
    assert (anomaly.case_no, anomaly.scope) == (number, SCOPE)
    assert found("decided_in_seconds")[0].person == centre.card("chief").person
    assert look() == 0
    centre.clock.advance(days=7)
    look()
    assert len(found("recorded_after_approval")) == 1
    idle = found("idle_window")
    assert [row.dev for row in idle] == [window.dev]
    assert found("unused_item") == []


def about(centre, window, code):
    found = centre.read(lambda tx: tx.cases.findings(None, 1000))
    return [row for row in found if (row.dev, row.code) == (window.dev, code)]


def test_a_hole_in_a_windows_chain_is_found_once_in_half_a_day(centre, window):
    walk_to(window, "registered")
    window.log_in("clerk")
    window.chain = replace(window.chain, seq=window.chain.seq + 3)
    records = [window.event("session.close", {}, scope="hall/339901") for _ in range(3)]
    for _ in range(2):
        told = [result.code for result in window.push(*records).results]
        assert told == ["proof.chain_gap"] * 3
    assert len(about(centre, window, "chain_gap")) == 1


def test_a_window_whose_chain_is_another_is_found_once_in_half_a_day(centre, window):
    """It tries again by itself, and asks for the time every minute."""
    walk_to(window, "registered")
    window.log_in("clerk")
    for _ in range(3):
        window.anchor(head="B" * 42 + "A")
    assert len(about(centre, window, "anchor_fork")) == 1
    window.chain = replace(window.chain, hash="A" * 43)
    record = window.event("session.close", {}, scope="hall/339901")
    for _ in range(3):
        assert window.push(record).results[0].code == "proof.chain_broken"
    assert len(about(centre, window, "chain_broken")) == 1
    centre.clock.advance(hours=12)
    window.log_in("clerk", open_session=False)
    assert window.push(record).results[0].code == "proof.chain_broken"
    assert len(about(centre, window, "chain_broken")) == 2
