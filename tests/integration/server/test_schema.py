"""Every schema that was ever released moves forward to this one, on both databases."""

import json

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from sync.server.db import tables
from sync.server.db.engine import open_database
from sync.server.db.migrate import _config, is_current, migrate
from sync.server.db.store import SqlTransaction
from sync.server.services.rows.files import StampRow
from tests.helpers import pg

RELEASED = [script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()][
    ::-1
]
LINE = (
    "INSERT INTO log(scope, n, event, dev, inc, seq, hash, kind, person, jws, body, outcome,"
    " verdict, recv) VALUES ('a/b', 1, 'e', 'd', 1, 1, 'h', 'claim', 'p', 'j', '{}', 'o',"
    " 'accepted', 5)"
)
KEY = "INSERT INTO event_ids VALUES ('e', 'h', 'd', 1, 1, 'a/b', 1, NULL, 5)"


@pytest.fixture
def engine(tmp_path, store):
    url = pg.cluster().create() if store == "postgresql" else ""
    opened = open_database(tmp_path / "centre.db", url)
    yield opened
    opened.dispose()
    if url:
        pg.cluster().drop(url)


def upgrade(engine, revision):
    config = _config()
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def test_there_is_one_line_of_schemas():
    assert len(ScriptDirectory.from_config(_config()).get_heads()) == 1
    assert RELEASED[0] == "0001"


@pytest.mark.parametrize("revision", RELEASED)
def test_a_released_schema_moves_forward_with_what_is_in_it(engine, revision):
    upgrade(engine, revision)
    assert is_current(engine) == (revision == RELEASED[-1])
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(text(LINE))
        connection.execute(text(KEY))
    migrate(engine)
    assert is_current(engine)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), tables.metadata) == []
        kept = connection.execute(text("SELECT scope, n, body, recv FROM log")).fetchall()
    assert [tuple(row) for row in kept] == [("a/b", 1, "{}", 5)]


def test_a_migration_that_fails_leaves_the_schema_as_it_was(engine):
    upgrade(engine, RELEASED[0])
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(text("CREATE INDEX ix_log_pressing ON log (kind)"))  # in 0002's way
    with pytest.raises(Exception, match="ix_log_pressing"):
        migrate(engine)
    with engine.connect() as connection:
        assert MigrationContext.configure(connection).get_current_revision() == RELEASED[0]
        columns = connection.execute(text("SELECT * FROM cases")).keys()
    assert "certificate" not in columns


SEAL = (
    "INSERT INTO log(scope, n, event, dev, inc, seq, hash, kind, case_no, person, jws, body,"
    " outcome, verdict, recv) VALUES ('a/b', :n, :event, 'd', 1, :n, :event, :kind, :case_no, 'p',"
    " 'j', :body, 'o', :verdict, :recv)"
)


def test_what_was_sealed_before_there_were_stamps_wants_one_now(engine):
    upgrade(engine, "0004")
    paper = {name: json.dumps({"document": {"sha256": name * 64}}) for name in "abcd"}
    lines = [
        ("seal", "one", paper["a"], "accepted", 11),
        ("seal", "two", paper["b"], "accepted", 22),
        ("seal", "two", paper["c"], "accepted", 33),  # sealed anew after a misprint
        ("seal", "three", paper["d"], "refused", 44),
        ("seal.intent", "four", "{}", "accepted", 55),
    ]
    names = ("kind", "case_no", "body", "verdict", "recv")
    rows = [
        {**dict(zip(names, line, strict=True)), "n": n, "event": f"e{n}"}
        for n, line in enumerate(lines, 1)
    ]
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(text(SEAL), rows)
    migrate(engine)
    with engine.connect() as connection:
        stamps = SqlTransaction(connection).stamps
        assert [stamps.get("one", "a" * 64), stamps.get("two", "b" * 64)] == [
            StampRow("one", "a" * 64, 11, 0, 11),
            StampRow("two", "b" * 64, 22, 0, 22),
        ]
        assert stamps.get("two", "c" * 64) == StampRow("two", "c" * 64, 33, 0, 33)
        (count,) = connection.execute(text("SELECT count(*) FROM stamps")).one()
    assert count == 3
