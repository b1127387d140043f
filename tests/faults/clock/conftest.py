"""Wall clocks that can be set, one for each process: libfaketime between it and the kernel.

The boot clock stays what it is (FAKETIME_DONT_FAKE_MONOTONIC): nobody sets that one.
"""

import threading
from pathlib import Path

import pytest

from sync.server.clock import SystemClock
from tests.helpers.township import StandingTownship

#: A little more than the kernel's tick: by then its coarse clock has turned its second too.
TICK_S = 0.02


class SetClock:
    """The wall clock of processes that are started with `env`: right until it is set.

    They read its file at the first question of each second: at every question cost more than all
    else they do. Files keep their true times, or none would find what Python compiled before.
    One file for all tests of a process: whatever is forked was started under it.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        (library,) = Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")
        self.env = {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(file),
            "FAKETIME_CACHE_DURATION": "0",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "NO_FAKE_STAT": "1",
        }
        self._said = ""
        self._write("+0")

    def put(self, wrong: str) -> None:
        """Set it: "-20h", "+4d" from the right time, whatever it was before; all see it."""
        self._write(wrong)
        left_ms = 1000 - SystemClock().now_ms() % 1000
        threading.Event().wait(left_ms / 1000 + TICK_S)

    def set_right(self) -> None:
        """Let it be right, whatever it was before."""
        if self._said != "+0":
            self.put("+0")

    def _write(self, wrong: str) -> None:
        fresh = self._file.with_suffix(".next")
        fresh.write_text(wrong)
        fresh.replace(self._file)
        self._said = wrong


@pytest.fixture(scope="session")
def one_wall(tmp_path_factory):
    return SetClock(tmp_path_factory.mktemp("clock") / "wall")


@pytest.fixture
def wall(one_wall):
    one_wall.set_right()
    return one_wall


@pytest.fixture
def township(tmp_path):
    made = StandingTownship(tmp_path / "stage")
    yield made
    made.centre.wire.take_up()
