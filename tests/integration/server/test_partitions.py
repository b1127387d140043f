"""What of the schema could be divided, asked of PostgreSQL itself: ADR "One table for the log"."""

import psycopg
import pytest

from tests.helpers import pg
from tests.helpers.centre import standing_database

LIKE = "CREATE TABLE divided (LIKE {} INCLUDING ALL) PARTITION BY {}"
REFUSALS = (psycopg.errors.UniqueViolation, psycopg.errors.RaiseException)
KEYS = """
SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum)
FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey)
WHERE i.indisunique AND c.relnamespace = 'public'::regnamespace
GROUP BY c.relname, i.indexrelid
"""


@pytest.fixture(scope="module")
def database():
    """The schema as migrations leave it, with the sample; nothing in it is kept."""
    cluster = pg.cluster()
    url = cluster.create(template=standing_database(cluster))
    yield pg.name_of(url)
    cluster.drop(url)


@pytest.fixture
def sql(database):
    """A connection whose work is undone at the end."""
    with pg.cluster().connect(database) as connection:
        connection.autocommit = False
        yield connection
        connection.rollback()


@pytest.mark.parametrize(
    ("table", "way"),
    [
        ("log", "RANGE (recv)"),  # by month
        ("event_ids", "HASH (scope)"),
        ("cases", "HASH (scope)"),
    ],
)
def test_a_division_that_would_weaken_a_key_is_refused(sql, table, way):
    with pytest.raises(
        psycopg.errors.FeatureNotSupported, match="must include all partitioning columns"
    ):
        sql.execute(LIKE.format(table, way))


@pytest.mark.parametrize(
    ("table", "way"),
    [
        ("log", "HASH (scope)"),
        ("log", "LIST (scope)"),
        ("tree_nodes", "HASH (scope)"),
        (
            "event_ids",
            "RANGE (event)",
        ),  # its first digits are a time: months, by the window's clock
    ],
)
def test_divisions_that_leave_every_key_whole(sql, table, way):
    sql.execute(LIKE.format(table, way))


def test_the_log_by_scope_keeps_its_key_and_needs_each_part_closed(sql):
    sql.execute(LIKE.format("log", "HASH (scope)"))
    for part in range(2):
        sql.execute(
            f"CREATE TABLE part{part} PARTITION OF divided "
            f"FOR VALUES WITH (MODULUS 2, REMAINDER {part})"
        )
    for event in ("ROW BEFORE UPDATE OR DELETE", "STATEMENT BEFORE TRUNCATE"):
        each, when = event.split(" ", 1)
        sql.execute(
            f"CREATE TRIGGER closed_{each} {when} ON divided FOR EACH {each} "
            "EXECUTE FUNCTION append_only()"
        )
    sql.execute("INSERT INTO divided SELECT * FROM log")
    (part,) = sql.execute("SELECT min(tableoid::regclass::text) FROM divided").fetchone()
    for refused in (
        "INSERT INTO divided SELECT * FROM log",
        "UPDATE divided SET jws = ''",
        f"UPDATE {part} SET jws = ''",  # noqa: S608  # a name of ours
        f"DELETE FROM {part}",  # noqa: S608
        "TRUNCATE divided",
    ):
        with pytest.raises(REFUSALS), sql.transaction():
            sql.execute(refused)
    # A trigger on TRUNCATE is not handed down: whoever divides the log closes each part by itself.
    with sql.transaction(force_rollback=True):
        sql.execute("TRUNCATE part0, part1")
        assert sql.execute("SELECT count(*) FROM divided").fetchone() == (0,)


def test_which_keys_hold_the_scope(sql):
    """What a distribution by scope (Citus) finds: the log does, what ties devices together not."""
    keys = dict(sql.execute(KEYS).fetchall())
    holding = {name for name, columns in keys.items() if "scope" in columns}
    assert {"log", "tree_nodes", "scope_heads", "facts", "totals", "tallies"} <= holding
    assert not {"event_ids", "device_heads", "cases", "numbers_used", "anchors"} & holding
