"""The file that short messages go to where there is no gateway: by the batch, all or none."""

import json
import os
import resource
import stat
from dataclasses import replace

import pytest

from sync.server.channels.spool import NAME, PLAINLY, Spool
from sync.server.services.channels.courier import TAKEN_MS, Courier
from sync.server.services.channels.outbox import Outbox
from tests.unit.server.test_notices import CASE, NIGHT, PHONE, TELLING, Clock, send, several, tell


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def outbox():
    return Outbox(frozenset({"sms"}), NIGHT)


def kept(ledger):
    return ledger.read_now(lambda tx: tx.messages.of_case(CASE))


def test_the_spool_says_that_nothing_was_sent(ledger, outbox, clock, tmp_path):
    tell(ledger, outbox, clock)
    spool = Spool(tmp_path / "spool")
    (row,) = kept(ledger)
    spool.send(row)
    spool.send(row)
    path = tmp_path / "spool" / NAME
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [line["to"] for line in lines] == [PHONE, PHONE]
    assert lines[0]["note"] == PLAINLY
    assert "未发送" in PLAINLY
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def spooled(folder):
    return [json.loads(line)["id"] for line in (folder / NAME).read_text("utf-8").splitlines()]


def test_what_waits_goes_into_the_spool_by_one_writing(
    ledger, outbox, clock, tmp_path, monkeypatch
):
    several(ledger, outbox, clock, 5)
    syncs, plain = [], os.fsync
    monkeypatch.setattr("sync.server.channels.spool.os.fsync", lambda it: syncs.append(plain(it)))
    courier = Courier(ledger, clock, {"sms": Spool(tmp_path)}, outbox)
    assert (send(courier), len(syncs)) == (5, 1)
    assert spooled(tmp_path) == [f"e{n}/applicant/sms" for n in range(5)]
    rows = kept(ledger)
    assert [(row.state, row.via, row.tries) for row in rows] == [("sent", "spool", 1)] * 5


def test_of_what_goes_together_one_that_may_have_gone_is_not_given_again(
    ledger, outbox, clock, tmp_path
):
    several(ledger, outbox, clock, 1)
    ledger.write_now(lambda tx: tx.messages.take(clock.ms, clock.ms + TAKEN_MS, 5))
    clock.ms += TAKEN_MS
    tell(ledger, outbox, clock)
    assert send(Courier(ledger, clock, {"sms": Spool(tmp_path)}, outbox)) == 2
    assert spooled(tmp_path) == ["e1/applicant/sms"]
    rows = kept(ledger)
    assert [(row.state, row.code) for row in rows] == [("failed", "unsure"), ("sent", "")]


def test_where_there_is_no_room_for_all_of_them_none_has_gone(ledger, outbox, clock, tmp_path):
    """The disk is full in the middle: what stands there is not sent twice afterwards."""
    spool = Spool(tmp_path)
    courier = Courier(ledger, clock, {"sms": spool}, outbox)
    tell(ledger, outbox, clock, replace(TELLING, id="before"))
    send(courier)
    before = (tmp_path / NAME).stat().st_size
    several(ledger, outbox, clock, 3)
    rows = kept(ledger)[1:]
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (before + 600, limits[1]))  # one of them, and a half
    try:
        with pytest.raises(OSError, match="No space"):
            spool.send_together(rows)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert (tmp_path / NAME).stat().st_size == before
    assert send(courier) == 3
    assert len(spooled(tmp_path)) == 4
