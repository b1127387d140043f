"""The centre's clock: lights, urges, and what the law does by itself, each once and in time."""

import json
from datetime import UTC, datetime
from importlib.resources import files

import pytest
from sqlalchemy import func, select

from sync.proof.jws import read_logged_jws
from sync.protocol.records import EVENT
from sync.server.clock import moment
from sync.server.db.case_rows import _due
from sync.server.db.tables import cases
from tests.helpers import case_steps as say
from tests.helpers.case_walk import walk_to
from tests.helpers.centre import running_centre
from tests.helpers.hand_window import SCOPE, HandWindow
from tests.helpers.waiting import until


def lines(centre, number, kind):
    return [
        line for line in centre.read(lambda tx: tx.log.of_case(SCOPE, number)) if line.kind == kind
    ]


def urges(centre, number):
    return [
        (body["level"], body["limit"])
        for body in (json.loads(line.body) for line in lines(centre, number, "urge"))
    ]


def case(centre, number):
    return centre.read(lambda tx: tx.cases.get(number))


def settled(centre):
    """Wait until nothing is due."""

    def nothing_due():
        earliest = centre.read(lambda tx: tx.cases.next_moment())
        return earliest is None or earliest > centre.clock.now_ms()

    until(nothing_due)


def test_a_light_turns_and_urges_once_at_its_instant(centre, window):
    number = walk_to(window, "accepted")
    settled(centre)
    row = case(centre, number)
    assert (row.light, urges(centre, number)) == ("white", [])
    centre.clock.move_to(moment(row.warn - 1))
    settled(centre)
    assert case(centre, number).light == "white"
    centre.clock.move_to(moment(row.warn))
    until(lambda: case(centre, number).light == "yellow")
    settled(centre)
    urge = [line for line in lines(centre, number, "urge") if '"decision' in line.body][-1]
    core = read_logged_jws(urge.jws, EVENT).payload
    assert (core["at"], core["dev"], urge.verdict) == (
        row.warn,
        "centre:centre-339901",
        "accepted",
    )
    assert ("yellow", "decision.promised") in urges(centre, number)
    before = urges(centre, number)
    centre.restart()
    centre.clock.advance(minutes=1)
    settled(centre)
    assert urges(centre, number) == before


def test_red_owes_an_explanation_and_an_unanswered_one_is_raised(centre, window):
    number = walk_to(window, "accepted")
    settled(centre)
    due = case(centre, number).due
    centre.clock.move_to(moment(due))
    settled(centre)
    assert case(centre, number).light == "yellow"  # the due instant itself is on time
    centre.clock.move_to(moment(due + 1))
    until(lambda: case(centre, number).light == "red")
    settled(centre)
    assert urges(centre, number).count(("red", "decision.promised")) == 1
    red = next(line for line in lines(centre, number, "urge") if '"red"' in line.body)
    body = json.loads(red.body)
    assert body["reply_by"] > due
    assert "p0105" in body["to"]  # the chief representative
    debts = json.loads(case(centre, number).body)["debts"]
    assert "explain" in {debt["kind"] for debt in debts}
    centre.clock.move_to(moment(body["reply_by"] + 1))
    until(lambda: lines(centre, number, "escalate"))


def test_an_explanation_is_never_in_the_way_and_settles_the_debt(centre, window):
    number = walk_to(window, "accepted")
    settled(centre)
    centre.clock.move_to(moment(case(centre, number).due + 1))
    until(lambda: ("red", "decision.promised") in urges(centre, number))
    settled(centre)
    window.log_in("handler")
    result = window.step("claim", {}, case=number)
    assert result.verdict == "accepted"
    urge = next(x for x in lines(centre, number, "urge") if '"decision.promised"' in x.body)
    window.step("explain", {"urge": urge.event, "text": "材料核实用时较长"}, case=number)
    debts = json.loads(case(centre, number).body)["debts"]
    assert urge.event not in {debt["ref"] for debt in debts}


def test_silence_for_five_days_is_acceptance(centre, window):
    number = walk_to(window, "received")
    settled(centre)
    centre.clock.move_to(datetime(2026, 3, 10, 9, 0, tzinfo=UTC))  # the fifth day, closed
    settled(centre)
    assert case(centre, number).state == "received"
    centre.clock.move_to(datetime(2026, 3, 11, 1, 0, tzinfo=UTC))
    until(lambda: case(centre, number).state == "accepted")
    accepted = lines(centre, number, "deem_accepted")
    assert len(accepted) == 1
    assert json.loads(case(centre, number).body)["deemed"]


