"""Two writers on one PostgreSQL: locks that cross, heads that are begun at once, errors."""

import threading

import pytest
from sqlalchemy.exc import ProgrammingError

from sync.protocol.errors import WireError
from sync.server.db.engine import Overtaken, open_database
from sync.server.db.migrate import migrate
from sync.server.db.writer import SqlLedger
from sync.server.services.rows.log import ScopeHead
from tests.helpers import pg


@pytest.fixture
def url():
    made = pg.cluster().create()
    yield made
    pg.cluster().drop(made)


@pytest.fixture
def ledgers(tmp_path, url):
    opened = []
    for _ in range(2):
        engine = open_database(tmp_path, url)
        migrate(engine)
        opened.append(
            SqlLedger(engine, lambda _tx: None, lambda _tx, _scopes: None, lambda *_told: None)
        )
    yield opened
    for ledger in opened:
        ledger.close()


def next_number(tx, scope):
    head = tx.log.head(scope)
    n = 1 if head is None else head.size + 1
    tx.log.save_head(ScopeHead(scope, n, b"x"))
    return n


def test_two_that_begin_a_scope_at_once_get_two_numbers(ledgers):
    for round_ in range(20):
        scope = f"a/{round_}"
        futures = [
            ledger.submit(lambda tx, s=scope: next_number(tx, s), lambda _tx, n: n, (scope,))
            for ledger in ledgers
        ]
        assert sorted(future.result(20) for future in futures) == [1, 2]


def test_locks_that_cross_are_taken_again_until_both_have_written(ledgers):
    meeting, tries = threading.Barrier(2), []

    def crossing(tx, first, second):
        tries.append(first)
        n = next_number(tx, first)
        if len(tries) <= 2:
            meeting.wait(10)  # now each has what the other wants
        return n, next_number(tx, second)

    futures = [
        ledger.submit(lambda tx, w=wanted: crossing(tx, *w), lambda _tx, n: n)
        for ledger, wanted in zip(ledgers, [("a/x", "a/y"), ("a/y", "a/x")], strict=True)
    ]
    found = [future.result(30) for future in futures]
    assert len(tries) > 2  # one of them was taken back, where all is slow perhaps both
    assert sorted(n for pair in found for n in pair) == [1, 1, 2, 2]


def test_a_connection_that_is_cut_is_told_and_the_next_one_serves(ledgers, url):
    ledger = ledgers[0]

    def cut(tx):
        next_number(tx, "a/b")
        with pg.cluster().connect() as cluster:
            cluster.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                (pg.name_of(url),),
            )
        next_number(tx, "a/c")

    with pytest.raises(WireError, match="unavailable") as caught:
        ledger.write_now(cut)
    assert caught.value.details["retry_after"]
    assert ledger.write_now(lambda tx: next_number(tx, "a/b")) == 1  # nothing of it was kept


def test_who_is_taken_back_each_time_is_told_to_come_again(ledgers):
    def overtaken(_tx):
        raise Overtaken

    with pytest.raises(WireError, match="unavailable"):
        ledgers[0].write_now(overtaken)


def test_errors_carry_no_row_into_the_log(ledgers):
    def twice(tx):
        for _ in range(2):
            tx._connection.exec_driver_sql(
                "INSERT INTO warnings VALUES ('金丝雀', 'k', 'l', 'c', 1)"
            )

    with pytest.raises(Exception, match="UniqueViolation") as caught:
        ledgers[0].write_now(twice)
    said = [str(caught.value), str(caught.value.__cause__), repr(caught.value)]
    assert not [each for each in said if "Key (" in each or "DETAIL" in each]


def test_an_answer_that_the_database_refuses_takes_nobody_along(ledgers):
    """A statement that fails ends a transaction of PostgreSQL: the others' is begun anew."""
    started, go = threading.Event(), threading.Event()

    def wait(_tx):
        started.set()
        assert go.wait(10)

    def refused(tx, _n):
        tx._connection.exec_driver_sql("SELECT nothing FROM nowhere")

    ledger = ledgers[0]
    ledger.submit(wait, lambda _tx, done: done)
    assert started.wait(10)
    before = ledger.submit(lambda tx: next_number(tx, "a/b"), lambda _tx, n: n, ("a/b",))
    failing = ledger.submit(lambda tx: next_number(tx, "a/b"), refused, ("a/b",))
    after = ledger.submit(lambda tx: next_number(tx, "a/b"), lambda _tx, n: n, ("a/b",))
    go.set()
    assert (before.result(20), after.result(20)) == (1, 2)
    with pytest.raises(ProgrammingError):
        failing.result(20)
    assert ledger.read_now(lambda tx: tx.log.head("a/b")).size == 2
