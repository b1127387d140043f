"""The one writer: units apart, commits together, nothing half done."""

import sqlite3
import threading
from concurrent.futures import CancelledError

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from sync.protocol.errors import WireError
from sync.server.db import engine, rowwise, tables
from sync.server.db.engine import open_sqlite
from sync.server.db.migrate import is_current, migrate
from sync.server.db.writer import GROUP_MAX, SqlLedger
from sync.server.services.rows.cases import CaseRow, LightRow
from sync.server.services.rows.console import AccessRow, ConsoleCodeRow, ConsoleSessionRow
from sync.server.services.rows.devices import AnchorRow, DeviceHead
from sync.server.services.rows.files import AttachmentRow, UploadRow
from sync.server.services.rows.findings import FindingRow
from sync.server.services.rows.leases import BlockRow, LeaseRow
from sync.server.services.rows.log import EventKey, LogRow, ScopeHead, TreeNode
from sync.server.services.rows.sessions import DelegationRow, TokenRow


class Watcher:
    """A ledger with everything it tells written down."""

    def __init__(self, path):
        engine = open_sqlite(path)
        migrate(engine)
        self.sealed, self.news, self.begun = [], [], 0
        self.ledger = SqlLedger(engine, self._begin, self._seal, self._told)

    def _told(self, sizes, _grown):
        self.news.append(sizes)

    def _begin(self, _tx):
        self.begun += 1

    def _seal(self, tx, touched):
        self.sealed.append(touched)
        for scope in touched:
            head = tx.log.head(scope)
            tx.log.save_head(ScopeHead(scope, head.size, head.frontier, f"signed {head.size}"))


@pytest.fixture
def watcher(tmp_path):
    watching = Watcher(tmp_path / "centre.db")
    yield watching
    watching.ledger.close()


def saw(subject):
    return lambda tx: tx.console.add_access(AccessRow("p", 1, "look", subject))


def subjects(watcher):
    return [row.subject for row in watcher.ledger.read_now(lambda tx: tx.console.accesses(99))][
        ::-1
    ]


def held_back(watcher):
    """Keep the writer busy until the event is set, so that what follows becomes one group."""
    started, go = threading.Event(), threading.Event()

    def wait(_tx):
        started.set()
        assert go.wait(10)

    watcher.ledger.submit(wait, lambda _tx, done: done)
    assert started.wait(10)
    return go


def same(_tx, done):
    return done


def test_units_that_wait_together_are_one_commit(watcher):
    go = held_back(watcher)
    futures = [watcher.ledger.submit(saw(str(n)), same) for n in range(5)]
    go.set()
    for future in futures:
        future.result(10)
    assert subjects(watcher) == list("01234")
    assert watcher.begun == 3  # the one that waited, the group of five, the read


def test_a_unit_that_fails_takes_nobody_along(watcher):
    def fail(tx):
        saw("never")(tx)
        tx.log.save_head(ScopeHead("never", 1, b""))
        raise LookupError

    go = held_back(watcher)
    before = watcher.ledger.submit(saw("before"), same)
    failing = watcher.ledger.submit(fail, same)
    after = watcher.ledger.submit(saw("after"), same)
    go.set()
    before.result(10), after.result(10)
    with pytest.raises(LookupError):
        failing.result(10)
    assert subjects(watcher) == ["before", "after"]
    assert watcher.sealed == []


def test_heads_are_sealed_once_for_a_group_and_seen_by_what_follows(watcher):
    def move(tx):
        head = tx.log.head("a/b") or ScopeHead("a/b", 0, b"")
        tx.log.save_head(ScopeHead("a/b", head.size + 1, b""))

    go = held_back(watcher)
    futures = [watcher.ledger.submit(move, lambda tx, _: tx.log.head("a/b").sth) for _ in range(3)]
    go.set()
    assert [future.result(10) for future in futures] == ["signed 3"] * 3
    assert watcher.sealed == [frozenset({"a/b"})]
    assert watcher.news[-1] == {"a/b": 3}


def test_a_unit_whose_answer_cannot_be_made_takes_nobody_along(watcher):
    def broken(_tx, _done):
        raise LookupError

    go = held_back(watcher)
    before = watcher.ledger.submit(saw("before"), same)
    failing = [watcher.ledger.submit(saw("never"), broken) for _ in range(2)]
    after = watcher.ledger.submit(saw("after"), same)
    go.set()
    before.result(10), after.result(10)
    for future in failing:
        with pytest.raises(LookupError):
            future.result(10)
    assert subjects(watcher) == ["before", "after"]
    alone = watcher.ledger.submit(saw("never"), broken)
    with pytest.raises(LookupError):
        alone.result(10)
    assert subjects(watcher) == ["before", "after"]


def test_what_is_durable_is_answered_though_nobody_can_be_told_of_it(watcher, monkeypatch):
    def broken(_sizes, _grown):
        raise WireError("wire.unavailable", retry_after=1)

    monkeypatch.setattr(watcher.ledger, "_news", broken)
    go = held_back(watcher)
    futures = [watcher.ledger.submit(saw(str(n)), same) for n in range(2)]
    go.set()
    for future in futures:
        future.result(10)
    assert subjects(watcher) == ["0", "1"]


