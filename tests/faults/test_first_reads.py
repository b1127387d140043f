"""Two threads that read one type for the first time at once: the process goes on (sync.typed)."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.first_reads import READERS

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
TURNS = 100  # msgspec by itself fell within the first few


@pytest.mark.parametrize("how", READERS)
def test_types_that_threads_read_for_the_first_time_at_once_are_read_by_all(how):
    command = [sys.executable, "-m", "tests.faults.first_reads", how, str(TURNS)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
