"""The support bundle: nothing of a citizen and nothing secret leaves the machine in it."""

import json
import logging
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.host.bundle import LINES_MOST, STARS, plain, scrubbed, write_bundle
from client.host.logs import start_logs
from client.host.machine import free_bytes, versions

CANARIES = (
    "欧阳修", "ZHAO Lei", "11010519491231002X", "13800138000", "92339901MA2ABCDE1X", "654321",
    "20261122-339901-00017-6", "kR3n1w0y8Jx2bq5PzVd7Lh4TfYc9MsA6GeUoKiQtXrE",
    "/srv/zhaolei/secret", "云岭县人民路1号", "0999-1234567",
    "DEADBEEFDEADBEEFDEADBEEFDEADBEEF", "Zhao",
)  # fmt: skip


def members(path):
    with zipfile.ZipFile(path) as bundle:
        return {name: bundle.read(name).decode() for name in bundle.namelist()}


def test_whatever_a_log_holds_no_canary_comes_into_the_bundle(tmp_path):
    logs = start_logs(tmp_path / "logs")
    try:
        for log in (logging.getLogger("some.package"), logging.getLogger("client.app.steps.clerk")):
            for canary in CANARIES:
                log.warning("could not print %s", canary)
                log.warning(canary)
                log.warning("sent", extra={"code": canary, "logger": canary, "reader": canary})
                log.error("failed for %s", canary, exc_info=ValueError(canary))
    finally:
        logs.close()
    raw = (tmp_path / "logs" / "window.log").read_text("utf-8")
    (tmp_path / "logs" / "window.log").write_text(
        raw
        + "\n".join(
            json.dumps({"event": c, "exception": c, "code": c, "logger": "ui"}) for c in CANARIES
        ),
        "utf-8",
    )
    write_bundle(tmp_path / "b.zip", {"findings": []}, tmp_path / "logs")
    whole = "".join(members(tmp_path / "b.zip").values())
    assert [canary for canary in CANARIES if canary in whole] == []
    assert "could not print ***" in whole
    assert "ValueError" in whole


def test_libraries_sentences_are_not_taken_over_at_all():
    line = json.dumps({"logger": "urllib.request", "level": "info", "event": "hello zhao lei"})
    assert json.loads(next(scrubbed([line]))) == {"logger": "urllib.request", "level": "info"}


def test_our_own_sentences_and_places_stay_so_that_somebody_can_mend_it():
    trace = (
        'Traceback (most recent call last):\n  File "/srv/zhaolei/app/client/store/log.py",'
        ' line 7, in append\n    raise ValueError("欧阳修")\n  File "/usr/lib/x.py", line 1, in y\n'
        "sync.domain.failures.StoreFailure: store.damaged 欧阳修"
    )
    line = json.dumps(
        {
            "timestamp": "2026-11-22T10:24:00.123Z",
            "level": "warning",
            "logger": "chuangkou.ui",
            "code": "store.damaged",
            "event": "the screen lane was blocked for 120 ms",
            "exception": trace,
            "person": "p0103",
        }
    )
    (told,) = [json.loads(each) for each in scrubbed([line])]
    assert told == {
        "timestamp": "2026-11-22T10:24:00.123Z",
        "level": "warning",
        "logger": "chuangkou.ui",
        "code": "store.damaged",
        "event": "the screen lane was blocked for 120 ms",
        "places": ["client/store/log.py:7 append"],
        "raised": ["sync.domain.failures.StoreFailure"],
    }


@given(st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1))
def test_no_chinese_ever_comes_through(text):
    assert plain(text) == STARS


@given(st.from_regex(r"\A[1-9]\d{6,18}[0-9X]?\Z"))
def test_no_long_number_ever_comes_through(text):
    assert plain(f"for {text} here") == f"for {STARS} here"


def test_what_is_no_log_line_is_left_out_and_the_newest_are_kept(tmp_path):
    logs = tmp_path / "logs"
    logs.mkdir()
    lines = [json.dumps({"event": f"line {n}", "logger": "ui"}) for n in range(LINES_MOST + 5)]
    (logs / "window.log").write_text("\n".join(["欧阳修 no json", *lines, "[1]"]), "utf-8")
    write_bundle(tmp_path / "b.zip", {}, logs)
    told = members(tmp_path / "b.zip")["logs/window.log"].splitlines()
    assert len(told) == LINES_MOST - 1
    assert json.loads(told[-1]) == {"event": f"line {LINES_MOST + 4}", "logger": "ui"}


def test_a_bundle_that_cannot_be_written_leaves_nothing(tmp_path):
    with pytest.raises(OSError, match="nowhere"):
        write_bundle(tmp_path / "nowhere" / "b.zip", {}, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_window_without_logs_has_its_report(tmp_path):
    write_bundle(tmp_path / "b.zip", {"findings": [1]}, tmp_path / "logs")
    assert json.loads(members(tmp_path / "b.zip")["report.json"]) == {"findings": [1]}


def test_the_machine_says_what_runs_here(tmp_path):
    found = versions()
    assert found["python"].startswith("3.")
    assert found["sqlcipher3"]
    assert free_bytes(tmp_path / "not" / "yet" / "there") > 0
