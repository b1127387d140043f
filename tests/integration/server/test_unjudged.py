"""An event that the centre runs into costs its neighbours nothing, and is told of: both databases.

What it runs into stands in for a fault of the centre's own program that nobody has found yet.
"""

import httpx
import msgspec
import pytest

from sync.proof.jws import read_logged_jws
from sync.proof.receipts import verify_receipt
from sync.protocol.records import EVENT, Record
from sync.server.db.log_rows import SqlLogRows
from sync.server.services.line import ingest
from tests.helpers import case_steps as say
from tests.helpers.case_walk import walk_to
from tests.helpers.centre import running_centre
from tests.helpers.ports import free_port
from tests.helpers.systems import introduce, sender_of

BROKEN, LATER = ("rejected", "wire.broken"), ("rejected", "wire.unavailable")
TAKEN = ("accepted", None)


@pytest.fixture
def port():
    return free_port()


@pytest.fixture
def centre(tmp_path, store, port):
    with running_centre(tmp_path, store=store, metrics_port=port) as running:
        yield running


@pytest.fixture
def ready(window):
    window.number = walk_to(window, "received")
    return window


def three(window):
    """Make an acceptance and two remarks upon it."""
    records = [window.event("accept", say.accept(), case=window.number)]
    return [*records, *(window.event("note_late", remark(n), case=window.number) for n in (1, 2))]


def remark(n):
    return {"what": "call", "happened_at": 1_772_500_000_000 + n, "reason": "电话告知"}


def core_of(record):
    return read_logged_jws(record.jws, EVENT).payload


def outcomes(answer):
    return [(result.verdict, result.code) for result in answer.results]


def proven(result, record, window):
    return verify_receipt(result.receipt, record, window.log_key).outcome.verdict


def found(centre):
    rows = centre.read(lambda tx: tx.cases.findings(None, 50))
    return [(row.code, row.dev, row.args) for row in rows]


def codes(centre):
    return [code for code, _, _ in found(centre)]


def health(centre):
    return {notice.code: notice.args for notice in centre.desk.health.notices()}


def metric(port, name):
    text = httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=30).text
    return next(line.split()[-1] for line in text.splitlines() if line.startswith(f"{name} "))


def test_what_cannot_be_judged_waits_and_what_came_before_it_is_answered(centre, ready, bad, port):
    first, broken, after = three(ready)
    bad.add(core_of(broken)["id"])
    before = centre.read(lambda tx: tx.log.count())
    answer = ready.push(first, broken, after)
    assert outcomes(answer) == [TAKEN, BROKEN, LATER]
    assert [result.id for result in answer.results] == [
        core_of(r)["id"] for r in (first, broken, after)
    ]
    expect = core_of(broken)["seq"]
    assert [result.expect for result in answer.results[1:]] == [expect, expect]
    assert proven(answer.results[0], first, ready) == "accepted"
    after_it = centre.read(lambda tx: tx.log.count())
    assert sum(after_it.values()) == sum(before.values()) + 1
    assert found(centre)[0] == ("unjudged", "d-339901-03", f'{{"seq":{expect}}}')

    assert outcomes(ready.push(broken, after)) == [BROKEN, LATER]  # it tries again, and again
    assert outcomes(ready.push(first, broken)) == [("duplicate", None), BROKEN]
    assert (codes(centre).count("unjudged"), codes(centre).count("chain_gap")) == (1, 0)
    assert health(centre)["events_unjudged"] == {"count": 1}
    assert metric(port, "chuangkou_events_unjudged_total") == "3.0"

    bad.clear()  # the program was mended
    assert outcomes(ready.push(broken, after)) == [TAKEN, TAKEN]
    assert "events_unjudged" not in health(centre)


def test_a_supervisor_reads_of_it_in_words(ready, bad, enter):
    browser = enter("supervisor")
    ready.log_in("clerk")
    first, broken, _ = three(ready)
    bad.add(core_of(broken)["id"])
    ready.push(first, broken)
    number = core_of(broken)["seq"]
    zh = "有 1 个窗口、系统或下级中心的步骤中心无法判定"
    en = "1 windows, systems or lower centres wait with a step"
    for language, board, finding in (
        ("zh", zh, f"第 {number} 号事件"),
        ("en", en, f"number {number} of this"),
    ):
        browser.headers["Accept-Language"] = language
        assert board in browser.get("/console").text
        assert finding in browser.get("/console/findings?kind=record").text


def test_what_the_database_does_not_take_is_found_while_the_window_tries_again(
    centre, ready, monkeypatch
):
    """The rows of a push are written at its end: nobody knows then whose they were."""
    records, bad = [*three(ready), ready.event("note_late", remark(3), case=ready.number)], set()
    plain = SqlLogRows.flush

    def flush(self):
        if bad.intersection(row.event for row in self._lines):
            raise ZeroDivisionError
        plain(self)

    monkeypatch.setattr(SqlLogRows, "flush", flush)
    bad.add(core_of(records[2])["id"])
    answer = ready.push(*records)
    assert outcomes(answer) == [TAKEN, TAKEN, LATER, LATER]
    assert proven(answer.results[1], records[1], ready) == "accepted"
    assert outcomes(ready.push(*records[2:])) == [BROKEN, LATER]
    assert "unjudged" in codes(centre)
    bad.clear()
    assert outcomes(ready.push(*records[2:])) == [TAKEN, TAKEN]


def test_what_cannot_even_be_read_waits_alone(centre, ready, monkeypatch):
    first, broken, after = three(ready)
    plain = ingest.read_event

    def read_event(record, resolve):
        if record.jws == broken.jws:
            raise ZeroDivisionError
        return plain(record, resolve)

    with monkeypatch.context() as patched:
        patched.setattr(ingest, "read_event", read_event)
        answer = ready.push(first, broken, after)
    assert outcomes(answer) == [TAKEN, BROKEN, LATER]
    assert answer.results[1].id is None
    assert outcomes(ready.push(broken, after)) == [TAKEN, TAKEN]


def test_a_departments_system_is_spared_likewise(centre, bad):
    with sender_of(centre, introduce(centre)) as sender:
        number, now = sender.number(), centre.clock.now_ms()

        def made(kind, card, body, case, cprev=None):
            by = centre.card(card).person
            return sender.step(kind, by, body, case=case, at=now, cprev=cprev)

        first = made("preregister", "reception", say.preregister(), number)
        broken = made("preregister", "reception", say.preregister(), sender.number())
        after = made("preregister", "reception", say.preregister(), sender.number())
        chain = dict(sender.chain)
        bad.add(core_of(msgspec.convert(broken, Record))["id"])
        said = sender.send(first, broken, after)
        assert [(r["verdict"], r["code"]) for r in said] == [TAKEN, BROKEN, LATER]
        assert said[1]["expect"] == said[2]["expect"] == sender.chain["seq"] + 1
        assert ("unjudged", "sys:scjg-1") in [(code, dev) for code, dev, _ in found(centre)]
        assert health(centre)["events_unjudged"] == {"count": 1}
        bad.clear()
        said = sender.send(broken, after)
        assert [(r["verdict"], r["code"]) for r in said] == [TAKEN, TAKEN]
        assert sender.ask("head", {})["seq"] == chain["seq"]
        assert "events_unjudged" not in health(centre)
