"""A window's reports at the centre: bound to it, kept once, bounded, read by whoever may."""

import json
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest
from typer.testing import CliRunner

from sync.protocol.crash_messages import Raised
from sync.protocol.errors import WireError
from sync.protocol.limits import CRASH_MAX
from sync.server.cli.app import build
from sync.server.services.supervision.crashes import (
    DAY_MOST,
    KEPT_DAYS,
    LOOKED,
    MINUTE_MOST,
    OPERATOR,
)
from sync.texts import texts
from tests.helpers.crash_reports import MARK, report, send
from tests.helpers.hand_window import Refusal


def raw(window, data, **headers):
    window.send("GET", "/v1/hello")
    proof = window.proof_headers("POST", "/v1/crashes", data, token=window.token)
    answer = window.send("POST", "/v1/crashes", data, proof | headers)
    return answer.status_code, answer.json().get("code")


@pytest.fixture
def window(windows):
    made = windows()
    made.log_in("clerk")
    return made


def groups(centre, scopes=None):
    return centre.read(lambda tx: centre.centre.desk.crashes.groups(tx, scopes))


def test_a_report_is_kept_as_it_came_and_once(centre, window):
    sent = report()
    for _ in range(3):  # its answer was lost
        assert send(window, sent).id == sent.id
    assert send(window, report(id=sent.id, note="anderes")).id == sent.id
    (group,) = groups(centre)
    assert (group.fingerprint, group.reports, group.times, group.windows) == (MARK, 1, 5, 1)
    assert (group.name, group.kind, group.version) == ("KeyError", "error", "0.1.0")
    desk = centre.centre.desk
    ((row, kept),) = centre.read(lambda tx: desk.crashes.of_fault(tx, None, MARK, "0.1.0"))
    assert kept == sent
    assert (row.dev, row.hall) == ("d-339901-03", "339901")


def test_two_windows_that_send_one_report_at_once_have_one_each(centre, window, windows):
    other = windows("d-339901-04")
    other.log_in("reception")
    sent = report()
    with ThreadPoolExecutor(2) as both:
        answers = list(both.map(lambda each: send(each, sent).id, (window, other)))
    assert answers == [sent.id, sent.id]
    (group,) = groups(centre)
    assert (group.reports, group.windows, group.times) == (2, 2, 10)


def test_faults_are_apart_by_mark_and_version_and_within_reach(centre, window):
    for number, version in enumerate(("0.1.0", "0.1.0", "0.2.0")):
        send(window, report(version=version, count=number + 1))
    send(window, report(fingerprint="0" * 16, kind="died", raised=[Raised(name="killed")]))
    assert {(g.fingerprint, g.version, g.reports, g.times) for g in groups(centre)} == {
        (MARK, "0.1.0", 2, 3), (MARK, "0.2.0", 1, 3), ("0" * 16, "0.1.0", 1, 5),
    }  # fmt: skip
    assert len(groups(centre, ["339901/scjg", "339901/ycj"])) == 3
    assert groups(centre, ["339911/sqb"]) == []
    desk = centre.centre.desk
    with pytest.raises(WireError, match=r"wire\.not_found"):
        centre.read(lambda tx: desk.crashes.of_fault(tx, ["339911/sqb"], MARK, ""))


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "1"},
        {"fingerprint": "X" * 16},
        {"kind": "shell"},
        {"count": 0},
        {"page": "case/20260303-339901-00001-5"},
        {"page": "case 2026"},
        {"version": "\x1b[2J"},
        {"said": "欧阳修"},
        {"log": ["line\nline"]},
        {"log": ["x"] * 61},
        {"note": "\u202etxt"},
        {"note": "a\x1b]0;b"},
        {"note": "字" * 501},
        {"raised": [{"name": "E", "places": ["<script>alert(1);"]}]},
        {"versions": {str(number): "1" for number in range(25)}},
        {"first": -1},
    ],
)
def test_what_is_no_report_is_refused_and_leaves_nothing(centre, window, wrong):
    said = msgspec.to_builtins(report()) | wrong
    assert raw(window, json.dumps(said).encode()) == (400, "wire.malformed")
    assert groups(centre) == []


