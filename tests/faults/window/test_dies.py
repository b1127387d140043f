"""The window's own process dies by itself; its next start has a report of it."""

import json
import os
import signal
import subprocess
import sys

import pytest

from client.host.ending import MARK, TRAIL
from tests.helpers import waiting

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


@pytest.fixture
def start(tmp_path):
    """Start the window over one folder; whatever still runs is ended."""
    started = []

    def begin():
        command = [sys.executable, "-m", "ui", "--data", str(tmp_path), "--lang", "en"]
        env = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
        with (tmp_path / "said.txt").open("ab") as said:
            started.append(subprocess.Popen(command, env=env, stderr=said, stdout=said))
        # It is up once it noted which page is open: the desk stands behind the door.
        trail, process = tmp_path / TRAIL, started[-1]
        waiting.until(
            lambda: (
                (tmp_path / MARK).exists()
                and json.loads((tmp_path / MARK).read_bytes())["pid"] == process.pid
                and trail.exists()
                and trail.read_bytes().startswith(b"door\n")
            ),
            tries=4000,
        )
        return process

    yield begin
    for process in started:
        process.kill()
        process.wait()


@pytest.mark.parametrize("ends", [signal.SIGSEGV, signal.SIGABRT])
def test_a_window_that_died_offers_its_report_at_the_next_start(start, tmp_path, ends):
    first = start()
    first.send_signal(ends)
    assert first.wait(timeout=60) == -ends
    assert not (tmp_path / "crashes").exists()
    start()  # whose trail may still be that of the first: the report comes when it comes
    waiting.until(lambda: [*(tmp_path / "crashes").glob("*.json")])
    (file,) = (tmp_path / "crashes").glob("*.json")
    kept = json.loads(file.read_bytes())
    report = kept["report"]
    assert (kept["state"], report["kind"], report["page"]) == ("waits", "died", "door")
    name = {signal.SIGSEGV: "Segmentation fault", signal.SIGABRT: "Aborted"}[ends]
    assert report["raised"][0]["name"] == name
    assert report["raised"][0]["places"]
    assert str(tmp_path) not in file.read_text("utf-8")
