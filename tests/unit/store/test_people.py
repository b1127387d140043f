"""The directory of applicants: found by whatever a clerk knows, and never other than the log."""

import pytest

from client.app.ports.store import AgentLine
from client.store.connection import Database
from client.store.migrations import MIGRATIONS, PROJECTIONS, migrate
from client.store.opening import FILE
from client.store.rebuilding import VERSION
from tests.helpers.store_world import end_as_killed, keys, registration

WANG, SHOP = "11010519491231002X", "92339901MA2ABCDE1X"


def open_for(life, store, name, id_no, phone="13800138000", *, agent=None, item="scjg-01"):
    body = registration(name, item)
    kind = "credit_code" if id_no == SHOP else "resident_id"
    body["applicant"] |= {"id_no": id_no, "phone": phone, "id_kind": kind}
    body["agent"] = agent
    number = life.number()
    life.step(store, number, "preregister", body)
    return number


def found(store, text):
    return [line.who for line in store.applicants(text, 50)]


@pytest.fixture
def people(life, store):
    open_for(life, store, "王芳", WANG, "13800138000")
    open_for(life, store, "云岭县滨河餐饮店", SHOP, "0999-1234567")
    return store


@pytest.mark.parametrize(
    ("typed", "who"),
    [
        ("王", [WANG]),
        ("wf", [WANG]),
        ("w", [WANG]),
        ("滨河", [SHOP]),
        ("binhe", []),
        ("ylxbhcyd", [SHOP]),
        ("8000", [WANG]),
        ("1234567", [SHOP]),
        ("002x", [WANG]),
        ("ma2abcde", [SHOP]),
        ("王 8000", [WANG]),
        ("王 4567", []),
        ("80", []),
        ("%", []),
        ("' OR 1=1 --", []),
        ("", [SHOP, WANG]),
    ],
)
def test_people_are_found_by_name_initials_number_and_the_tail_of_a_telephone(people, typed, who):
    assert found(people, typed) == who


def test_a_persons_cases_are_his_history_newest_first(life, store):
    first = open_for(life, store, "王芳", WANG)
    open_for(life, store, "滨河", SHOP)
    second = open_for(life, store, "王芳", WANG, "13900139000", item="scjg-02")
    line = store.applicant(WANG)
    assert (line.cases, line.phone) == (2, "13900139000")
    assert [each.number for each in store.cases_of(WANG, 10)] == [second, first]
    assert [each.number for each in store.cases_of(WANG, 1)] == [second]
    assert store.applicant("nobody") is None


def test_namesakes_are_others_of_the_same_name(life, store):
    open_for(life, store, "王芳", WANG)
    open_for(life, store, "王芳", "110105194912310039")
    assert [line.who for line in store.namesakes("王芳", WANG)] == ["110105194912310039"]
    assert store.namesakes("王", WANG) == ()


def test_agents_are_kept_with_the_cases_in_which_they_acted(life, store):
    agent = {"name": "赵六", "id_no": "110105199001010010", "phone": ""}
    one = open_for(life, store, "滨河", SHOP, agent=agent)
    two = open_for(life, store, "滨河", SHOP, agent=agent | {"phone": "13700137000"})
    open_for(life, store, "滨河", SHOP)
    (line,) = store.agents_of(SHOP)
    assert isinstance(line, AgentLine)
    assert (line.name, line.phone, line.numbers) == ("赵六", "13700137000", (two, one))


def test_a_registration_that_was_refused_leaves_the_directory(life, store):
    kept = open_for(life, store, "王芳", WANG)
    life.centre.push(store)
    open_for(life, store, "王芳", WANG, "13900139000")
    open_for(life, store, "滨河", SHOP)
    life.centre.push(store, refuse={"preregister": "no_authority"})
    life.centre.pull(store)
    assert found(store, "") == [WANG]
    assert (store.applicant(WANG).cases, store.applicant(WANG).phone) == (1, "13800138000")
    assert [line.number for line in store.cases_of(WANG, 9)] == [kept]