def test_rubbish_megabytes_and_packed_megabytes_are_refused(centre, window):
    import zstandard  # noqa: PLC0415

    assert raw(window, b"\x00rubbish") == (400, "wire.malformed")
    assert raw(window, b" " * (CRASH_MAX + 1)) == (413, "wire.too_large")
    packed = zstandard.ZstdCompressor().compress(b" " * 50_000_000)
    assert len(packed) < CRASH_MAX
    packed_answer = raw(window, packed, **{"Content-Encoding": "zstd"})
    assert packed_answer == (413, "wire.too_large")
    assert groups(centre) == []


def test_whoever_runs_a_hall_sees_its_windows_by_the_halls_own_scope(centre, window):
    send(window, report())
    desk = centre.desk.crashes
    for scope, seen in (("hall/339901", 1), ("339901/scjg", 1), ("hall/339902", 0)):
        assert len(centre.read(lambda tx, scope=scope: desk.groups(tx, (scope,)))) == seen


def test_without_a_session_nothing_is_taken(centre, windows):
    stranger = windows()
    data = msgspec.json.encode(report())
    stranger.send("GET", "/v1/hello")
    headers = stranger.proof_headers("POST", "/v1/crashes", data)
    assert stranger.send("POST", "/v1/crashes", data, headers).status_code == 401
    assert groups(centre) == []


def test_a_window_that_sends_without_end_is_held_up_by_the_minute_and_by_the_day(centre, window):
    sent = [report(fingerprint=f"{number:016x}") for number in range(DAY_MOST + 1)]
    for each in sent[:MINUTE_MOST]:
        send(window, each)
    with pytest.raises(Refusal) as hasty:
        send(window, sent[MINUTE_MOST])
    assert hasty.value.code == "wire.rate_limited"
    centre.clock.advance(minutes=1)
    for each in sent[MINUTE_MOST:DAY_MOST]:
        send(window, each)
    with pytest.raises(Refusal) as many:
        send(window, sent[DAY_MOST])
    assert many.value.code == "wire.rate_limited"
    assert send(window, sent[0]).id == sent[0].id  # one that is here is no new one
    centre.clock.advance(days=1)
    window.log_in("clerk")
    send(window, sent[DAY_MOST])
    assert sum(group.reports for group in groups(centre)) == DAY_MOST + 1


def test_after_its_term_a_report_is_gone(centre, window):
    send(window, report())
    desk, ledger = centre.centre.desk, centre.centre.ledger
    centre.clock.advance(days=KEPT_DAYS - 1)
    assert ledger.write_now(desk.crashes.forget) == 0
    centre.clock.advance(days=2)
    assert ledger.write_now(desk.crashes.forget) == 1
    assert groups(centre) == []


def test_the_operator_lists_and_reads_and_it_is_written_down(centre, window, store, monkeypatch):
    if store == "postgresql":  # where the command line finds it
        monkeypatch.setenv("CHUANGKOU_DATABASE_URL", centre.url)
    sent = report()
    send(window, sent)

    def run(*words):
        done = CliRunner().invoke(build(texts("en")), [str(word) for word in words])
        return done.exit_code, done.output, done.exception

    data = ("--data", centre.settings.data)
    code, listed, _ = run("crashes", "list", "--json", *data)
    assert code == 0
    assert json.loads(listed)["times"] == 5
    assert MARK in run("crashes", "list", *data)[1]
    _, shown, _ = run("crashes", "show", MARK, *data)
    assert "d-339901-03" in shown
    assert "受理时" in shown
    code, _, error = run("crashes", "show", "0" * 16, *data)
    assert code != 0
    assert error.code == "centre.crash_unknown"
    looks = centre.read(lambda tx: tx.console.accesses(100))
    seen = [row.subject for row in looks if (row.person, row.what) == (OPERATOR, LOOKED)]
    assert sorted(seen) == ["", "", MARK]  # what was not there was not seen
