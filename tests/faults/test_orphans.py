"""Nothing outlives the program that started it, however that ended."""

import json
import os
import select
import signal
import subprocess
import sys
from contextlib import suppress

import pytest

pytestmark = pytest.mark.slow  # starts a centre

CHILD = """
import asyncio, os, signal, sys
from pathlib import Path
from installer.demo.stage import Stage

asyncio.run(Stage(Path(sys.argv[1])).resume(print))
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_the_centre_of_a_killed_demonstration_ends_by_itself(stage):
    folder = stage.places.folder
    ended = subprocess.run([sys.executable, "-c", CHILD, folder], check=False, timeout=60)
    assert ended.returncode == -signal.SIGKILL
    pid = json.loads((folder / "centre.ready").read_text())["pid"]
    with suppress(ProcessLookupError):  # it has ended already
        process = os.pidfd_open(pid)
        over, _, _ = select.select([process], [], [], 30)
        os.close(process)
        assert over, "the centre lives on"
