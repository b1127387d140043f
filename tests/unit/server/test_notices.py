"""The outbox of short messages: once each, again when they did not go, never for long in vain."""

import asyncio
import json
import stat

import pytest
import structlog

from sync.protocol.errors import WireError
from sync.server.db.engine import open_sqlite
from sync.server.db.migrate import migrate
from sync.server.db.writer import SqlLedger
from sync.server.jobs.messages import MessageJob
from sync.server.services.cases.notices import TAKEN_MS, Messenger
from sync.server.services.rows.notices import NoticeRow
from sync.server.spool import NAME, PLAINLY, Spool

NOW = 1_772_501_400_000
PHONE = "13900000114"
MESSAGE = NoticeRow("e1", "p0114", "339901/zjj", "20260303-339901-00001-0", PHONE, "已受理", NOW)


class Clock:
    def __init__(self):
        self.ms = NOW

    def now_ms(self):
        return self.ms


class Way:
    """A gateway that remembers, and fails while it is told to."""

    name = "way"

    def __init__(self):
        self.went, self.down = [], False

    def send(self, message):
        if self.down:
            raise OSError
        self.went.append(message.event)


@pytest.fixture
def ledger(tmp_path):
    engine = open_sqlite(tmp_path / "centre.db")
    migrate(engine)
    made = SqlLedger(engine, lambda _tx: None, lambda _tx, _scopes: None, lambda *_told: None)
    made.write_now(lambda tx: tx.notices.keep(MESSAGE))
    yield made
    made.close()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def way():
    return Way()


@pytest.fixture
def messenger(ledger, clock, way):
    return Messenger(ledger, clock, way)


def send(messenger):
    return asyncio.run(messenger.send_waiting())


def kept(ledger):
    return ledger.read_now(lambda tx: tx.notices.of_case(MESSAGE.case_no))


def test_a_message_goes_once(ledger, messenger, way):
    assert (send(messenger), send(messenger)) == (1, 0)
    assert way.went == ["e1"]
    (row,) = kept(ledger)
    assert (row.sent, row.via) == (NOW, "way")


def test_the_same_event_tells_a_person_once(ledger, messenger, way):
    ledger.write_now(lambda tx: tx.notices.keep(MESSAGE))
    send(messenger)
    assert way.went == ["e1"]


def test_a_message_that_did_not_go_is_tried_again_after_a_while(ledger, messenger, way, clock):
    way.down = True
    with structlog.testing.capture_logs() as said:
        assert send(messenger) == 0
    assert said[0]["event"] == "message not sent"
    assert PHONE not in str(said)
    way.down = False
    assert send(messenger) == 0  # somebody may be sending it yet
    clock.ms += TAKEN_MS + 1
    assert send(messenger) == 1
    assert kept(ledger)[0].sent == clock.ms


def test_what_one_process_has_taken_another_does_not_send(ledger, messenger, way):
    ledger.write_now(lambda tx: tx.notices.take(NOW, NOW - TAKEN_MS, 5))
    assert send(messenger) == 0
    assert way.went == []


def test_the_spool_says_that_nothing_was_sent(tmp_path):
    spool = Spool(tmp_path / "spool")
    spool.send(MESSAGE)
    spool.send(MESSAGE)
    path = tmp_path / "spool" / NAME
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [line["to"] for line in lines] == [PHONE, PHONE]
    assert lines[0]["note"] == PLAINLY
    assert "未发送" in PLAINLY
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_telephone_is_in_no_repr():
    assert PHONE not in repr(MESSAGE)


def test_a_database_that_is_away_is_said_in_one_line_and_the_job_goes_on(messenger, monkeypatch):
    monkeypatch.setattr("sync.server.jobs.messages.LOOK_S", 0)
    rounds = []

    async def send_waiting():
        rounds.append(len(rounds))
        if len(rounds) == 1:
            raise WireError("wire.unavailable", retry_after=1)
        raise asyncio.CancelledError

    monkeypatch.setattr(messenger, "send_waiting", send_waiting)
    with structlog.testing.capture_logs() as said, pytest.raises(asyncio.CancelledError):
        asyncio.run(MessageJob(messenger).run())
    assert said == [
        {"event": "messages put off", "failure": "wire.unavailable", "log_level": "warning"}
    ]
    assert rounds == [0, 1]
