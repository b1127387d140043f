"""The centre's clock: the one module of the centre that reads the time."""

from __future__ import annotations

import json
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

import structlog

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LAGGING = 7, 8  # how fast a time runs on that the machine's clock has not reached
LONG_MS = 3 * 86_400_000  # a weekend and a day: longer without a signature is worth a look

log = structlog.get_logger(__name__)


class Clock(Protocol):
    """Say what time it is; nothing else in the centre knows."""

    def now(self) -> datetime:
        """Return the moment, aware, UTC, cut to whole milliseconds."""

    def now_ms(self) -> int:
        """Return the moment in ms UTC, as it stands on the wire."""


class SystemClock:
    """The machine's clock."""

    def now_ms(self) -> int:
        """Return the moment in ms UTC."""
        return time.time_ns() // 1_000_000

    def now(self) -> datetime:
        """Return the moment, aware, UTC."""
        return moment(self.now_ms())


class DemoClock(SystemClock):
    """The machine's clock moved by what a file says: {"offset_ms": int}. Demonstrations only.

    The file is looked at anew at each call, and read when it is another one, so that whoever
    drives the demonstration moves the time of the running centre by replacing the file. No file,
    or a file half written, is no offset or the last one known.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0
        self._read_as: tuple[int, int, int] | None = None

    def now_ms(self) -> int:
        """Return the moved moment in ms UTC."""
        return super().now_ms() + self._read()

    def _read(self) -> int:
        try:
            there = self._path.stat()
            seen = (there.st_ino, there.st_mtime_ns, there.st_size)
            if seen != self._read_as:
                self._offset = int(json.loads(self._path.read_bytes())["offset_ms"])
                self._read_as = seen
        except FileNotFoundError:
            self._offset = 0
        except (OSError, ValueError, KeyError, TypeError):
            return self._offset
        return self._offset


class SigningClock(Clock, Protocol):
    """A clock that is told what was signed by it."""

    def signed(self, ms: int) -> None:
        """Say that the log, or a window, holds this time under the centre's signature."""


class LoggedClock(SystemClock):
    """The machine's clock, never behind what the centre has signed (proof.md §5).

    While the machine's clock is behind that, the time runs on from the newest time signed, a
    little slower than it should, so that the two meet again whichever of them was wrong: the
    machine's clock that was set back, or the one that had been ahead when it was signed by. Any
    thread.

    Args:
        machine: the machine's clock.
        elapsed_ms: a clock that nobody sets.
    """

    def __init__(self, machine: Clock, elapsed_ms: Callable[[], int] | None = None) -> None:
        self._machine = machine
        self._elapsed_ms = elapsed_ms or _elapsed_ms
        self._lock = threading.Lock()
        self._signed = 0
        self._began: tuple[int, int] | None = None  # while behind: centre's time, elapsed clock
        self.silent_ms = 0

    def now_ms(self) -> int:
        """Return the moment in ms UTC: the machine's, or the log's that runs on."""
        with self._lock:
            return self._now(self._machine.now_ms())

    @property
    def behind_ms(self) -> int:
        """Return by how much the machine's clock is behind the centre's time now; 0 if not."""
        with self._lock:
            wall = self._machine.now_ms()
            return self._now(wall) - wall

    def signed(self, ms: int) -> None:
        """Say that this time stands under the centre's signature: nothing is dated before it."""
        with self._lock:
            self._signed, self.silent_ms = max(self._signed, ms), 0

    def started(self, ms: int) -> None:
        """Say what was the newest time signed when the centre was opened; 0 for none.

        A clock that is days ahead cannot be told from a centre that was off for days; that nothing
        was signed for so long is said (`silent_ms`), until something is.
        """
        self.signed(ms)
        wall = self._machine.now_ms()
        self.silent_ms = max(0, wall - ms) if ms and wall - ms > LONG_MS else 0
        if self.silent_ms:
            hours = self.silent_ms // 3_600_000
            log.warning("long since the last signature", code="centre.clock_leap", hours=hours)
        self.now_ms()  # says that the clock is behind, where it is

    def _now(self, wall: int) -> int:
        if self._began is None:
            if wall >= self._signed:
                return wall
            self._began = self._signed, self._elapsed_ms()
            behind_s = (self._signed - wall) // 1000
            log.error("machine's clock is behind", code="centre.clock_behind", seconds=behind_s)
        base, since = self._began
        slower, than = LAGGING
        now = max(self._signed, base + (self._elapsed_ms() - since) * slower // than)
        if wall < now:
            return now
        self._began = None
        log.warning("machine's clock has caught up", code="centre.clock_met")
        return wall


def _elapsed_ms() -> int:
    return time.monotonic_ns() // 1_000_000


def moment(ms: int) -> datetime:
    """Turn ms UTC of the wire into an aware moment, exactly.

    The wire's integers reach further than the calendar: what lies beyond year 9999 becomes its
    end, which every rule finds implausible.
    """
    return _EPOCH + min(ms, _LAST_MS) * _MS


def milliseconds(at: datetime) -> int:
    """Turn an aware moment into ms UTC of the wire; fractions are cut."""
    return (at - _EPOCH) // _MS


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)  # made once: five moments of each step are turned
_LAST_MS = 253_402_214_400_000  # a day before the end of year 9999, so that no zone overflows
