"""The centre's clock: the one module of the centre that reads the time."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path


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

    The file is read anew at each call, so that whoever drives the demonstration moves the time
    of the running centre by replacing the file. No file, or a file half written, is no offset
    or the last one known.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0

    def now_ms(self) -> int:
        """Return the moved moment in ms UTC."""
        return super().now_ms() + self._read()

    def _read(self) -> int:
        try:
            self._offset = int(json.loads(self._path.read_bytes())["offset_ms"])
        except FileNotFoundError:
            self._offset = 0
        except (OSError, ValueError, KeyError, TypeError):
            return self._offset
        return self._offset


def moment(ms: int) -> datetime:
    """Turn ms UTC of the wire into an aware moment, exactly.

    The wire's integers reach further than the calendar: what lies beyond year 9999 becomes its
    end, which every rule finds implausible.
    """
    return _EPOCH + timedelta(milliseconds=min(ms, _LAST_MS))


def milliseconds(at: datetime) -> int:
    """Turn an aware moment into ms UTC of the wire; fractions are cut."""
    return (at - _EPOCH) // timedelta(milliseconds=1)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_MS = 253_402_214_400_000  # a day before the end of year 9999, so that no zone overflows
