"""Wall clocks that can be set, one for each process: libfaketime between it and the kernel.

The boot clock stays what it is (FAKETIME_DONT_FAKE_MONOTONIC): nobody sets that one.
"""

from pathlib import Path

import pytest

from tests.helpers.township import StandingTownship


class SetClock:
    """The wall clock of processes that are started with `env`: right until it is set."""

    def __init__(self, file: Path) -> None:
        self._file = file
        (library,) = Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")
        self.env = {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
        self.put("+0")

    def put(self, wrong: str) -> None:
        """Set it: "-20h", "+4d" from the right time, whatever it was before."""
        fresh = self._file.with_suffix(".next")
        fresh.write_text(wrong)
        fresh.replace(self._file)


@pytest.fixture
def wall(tmp_path):
    return SetClock(tmp_path / "wall")


@pytest.fixture
def township(tmp_path):
    made = StandingTownship(tmp_path / "stage")
    yield made
    made.centre.wire.take_up()
