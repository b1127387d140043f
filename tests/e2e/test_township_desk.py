"""A township's clerk at the real widgets, offscreen, without the line: one case, whole."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]
WHOLE = [
    "preregister", "receive", "accept", "decide_at_once", "make", "seal.intent", "seal", "issue",
    "sign_for", "close",
]  # fmt: skip


def test_one_visitor_is_served_whole_without_the_line(tmp_path):
    answer = subprocess.run(
        [sys.executable, "-m", "tests.e2e.township_story", str(tmp_path / "stage")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=380,
    )
    assert answer.returncode == 0, answer.stderr[-3000:]
    told = json.loads(answer.stdout.splitlines()[-1])
    assert told["offline_events"] == len(WHOLE)
    assert told["timeline"] == [[kind, "accepted"] for kind in WHOLE]
    assert (told["state"], told["exceptions"]) == ("closed", 0)
    assert told["lease"]["hours_left"] == 71
    assert told["lease"]["cases_left"] == 199