def test_a_visit_that_nobody_received_is_a_finding(centre, window):
    number = walk_to(window, "registered")
    settled(centre)
    centre.clock.move_to(datetime(2026, 3, 3, 9, 0, 0, 1000, tzinfo=UTC))  # 17:00 and a moment
    until(lambda: case(centre, number).state == "lapsed")
    found = {row.code for row in centre.read(lambda tx: tx.cases.findings(number, 9))}
    assert "turned_away" in found
    assert case(centre, number).closed


def test_a_case_red_at_birth_is_urged_at_once(centre, window):
    number = walk_to(window, "received")
    window.anchor()
    record = window.event("accept", say.accept(), case=number)
    window.anchor()
    centre.clock.move_to(datetime(2026, 3, 20, 2, 0, tzinfo=UTC))
    until(lambda: lines(centre, number, "deem_accepted"))
    window.log_in("clerk", open_session=False)
    # Deemed accepted meanwhile: the window's own acceptance comes too late to be one.
    assert window.push(record).results[0].verdict == "refused"
    until(lambda: case(centre, number).light == "red")
    settled(centre)
    assert ("red", "decision.promised") in urges(centre, number)


def test_a_calendar_reissue_moves_due_times_of_open_cases(centre, window):
    number = walk_to(window, "accepted")
    settled(centre)
    before = case(centre, number).due
    body = json.loads((files("resources") / "calendars" / "cn-2024-2026.json").read_bytes())
    off = sorted({*body["off"], "2026-03-05"})
    centre.enact("calendar", {**body, "version": "2024-2026.2", "off": off, "from": "2026-03-04"})
    until(lambda: case(centre, number).due > before)


def test_a_start_recalls_no_case_unless_policy_or_program_changed_meanwhile(centre, window):
    walk_to(window, "accepted")

    def recalled():
        with centre.sql() as connection:
            rows = connection.execute("SELECT scope, mark FROM recalls").fetchall()
        marks = dict(rows)
        assert set(marks) == set(centre.desk.policy.scopes_known())
        return set(marks.values())

    def begin_anew(mark=None):
        """Stop, put a trace on the cases that a recall would cover, and start."""
        centre.stop()
        with centre.sql() as connection:
            connection.execute("UPDATE cases SET next_moment = 9007199254740991")
            if mark is not None:
                connection.execute(f"UPDATE recalls SET mark = '{mark}'")  # noqa: S608
        centre.start(port=int(centre.origin.rpartition(":")[2]))

    def untouched():
        with centre.sql() as connection:
            return connection.execute("SELECT min(next_moment) FROM cases").fetchone()[0] > 1 << 52

    def looked():
        until(lambda: centre.centre.news.job._recalled == centre.desk.policy.timing)

    looked()
    (first,) = recalled()
    begin_anew()
    looked()
    assert untouched()
    centre.enact("grant.end", {"id": "g-p0103-1"})  # policy goes on, due times do not move
    begin_anew()
    looked()
    assert untouched()
    assert recalled() == {first}
    begin_anew("0.0.9 1")
    until(lambda: not untouched())
    until(lambda: recalled() == {first})


def test_a_demonstrations_clock_is_looked_at_by_itself(tmp_path, store):
    file = tmp_path / "clock.json"
    with running_centre(tmp_path, store=store, demo_clock=file) as centre:
        window = HandWindow(centre)
        number = walk_to(window, "registered")
        # Nobody pokes the job here: the hand clock moves, and the job's own look finds it.
        centre.clock._moved.clear()
        centre.clock.move_to(datetime(2026, 3, 3, 10, 0, tzinfo=UTC))
        until(lambda: case(centre, number).state == "lapsed")
        window.close()


@pytest.mark.parametrize("kind", ["urge", "order", "deem_accepted", "leave"])
def test_no_window_takes_the_centres_part(centre, window, kind):
    number = walk_to(window, "received" if kind != "leave" else "registered")
    window.log_in("handler")
    body = {"level": "red", "limit": "step"} if kind in {"urge", "order"} else {}
    result = window.step(kind, body, case=number)
    assert (result.verdict, result.code) == ("refused", "no_authority")


def test_what_is_due_is_found_by_its_index(centre, store):
    due = select(cases.c.scope).where(*_due(0)).order_by(cases.c.next_moment).limit(9)
    earliest = select(func.min(cases.c.next_moment)).where(cases.c.next_moment.is_not(None))

    def plan(tx, statement):
        explain = "EXPLAIN QUERY PLAN " if store == "sqlite" else "EXPLAIN "
        if store == "postgresql":
            tx._connection.exec_driver_sql("SET LOCAL enable_seqscan = off")  # a handful of rows
        made = statement.compile(tx._connection.engine, compile_kwargs={"literal_binds": True})
        rows = tx._connection.exec_driver_sql(f"{explain}{made}")
        return " ".join(str(row) for row in rows)

    for statement in (due, earliest):
        assert "ix_cases_next_moment" in centre.read(lambda tx, said=statement: plan(tx, said))
