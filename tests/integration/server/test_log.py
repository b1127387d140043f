"""What was logged stays as it is, whoever asks, whatever happens."""

import sqlite3
import sys
from contextlib import contextmanager

import msgspec
import psycopg
import pytest
import structlog

from sync.domain.case import Case
from sync.domain.events import Step
from sync.domain.workflow import advance
from sync.proof.events import read_logged_event
from sync.proof.outcomes import outcome_leaf, read_outcome, read_tree_head, root_of
from sync.proof.receipts import verify_growth
from sync.proof.tree import Frontier, verify_inclusion
from sync.protocol import messages
from sync.protocol.codec import b64u_decode
from sync.protocol.records import Record
from sync.server.clock import moment
from tests.helpers import case_steps as say
from tests.helpers import pg
from tests.helpers.case_walk import walk_to
from tests.helpers.centre import running_centre
from tests.helpers.hand_window import SCOPE

CHANGES = {
    "sqlite": (
        "UPDATE {} SET hash = 'x'",
        "DELETE FROM {}",
        "INSERT OR REPLACE INTO {0} SELECT * FROM {0}",
        "INSERT INTO {0} SELECT * FROM {0} WHERE true ON CONFLICT DO UPDATE SET hash = 'x'",
    ),
    "postgresql": (
        "UPDATE {} SET hash = 'x'",
        "DELETE FROM {}",
        "TRUNCATE {}",
        "INSERT INTO {0} SELECT * FROM {0} ON CONFLICT ON CONSTRAINT pk_{0} DO UPDATE SET hash='x'",
    ),
}


@pytest.mark.parametrize("table", ["log", "event_ids"])
def test_whoever_may_do_everything_is_refused_a_change_of_the_log(centre, window, store, table):
    walk_to(window, "registered")
    with centre.sql() as connection:
        everything = f"SELECT * FROM {table}"  # noqa: S608  # one of two names of ours
        before = connection.execute(everything).fetchall()
        for change in CHANGES[store]:
            with pytest.raises((sqlite3.IntegrityError, psycopg.Error), match="append only"):
                connection.execute(change.format(table))
        assert connection.execute(everything).fetchall() == before


@pytest.mark.parametrize("table", ["log", "event_ids"])
@pytest.mark.parametrize("change", CHANGES["postgresql"])
def test_the_centres_own_user_has_no_right_to_change_the_log(tmp_path, table, change):
    with running_centre(tmp_path, store="postgresql") as centre, psycopg.connect(centre.url) as own:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            own.execute(change.format(table))
        own.rollback()


def test_the_database_is_durable_by_its_settings(centre, store):
    def said(tx, question):
        return tx._connection.exec_driver_sql(question).scalar()

    if store == "sqlite":
        assert centre.read(lambda tx: said(tx, "PRAGMA journal_mode")) == "wal"
        assert centre.read(lambda tx: said(tx, "PRAGMA synchronous")) == 2  # FULL
    else:
        with pg.cluster().connect() as cluster:
            name = pg.name_of(centre.url)
            cluster.execute(f"ALTER DATABASE {name} SET synchronous_commit TO off")
        centre.restart()
        assert centre.read(lambda tx: said(tx, "SHOW synchronous_commit")) == "on"


def test_a_restart_keeps_everything(centre, window):
    number = walk_to(window, "accepted")
    row = centre.read(lambda tx: tx.cases.get(number))
    heads = centre.read(lambda tx: tx.log.heads([SCOPE, "policy", "hall/339901"]))
    held = read_tree_head(heads[SCOPE].sth, window.log_key)
    record = window.event("note_late", {"what": "x", "happened_at": 1, "reason": "y"}, case=number)
    first = window.push(record)
    size = centre.desk.policy.size
    centre.restart()
    assert centre.desk.policy.size == size
    after = centre.read(lambda tx: tx.cases.get(number))
    assert (after.state, after.due) == (row.state, row.due)
    window.send("GET", "/v1/hello")
    again = window.push(record, heads={SCOPE: held.size})  # token, session and chain go on
    assert again.results[0].verdict == "duplicate"
    assert again.results[0].receipt.outcome == first.results[0].receipt.outcome
    new = read_tree_head(again.results[0].receipt.sth, window.log_key)
    verify_growth(held, new, again.consistency.get(SCOPE))
    window.log_in("handler")
    assert window.step("claim", {}, case=number).verdict == "accepted"


