"""The walled card service itself: nothing outlives it, and where walls are refused it says so."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

from tests.helpers.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

ROOT = Path(__file__).resolve().parents[3]
MARK = "CHUANGKOU_TEST_RUN"


def marked(mark: str) -> list[str]:
    """Return the command lines of all processes that were started with the mark."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if f"{MARK}={mark}".encode() in (place / "environ").read_bytes():
                found.append((place / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue  # it has ended meanwhile
    return found


def python(code: str, mark: str, *before: str) -> dict:
    """Return how to run some Python under a mark, by another program if need be."""
    return {
        "args": [*before, sys.executable, "-c", code],
        "cwd": ROOT,
        "env": {**os.environ, MARK: mark},
        "stdin": subprocess.PIPE,
        "stdout": subprocess.PIPE,
        "stderr": subprocess.PIPE,
        "text": True,
    }


LIMIT = "echo 0 > /proc/sys/user/max_user_namespaces || exit 99;"
START = "from installer.demo.pcsc.machine import CardMachine; m = CardMachine(); "


def test_nothing_outlives_a_program_that_was_killed():
    mark = uuid.uuid4().hex
    with subprocess.Popen(**python(START + "print('up', flush=True); input()", mark)) as program:
        assert program.stdout.readline() == "up\n"
        service = next(line for line in marked(mark) if line.startswith("/usr/sbin/pcscd"))
        folder = Path(service.split()[-1]).parent
        assert folder.exists()
        program.kill()
    until(lambda: not marked(mark))
    assert not folder.exists()


def test_refused_namespaces_are_said_and_fail():
    refused = ("unshare", "--map-root-user", "sh", "-c", LIMIT + ' exec "$@"', "sh")
    done = subprocess.run(
        **{**python(START, uuid.uuid4().hex, *refused), "stdin": None, "stdout": None},
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "MachineFailed" in done.stderr
    assert "namespaces" in done.stderr
    assert "unshare" in done.stderr


WINDOW = """
import sys
from pathlib import Path
if sys.argv[1] == "pcsc":
    sys.modules["smartcard"] = None  # as on a machine without the PC/SC library
from client.bootstrap import build_window
from client.host.settings import Settings
settings = Settings(centre="https://127.0.0.1", reader=sys.argv[1])
parts = build_window(Path(sys.argv[2]), settings, print)
print("smartcard" in sys.modules)
try:
    print(parts.card.reader())
except Exception as failure:
    print(failure.code)
"""


@pytest.mark.parametrize(
    ("reader", "said"),
    [("simulator", ["False", "模拟读卡器"]), ("pcsc", ["True", "card.service_down"])],
)
def test_no_window_needs_the_library_and_a_simulated_one_never_loads_it(tmp_path, reader, said):
    done = subprocess.run(
        [sys.executable, "-c", WINDOW, reader, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.split() == said


def test_the_main_job_holds_with_real_readers_and_leaves_nothing_behind(tmp_path):
    mark = uuid.uuid4().hex
    done = subprocess.run(
        [
            sys.executable, "-m", "installer.demo", "--offscreen", "--card-reader", "pcsc",
            "--keep", str(tmp_path / "kept"),
        ],
        cwd=ROOT,
        env={**os.environ, MARK: mark},
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    result = json.loads(done.stdout.splitlines()[-1])
    assert (result["state"], result["certificate_holds"]) == ("closed", True)
    settings = json.loads((tmp_path / "kept" / "window" / "window.json").read_text())
    assert settings["reader"] == "pcsc"
    until(lambda: not marked(mark))
