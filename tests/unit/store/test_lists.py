"""Lists: order, conditions, pages by key, counts."""

import dataclasses
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from client.app.cases.lights_view import RowLights
from client.app.ports.store import CaseQuery
from client.store.connection import Database
from client.store.lines import CLOSED_KEY, NO_DUE, CaseLineTable
from client.store.migrations import migrate
from sync.domain.fields import ms_of
from sync.domain.lights import Light
from tests.helpers.store_world import keys, registration
from tests.helpers.world import NOW, SCOPE

RECEIVE = {"materials": [], "channel": "counter", "paper": None}


@pytest.fixture
def table(tmp_path):
    db = Database(tmp_path / "lines.db", keys().db)
    migrate(db)
    yield CaseLineTable(db), db
    db.close()


def put(db, number, **columns):
    """Write a line directly: what lists do with it does not depend on how it came about."""
    line = {
        "number": number,
        "scope": SCOPE,
        "applicant": "王芳",
        "item": "scjg-01",
        "item_name": "个体工商户设立登记",
        "state": "received",
        "closed": 0,
        "fast_track": 0,
        "holder": "",
        "due_ms": None,
        "warn_ms": None,
        "statutory_ms": None,
        "paused_from_ms": None,
        "paused_to_ms": None,
        "provisional": 0,
        "updated_ms": 0,
        "pending": 0,
    } | columns
    paused = line["due_ms"] is None or line["paused_to_ms"] is not None
    running = NO_DUE if paused else line["due_ms"]
    line["due_key"] = CLOSED_KEY if line["closed"] else running
    marks = ", ".join("?" * len(line))
    db.run(f"INSERT INTO case_line ({', '.join(line)}) VALUES ({marks})", *line.values())  # noqa: S608


def numbers(table, **query):
    return [line.number for line in table.page(CaseQuery(**query)).rows]


def test_due_first_then_newest_and_what_stands_still_last(table):
    lines, db = table
    put(db, "late", due_ms=10)
    put(db, "soon", due_ms=50)
    put(db, "paused", due_ms=5, paused_from_ms=1, paused_to_ms=4, updated_ms=7)
    put(db, "none-old", updated_ms=3)
    put(db, "none-new", updated_ms=9)
    put(db, "soon-newer", due_ms=50, updated_ms=4)
    put(db, "done", closed=1)
    assert numbers(lines) == ["late", "soon-newer", "soon", "none-new", "paused", "none-old"]
    assert numbers(lines, closed=True) == ["done"]
    put(db, "done-later", closed=1, updated_ms=99)
    assert numbers(lines, closed=None)[-3:] == ["none-old", "done-later", "done"]


def test_overdue_and_soon_follow_the_lights(table):
    lines, db = table
    put(db, "over", due_ms=99, warn_ms=50)
    put(db, "at-the-instant", due_ms=100, warn_ms=50)
    put(db, "warned", due_ms=200, warn_ms=100)
    put(db, "calm", due_ms=200, warn_ms=101)
    put(db, "paused", due_ms=50, warn_ms=40, paused_from_ms=1, paused_to_ms=100)
    put(db, "free")
    assert numbers(lines, due_before_ms=100) == ["over"]
    assert numbers(lines, warn_before_ms=100) == ["at-the-instant", "warned"]


def test_who_stands_still_is_judged_by_the_moment_and_pages_go_on_from_there(table):
    lines, db = table
    put(db, "begins", due_ms=30, paused_from_ms=10, paused_to_ms=20)
    put(db, "earlier", due_ms=25)
    put(db, "later", due_ms=35)
    put(db, "no-limit", paused_from_ms=10, paused_to_ms=20, updated_ms=-1)
    running, still = ["earlier", "begins", "later"], ["earlier", "later", "begins"]
    # Both ends of the span stand still, as the light says; a clock may be set back as well.
    for moment, order in ((9, running), (10, still), (20, still), (21, running), (15, still)):
        assert lines.misplaced(moment) == (numbers(lines)[:3] != order)
        lines.place(moment)
        assert not lines.misplaced(moment)
        assert numbers(lines) == [*order, "no-limit"]
        paged, after = [], None
        while (page := lines.page(CaseQuery(limit=1, after=after))).rows:
            paged += [line.number for line in page.rows]
            if (after := page.after) is None:
                break
        assert paged == [*order, "no-limit"]
    assert numbers(lines, due_before_ms=31) == ["earlier"]
    lines.place(31)
    assert numbers(lines, due_before_ms=31) == ["earlier", "begins"]


def test_mine_is_what_i_hold_or_what_my_roles_act_on(table):
    lines, db = table
    put(db, "held", holder="p0103", state="handling", scope="339901/wjj")
    put(db, "waiting", state="received")
    put(db, "other-state", state="deciding")
    put(db, "other-scope", state="received", scope="339901/wjj")
    waiting = ((SCOPE, "received"), (SCOPE, "certified"))
    assert numbers(lines, holder="p0103") == ["held"]
    assert numbers(lines, waiting=waiting) == ["waiting"]
    assert sorted(numbers(lines, holder="p0103", waiting=waiting)) == ["held", "waiting"]


