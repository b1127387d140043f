"""kill -9 at any moment: what was acknowledged is there, and the projections equal the log."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_nothing_acknowledged_is_lost_in_fifty_kills(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.store.appender", str(tmp_path), "50"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    wrong = {name: found[name] for name in ("lost", "unordered", "orphans", "unequal")}
    assert wrong == dict.fromkeys(wrong, 0)
    assert found["kills"] == 50
    assert found["said"] > 200