def test_every_line_leads_to_the_head_and_cases_fold_from_the_log(centre, window):
    number = walk_to(window, "deciding")
    lines = centre.read(lambda tx: tx.log.after(SCOPE, 0, 100))
    frontier = Frontier()
    for line in lines:
        frontier = frontier.append(outcome_leaf(line.outcome))
    head = centre.read(lambda tx: tx.log.head(SCOPE))
    assert Frontier.unpack(head.frontier) == frontier
    assert root_of(read_tree_head(head.sth, window.log_key)) == frontier.root()
    held = centre.read(lambda tx: tx.cases.get(number))
    assert held.body == folded(centre, lines)


def test_every_line_is_proved_by_its_receipt(centre, window):
    walk_to(window, "deciding")
    head = centre.read(lambda tx: tx.log.head(SCOPE))
    root = root_of(read_tree_head(head.sth, window.log_key))
    for line in centre.read(lambda tx: tx.log.after(SCOPE, 0, 100)):
        receipt = centre.read(lambda tx, line=line: centre.desk.scopes.receipt(tx, line))
        path = [b64u_decode(step) for step in receipt.path]
        assert verify_inclusion(outcome_leaf(line.outcome), line.n - 1, head.size, path, root)


def test_a_failed_write_leaves_no_trace(centre, window):
    number = walk_to(window, "received")
    before = centre.read(lambda tx: tx.log.count())
    record = window.event("accept", say.accept(), case=number)
    with no_room(centre):
        (told,) = window.push(record).results
    assert (told.verdict, told.code, told.receipt) == ("rejected", "wire.broken", None)
    assert centre.read(lambda tx: tx.log.count()) == before
    window.accepted(window.push(record))  # the same event, once there is room again


@contextmanager
def no_room(centre):
    """Let the log refuse every new line meanwhile."""
    full, room = "BEGIN SELECT RAISE(ABORT, 'disk full'); END", "DROP TRIGGER no_room"
    with centre.sql() as connection:
        if centre.url:
            connection.execute(
                "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE 'disk full' USING DETAIL = NEW.body; END $$"
            )
            full, room = "FOR EACH ROW EXECUTE FUNCTION no_room()", "DROP FUNCTION no_room CASCADE"
        connection.execute(f"CREATE TRIGGER no_room BEFORE INSERT ON log {full}")
        yield
        connection.execute(room)


def signed_push(window, record):
    body = msgspec.json.encode(messages.PushRequest(events=[record]))
    return body, window.proof_headers("POST", "/v1/push", body, token=window.token)


def folded(centre, lines):
    """Fold a case anew from its lines, as anybody may."""
    case = None
    for line in lines:
        read, outcome = (
            read_logged_event(Record(line.jws, line.body, line.act)),
            read_outcome(line.outcome),
        )
        step = Step(
            id=line.event,
            kind=line.kind,
            case=line.case_no,
            scope=line.scope,
            person=line.person,
            device=line.dev,
            at=moment(read.core.at),
            body=read.body,
            signed_by_card=line.act is not None,
            lo=moment(outcome.lo),
            hi=moment(outcome.hi),
        )
        case = advance(case, step, centre.desk.policy.rules())
    assert isinstance(case, Case)
    return msgspec.json.encode(case).decode()


def test_what_a_database_complains_of_names_no_citizen(centre, window, capfd):
    structlog.configure(
        processors=[structlog.processors.format_exc_info, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(0),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
    )
    number = walk_to(window, "received")
    canary = {"what": "x", "happened_at": 1, "reason": "金丝雀-身份证110105199001010010"}
    record = window.event("note_late", canary, case=number)
    with no_room(centre):
        window.send("POST", "/v1/push", *signed_push(window, record))
    said = capfd.readouterr()
    shown = said.out + said.err
    assert "disk full" in shown
    for secret in ("金丝雀", "110105199001010010", record.jws, window.token):
        assert secret not in shown
