"""kill -9 at any moment: what the screen confirmed is in the store, and at the centre, once."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
KILLS = 50


def kill(folder, kills, timeout, before=0):
    """Kill so many lives of one window; return what was found."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.window.mortal", str(folder), str(kills), str(before)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    *told, last = done.stdout.splitlines()
    found = json.loads(last)
    # No page went before its step: the centre would have refused it until the next login.
    assert not [line for line in told if "left out" in line]
    wrong = {name: found[name] for name in ("lost", "unequal", "drafts_lost", "not_at_centre")}
    assert wrong == dict.fromkeys(wrong, 0)
    assert found["refused"] == 0
    assert found["kills"] == kills
    assert found["confirmed"] > kills
    return found


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_every_confirmed_step_survives_fifty_kills_and_reaches_the_centre_once(tmp_path):
    kill(tmp_path, KILLS, 580)