def test_the_last_one_registered_here_is_known_and_colleagues_ones_are_not(life, store):
    assert store.registered_last() is None
    mine = open_for(life, store, "王芳", WANG)
    number = life.number()
    life.centre.answer(life.foreign("preregister", registration("李四"), number), person="p0777")
    life.centre.pull(store)
    life.step(store, mine, "receive", {"materials": [], "channel": "counter"})
    assert store.registered_last() == mine


def test_the_last_one_registered_here_is_known_behind_many_other_steps(life, store):
    mine = open_for(life, store, "王芳", WANG)
    store.append([life.record("session.close", {}, None) for _ in range(300)])
    assert store.registered_last() == mine


def test_a_step_of_a_known_case_writes_nothing_into_the_directory(life, store):
    mine = open_for(life, store, "王芳", WANG)
    for change in ("INSERT ON main.applicant", "DELETE ON main.applicant"):
        store._db.run(
            f"CREATE TEMP TRIGGER kept_{change[:6]} BEFORE {change}"
            " BEGIN SELECT RAISE(ABORT, 'written'); END"
        )
    store._db.run(
        "CREATE TEMP TRIGGER kept_fold BEFORE UPDATE OF who, at_ms ON main.case_fold"
        " BEGIN SELECT RAISE(ABORT, 'written'); END"
    )
    before = store.applicant(WANG)
    life.step(store, mine, "receive", {"materials": [], "channel": "counter"})
    assert store.applicant(WANG) == before


def test_the_directory_equals_the_log(people):
    assert people.rebuild()


@pytest.mark.parametrize("released", range(1, len(MIGRATIONS)))
def test_a_store_of_every_released_form_comes_forward_with_its_people(life, released):
    """Its log and bookkeeping as that program left them; what is computed is computed anew."""
    store = life.open()
    life.centre.pull(store)
    life.session(store)
    number = open_for(life, store, "王芳", WANG, agent={"name": "赵六", "id_no": "", "phone": ""})
    store.save_draft("preregister", "{}")
    end_as_killed(store)
    path = life.folder / FILE
    held = kept_rows(path)
    path.unlink()
    for rest in (f"{FILE}-wal", f"{FILE}-shm"):
        (life.folder / rest).unlink(missing_ok=True)
    old = Database(path, keys().db)
    assert migrate(old, MIGRATIONS[:released]) == 0
    with old.write():
        for table, rows in held.items():
            for row in rows:
                marks = ", ".join("?" * len(row))
                old.run(f"INSERT INTO {table} VALUES ({marks})", *row)  # noqa: S608
        # Each of these programs marked its projections with a version of its own; they are left
        # behind here, so the mark is never the one in force.
        version, mark = min(released, VERSION - 1), held_mark(held).split(b"|", 1)[1]
        old.run("UPDATE state SET value = ? WHERE key = 'projections'", b"%d|%s" % (version, mark))
    old.close()
    forward = life.open()
    try:
        assert found(forward, "wf") == [WANG]
        assert forward.case(number).applicant.name == "王芳"
        assert [agent.name for agent in forward.agents_of(WANG)] == ["赵六"]
        assert forward.draft("preregister") == "{}"
        assert forward.rebuild()
        forward.verify()
    finally:
        forward.close()


def held_mark(held):
    return dict(held["state"])["projections"]


def kept_rows(path):
    """Return every row of the tables that are no projection; parents before children."""
    db = Database(path, keys().db)
    tables = [
        name
        for (name,) in db.rows(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
        )
        if name not in PROJECTIONS and not name.startswith(("gram3", "sqlite_"))
    ]
    found = {
        name: db.rows(f"SELECT * FROM {name}")  # noqa: S608
        for name in tables
    }
    db.close()
    return {name: found[name] for name in sorted(found, key=lambda each: each != "event")}