def test_a_commit_that_fails_is_told_to_every_unit(watcher, monkeypatch):
    def broken(_tx, _touched):
        raise OSError("disk full")

    def move(tx):
        saw("moved")(tx)
        tx.log.save_head(ScopeHead("a/b", 1, b""))

    go = held_back(watcher)
    one, two = watcher.ledger.submit(saw("one"), same), watcher.ledger.submit(move, same)
    with monkeypatch.context() as patched:
        patched.setattr(watcher.ledger, "_seal", broken)
        go.set()
        for future in (one, two):
            with pytest.raises(OSError, match="disk full"):
                future.result(10)
    assert subjects(watcher) == []
    watcher.ledger.write_now(saw("later"))
    assert subjects(watcher) == ["later"]


def test_a_disk_without_room_is_a_reason_to_come_again(watcher):
    def pages(tx, most):
        (now,) = tx._connection.exec_driver_sql("PRAGMA page_count").one()
        tx._connection.exec_driver_sql(f"PRAGMA max_page_count={now + most}")

    def much(tx):
        pages(tx, 2)
        saw("x" * 100_000)(tx)

    with pytest.raises(WireError, match=r"wire\.unavailable"):
        watcher.ledger.write_now(much)
    watcher.ledger.write_now(lambda tx: pages(tx, 1000))
    watcher.ledger.write_now(saw("later"))
    assert subjects(watcher) == ["later"]


def test_a_lock_that_somebody_keeps_is_a_reason_to_come_again(tmp_path, monkeypatch):
    monkeypatch.setattr(engine, "_PRAGMAS", (*engine._PRAGMAS, "PRAGMA busy_timeout=20"))
    watching, other = Watcher(tmp_path / "centre.db"), sqlite3.connect(tmp_path / "centre.db")
    try:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(WireError, match=r"wire\.unavailable"):
            watching.ledger.write_now(saw("locked out"))
        other.rollback()
        watching.ledger.write_now(saw("later"))
        assert subjects(watching) == ["later"]
    finally:
        other.close()
        watching.ledger.close()


def test_a_caller_who_went_away_before_his_turn_gets_nothing_done(watcher):
    go = held_back(watcher)
    gone = watcher.ledger.submit(saw("gone"), same)
    assert gone.cancel()
    stays = watcher.ledger.submit(saw("stays"), same)
    go.set()
    stays.result(10)
    with pytest.raises(CancelledError):
        gone.result(0)
    assert subjects(watcher) == ["stays"]


def test_more_than_a_group_goes_in_several(watcher):
    go = held_back(watcher)
    futures = [watcher.ledger.submit(saw(str(n)), same) for n in range(GROUP_MAX * 2 + 1)]
    go.set()
    for future in futures:
        future.result(10)
    assert watcher.begun == 4


def test_closing_finishes_what_was_queued(tmp_path):
    watching = Watcher(tmp_path / "centre.db")
    futures = [watching.ledger.submit(saw(str(n)), same) for n in range(20)]
    watching.ledger.close()
    assert all(future.done() for future in futures)


def test_readers_see_a_snapshot_while_the_writer_writes(watcher):
    def look(tx):
        before = len(tx.console.accesses(9))
        watcher.ledger.write_now(saw("meanwhile"))
        return before, len(tx.console.accesses(9))

    assert watcher.ledger.read_now(look) == (0, 0)


class TestSchema:
    def test_migrations_make_the_tables_that_the_code_knows(self, tmp_path):
        engine = open_sqlite(tmp_path / "centre.db")
        assert not is_current(engine)
        migrate(engine)
        migrate(engine)
        assert is_current(engine)
        with engine.connect() as connection:
            context = MigrationContext.configure(connection)
            assert compare_metadata(context, tables.metadata) == []
        engine.dispose()

    def test_no_table_is_without_rowid(self, tmp_path):
        engine = open_sqlite(tmp_path / "centre.db")
        migrate(engine)
        with engine.connect() as connection:
            found = connection.execute(text("SELECT sql FROM sqlite_master WHERE type='table'"))
            assert not [sql for (sql,) in found if sql and "WITHOUT ROWID" in sql.upper()]
        engine.dispose()

    @pytest.mark.parametrize(
        ("form", "table"),
        [
            (ScopeHead, tables.scope_heads),
            (TreeNode, tables.tree_nodes),
            (LogRow, tables.log),
            (EventKey, tables.event_ids),
            (DeviceHead, tables.device_heads),
            (DelegationRow, tables.delegations),
            (TokenRow, tables.tokens),
            (AnchorRow, tables.anchors),
            (CaseRow, tables.cases),
            (LightRow, tables.case_lights),
            (LeaseRow, tables.leases),
            (BlockRow, tables.number_blocks),
            (UploadRow, tables.uploads),
            (AttachmentRow, tables.attachments),
            (ConsoleCodeRow, tables.console_codes),
            (ConsoleSessionRow, tables.console_sessions),
        ],
    )
    def test_rows_and_tables_share_their_members(self, form, table):
        assert set(rowwise.names_of(form)) == set(table.columns.keys())

    @pytest.mark.parametrize("form", [FindingRow, AccessRow])
    def test_rows_that_are_numbered_lack_only_the_number(self, form):
        table = {FindingRow: tables.findings, AccessRow: tables.access_log}[form]
        assert {*rowwise.names_of(form), "id"} == set(table.columns.keys())

    def test_the_schema_speaks_postgresql_too(self):
        for table in tables.metadata.sorted_tables:
            ddl = str(CreateTable(table).compile(dialect=postgresql.dialect()))
            assert "CREATE TABLE" in ddl
            for index in table.indexes:
                assert "INDEX" in str(CreateIndex(index).compile(dialect=postgresql.dialect()))
