"""kill -9 at any moment: what the screen confirmed is in the store, and at the centre, once."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
KILLS = 50


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_every_confirmed_step_survives_fifty_kills_and_reaches_the_centre_once(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.window.mortal", str(tmp_path), str(KILLS)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=580,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout)
    wrong = {name: found[name] for name in ("lost", "unequal", "drafts_lost", "not_at_centre")}
    assert wrong == dict.fromkeys(wrong, 0)
    assert found["refused"] == 0
    assert found["kills"] == KILLS
    assert found["confirmed"] > KILLS
