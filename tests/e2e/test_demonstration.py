"""The README's first command, offscreen: the whole job through the real widgets."""

import json
import sqlite3
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """Play it once; the tests look at what it left."""
    folder = tmp_path_factory.mktemp("demo")
    answer = subprocess.run(
        [
            sys.executable, "-m", "installer.demo", "--offscreen",
            "--keep", str(folder / "keep"), "--pictures", str(folder / "pictures"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=500,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr[-3000:] + answer.stdout[-2000:]
    result = json.loads(answer.stdout.splitlines()[-1])
    return result, folder


def test_it_ends_with_what_the_readme_promises(told):
    result, _ = told

    assert result["state"] == "closed"
    assert result["light"] == "white"
    assert datetime.fromisoformat(result["due_at"]).utcoffset().total_seconds() == 8 * 3600
    assert result["verdicts"] == {"accepted": result["events"], "refused": 0}
    assert result["second_case"]["urges"] == ["yellow", "red"]


def test_the_departments_own_system_sent_a_step_and_the_log_says_that_it_did(told):
    result, _ = told
    with sqlite3.connect(f"file:{result['centre_database']}?mode=ro", uri=True) as database:
        sent = database.execute("SELECT kind, verdict FROM log WHERE dev = 'sys:scjg-1'").fetchall()
    database.close()
    assert sent == [("preregister", "accepted")]


def test_other_tools_accept_the_certificate(told, tmp_path):
    result, _ = told
    database = f"sql:{tmp_path}"
    for command in (
        ["certutil", "-N", "-d", database, "--empty-password"],
        ["certutil", "-A", "-d", database, "-n", "ca", "-t", "C,C,C", "-a", "-i", result["trust"]],
    ):
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL, timeout=30)
    said = subprocess.run(
        ["pdfsig", "-nssdir", database, result["certificate"]],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    ).stdout

    assert "Signature is Valid." in said
    assert "Certificate is Trusted." in said
    assert "Total document signed" in said
    assert subprocess.run(["qpdf", "--check", result["certificate"]], check=False).returncode == 0


def test_the_store_tells_nothing_without_its_key(told):
    result, _ = told
    data = Path(result["store"]).read_bytes()

    assert not data.startswith(b"SQLite format 3")
    for secret in ("云岭县滨河餐饮店", "110105199001010010", result["case_no"]):
        assert secret.encode() not in data


def test_the_centre_logged_each_step_of_the_case_once(told):
    result, _ = told
    with sqlite3.connect(f"file:{result['centre_database']}?mode=ro", uri=True) as database:
        kinds = [
            row[0]
            for row in database.execute(
                "SELECT kind FROM log WHERE case_no = ? ORDER BY n", (result["case_no"],)
            )
        ]
    database.close()

    assert kinds == [
        "preregister", "receive", "notify_correction", "correct", "accept", "claim", "handle",
        "review", "grant", "make", "seal.intent", "seal", "issue", "sign_for", "close",
    ]  # fmt: skip


def test_every_screen_has_its_picture(told):
    _, folder = told
    pictures = sorted(path.name for path in (folder / "pictures").glob("*.png"))

    assert len([name for name in pictures if name.startswith("en-")]) == 5
    assert len(pictures) >= 40