def test_counting_alone_returns_no_rows(table):
    lines, db = table
    for place in range(3):
        put(db, f"c{place}")
    page = lines.page(CaseQuery(limit=0))
    assert (page.rows, page.after, page.total) == ((), None, 3)


def test_a_list_that_shows_no_number_is_paged_without_one(table):
    lines, db = table
    for place in range(3):
        put(db, f"c{place}")
    page = lines.page(CaseQuery(limit=2, counted=False))
    assert (len(page.rows), page.total) == (2, None)
    last = lines.page(CaseQuery(limit=2, counted=False, after=page.after))
    assert (len(last.rows), last.after, last.total) == (1, None, None)


@pytest.mark.slow
@settings(max_examples=30)
@given(
    dues=st.lists(st.tuples(st.none() | st.integers(0, 5), st.integers(0, 3)), max_size=25),
    limit=st.integers(1, 7),
)
def test_pages_by_key_are_the_whole_list_once(tmp_path_factory, dues, limit):
    db = Database(tmp_path_factory.mktemp("lines") / "lines.db", keys().db)
    migrate(db)
    lines = CaseLineTable(db)
    with db.write():
        for place, (due, updated) in enumerate(dues):
            put(db, f"c{place:02}", due_ms=due, updated_ms=updated)
    whole = numbers(lines, limit=100)
    expected = sorted(
        range(len(dues)),
        key=lambda place: (
            NO_DUE if dues[place][0] is None else dues[place][0],
            -dues[place][1],
            place,
        ),
    )
    assert whole == [f"c{place:02}" for place in expected]
    query, paged = CaseQuery(limit=limit), []
    while True:
        page = lines.page(query)
        assert page.total == len(dues)
        paged += [line.number for line in page.rows]
        if page.after is None:
            break
        query = dataclasses.replace(query, after=page.after)
    assert paged == whole
    db.close()


def test_line_of_a_real_case(life, store):
    number = life.open_case(store, item="scjg-02")
    life.step(store, number, "receive", RECEIVE)
    life.step(store, number, "accept", {"paper": None})
    (line,) = store.cases(CaseQuery()).rows
    assert (line.scope, line.state, line.pending) == (SCOPE, "accepted", True)
    assert (line.paused_from_ms, line.paused_to_ms) == (None, None)
    assert line.warn_ms < line.due_ms < line.statutory_ms
    assert line.statutory_ms % 86_400_000 == 16 * 3_600_000 - 1  # the day's last ms in China
    life.step(store, number, "claim", {})
    (line,) = store.cases(CaseQuery(holder="p0103")).rows
    assert line.holder == "p0103"


def test_a_suspension_past_its_told_end_stands_where_its_light_says(life, store):
    """Nobody resumed it: the centre would have, but the line is cut."""
    told = ms_of(NOW)
    free, stopped = (life.open_case(store, item="scjg-02") for _ in range(2))
    for number in (free, stopped):
        life.step(store, number, "receive", RECEIVE)
        life.step(store, number, "accept", {"paper": None})
        life.step(store, number, "claim", {})
    until = (NOW + timedelta(days=1)).date().isoformat()
    body = {"reason": "testing", "until": until, "served_at": told, "paper": None}
    life.step(store, stopped, "suspend", body)
    rules = store.policy_book().rules()

    def seen(moment):
        listed = store.cases(CaseQuery(at_ms=ms_of(moment))).rows
        lights = RowLights(store.case, rules, moment)
        overdue = store.cases(CaseQuery(at_ms=ms_of(moment), due_before_ms=ms_of(moment))).rows
        return [(line.number, lights.of(line).light) for line in listed], len(overdue)

    assert seen(NOW + timedelta(hours=1)) == ([(free, Light.WHITE), (stopped, Light.PAUSED)], 0)
    late = NOW + timedelta(days=200)
    assert seen(late) == ([(free, Light.RED), (stopped, Light.RED)], 2)
    assert store.rebuild(), "the order of one moment is no part of what the log says"
    assert seen(late)[1] == 2


def test_a_full_disk_leaves_the_list_as_it_was_ordered(life, store):
    number = life.open_case(store, item="scjg-02")
    life.step(store, number, "receive", RECEIVE)
    life.step(store, number, "accept", {"paper": None})
    life.step(store, number, "claim", {})
    body = {"reason": "testing", "until": NOW.date().isoformat(), "served_at": ms_of(NOW)}
    life.step(store, number, "suspend", body | {"paper": None})
    late = ms_of(NOW + timedelta(days=200))
    store._db.run("PRAGMA query_only = 1")
    assert [line.number for line in store.cases(CaseQuery(at_ms=late)).rows] == [number]
    store._db.run("PRAGMA query_only = 0")
    assert store.cases(CaseQuery(at_ms=late, due_before_ms=late)).total == 1


def test_closed_case_has_no_due_time(life, store):
    number = life.number()
    life.step(store, number, "preregister", registration())
    life.step(store, number, "leave", {})
    assert store.cases(CaseQuery()).total == 0
    (line,) = store.cases(CaseQuery(closed=True)).rows
    assert (line.closed, line.due_ms) == (True, None)
