"""Canaries: whatever way a secret goes into the log, it does not come out."""

import json
import logging
import sys

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from client.host import logs as module
from client.host.logs import KEPT, redact, start_logs
from sync.domain.secret import Secret

KEY = bytes(range(100, 132))
CANARIES = {
    "pin": "774411",
    "resident_id": "11010519491231002X",
    "credit_code": "91350100M000100Y43",
    "mobile": "13800138000",
    "key_hex": KEY.hex(),
    "jws": "eyJhbGciOiJFUzI1NiJ9.eyJzYWx0IjoiQUFBQUFBQUFBQUFBIn0.c2lnbmF0dXJlc2lnbmF0dXJl",
    "key_b64u": "ZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7fH1-f4CBgoM",
    "pem": "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqG\n-----END PRIVATE KEY-----",
}
SHAPED = [value for name, value in CANARIES.items() if name != "pin"]


@pytest.fixture
def log(tmp_path):
    logs = start_logs(tmp_path)
    yield tmp_path / "window.log"
    logs.close()
    structlog.reset_defaults()


def test_names_and_shapes_are_cut_wherever_they_stand(log):
    logger = structlog.get_logger("client.test")
    logger.info("login", pin=CANARIES["pin"], card_pin=CANARIES["pin"], key=KEY, raw=[KEY])
    logger.info("nested", request={"token": CANARIES["key_b64u"], "deep": [{"PIN": "774411"}]})
    logger.info("secret", wrapped=Secret("774411"), listed=(Secret(KEY),))
    for value in SHAPED:
        logger.warning(f"sentence {value} end", note=value, number_list=[value])  # noqa: G004
        logging.getLogger("library").error("by %s and %r", value, {"k": value})
    logger.info("numbers", count=13800138000, other=110105194912310021)
    text = log.read_text("utf-8")
    for value in CANARIES.values():
        assert value not in text
        assert json.dumps(value)[1:-1] not in text
    assert repr(KEY) not in text
    assert "110105194912310021" not in text


def test_exception_text_is_cut_too(log):
    try:
        int(CANARIES["resident_id"])
    except ValueError:
        structlog.get_logger().exception("failed")
        logging.getLogger("library").exception("failed")
    text = log.read_text("utf-8")
    assert text.count("ValueError") >= 2
    assert CANARIES["resident_id"] not in text


def test_what_is_needed_to_help_stays_readable(log):
    structlog.get_logger("client.store").info(
        "case.saved",
        case="20261122-339901-00017-8",
        event_id="01938f0e-7d3b-7c3a-9a51-0242ac120002",
        person_id="p0103",
        took_ms=3,
        code="store.disk_full",
    )
    line = json.loads(log.read_text("utf-8"))
    assert line["case"] == "20261122-339901-00017-8"
    assert line["event_id"] == "01938f0e-7d3b-7c3a-9a51-0242ac120002"
    assert (line["person_id"], line["took_ms"], line["code"]) == ("p0103", 3, "store.disk_full")
    assert (line["event"], line["logger"], line["level"]) == ("case.saved", "client.store", "info")


def test_a_library_tells_what_went_wrong_and_not_each_request(log):
    logging.getLogger("httpx").info("HTTP Request: POST …")
    logging.getLogger("httpx").warning("something")
    assert [json.loads(line)["event"] for line in log.read_text().splitlines()] == ["something"]


@given(st.text(max_size=20), st.sampled_from(SHAPED), st.text(max_size=20))
def test_shape_is_cut_between_any_words(before, value, after):
    assert value not in str(redact(f"{before} {value} {after}"))


def test_a_log_goes_round_within_its_bound_and_keeps_the_newest(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "LARGEST", 2000)
    logs = start_logs(tmp_path)
    try:
        for number in range(300):
            logging.getLogger("chuangkou.ui").warning("line %d", number)
    finally:
        logs.close()
        structlog.reset_defaults()
    files = sorted(tmp_path.iterdir())
    assert len(files) == KEPT + 1
    assert all(file.stat().st_size <= 2000 for file in files)
    kept = [json.loads(line)["event"] for file in files for line in file.read_text().splitlines()]
    assert len(kept) == len(set(kept))
    newest = (tmp_path / "window.log").read_text().splitlines()[-1]
    assert json.loads(newest)["event"] == "line 299"


def test_a_log_that_cannot_be_written_stops_nobody(tmp_path, monkeypatch):
    """As on a full disk, and in a frozen window on Windows, which has no console to say it on."""
    logs = start_logs(tmp_path)
    monkeypatch.setattr(sys, "stderr", None)
    try:
        (tmp_path / "window.log").mkdir()
        logging.getLogger("chuangkou.ui").warning("lost")
        (tmp_path / "window.log").rmdir()
        logging.getLogger("chuangkou.ui").warning("kept")
    finally:
        logs.close()
        structlog.reset_defaults()
    assert "kept" in (tmp_path / "window.log").read_text()
