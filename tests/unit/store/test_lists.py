"""Lists: order, conditions, pages by key, counts."""

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from client.app.ports.store import CaseQuery
from client.store.connection import Database
from client.store.lines import CLOSED_KEY, NO_DUE, CaseLineTable
from client.store.migrations import migrate
from tests.helpers.store_world import keys, registration
from tests.helpers.world import SCOPE

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
        "paused": 0,
        "provisional": 0,
        "updated_ms": 0,
        "pending": 0,
    } | columns
    paused = line["due_ms"] is None or line["paused"]
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
    put(db, "paused", due_ms=5, paused=1, updated_ms=7)
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
    put(db, "paused", due_ms=50, warn_ms=40, paused=1)
    put(db, "free")
    assert numbers(lines, due_before_ms=100) == ["over"]
    assert numbers(lines, warn_before_ms=100) == ["at-the-instant", "warned"]


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
    assert (line.scope, line.state, line.pending, line.paused) == (SCOPE, "accepted", True, False)
    assert line.warn_ms < line.due_ms < line.statutory_ms
    assert line.statutory_ms % 86_400_000 == 16 * 3_600_000 - 1  # the day's last ms in China
    life.step(store, number, "claim", {})
    (line,) = store.cases(CaseQuery(holder="p0103")).rows
    assert line.holder == "p0103"


def test_closed_case_has_no_due_time(life, store):
    number = life.number()
    life.step(store, number, "preregister", registration())
    life.step(store, number, "leave", {})
    assert store.cases(CaseQuery()).total == 0
    (line,) = store.cases(CaseQuery(closed=True)).rows
    assert (line.closed, line.due_ms) == (True, None)
