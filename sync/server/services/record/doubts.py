"""Clocks that are wrong, as the record proves it: claims outside their intervals (proof.md §5).

No work is refused because a PC's clock is wrong; beyond two minutes it is written down
(architecture.md §8). What a window claims is held against what the centre's own anchors prove, so
a wide interval off the line accuses nobody. When most windows agree with each other and not with
the centre, it is the centre's clock that is in doubt.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sync.server.services.record.findings import AGAIN_MS, note

if TYPE_CHECKING:
    from sync.proof.anchors import Interval
    from sync.proof.events import ReadEvent
    from sync.server.services.ports.ledger import Transaction

OFF_MS = 120_000
NARROW_MS = 10 * 60_000  # an interval that says something of the clock at this moment
HEARD_MS = 24 * 3_600_000
FEWEST = 3  # windows, before they say anything of the centre
_MINUTE_MS = 60_000
_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Doubt:
    """So many of so many windows are off by about so much in the same direction."""

    off_ms: int  # theirs minus the centre's
    windows: int
    heard: int


class Doubts:
    """Notes windows whose clocks are wrong; any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._heard: dict[str, tuple[int, int]] = {}  # device: when, by how much it was off
        self._told: dict[str, int] = {}

    def look(self, tx: Transaction, read: ReadEvent, interval: Interval, now: int) -> None:
        """Hold an event's claim against its interval.

        Args:
            tx: a unit that writes.
            read: an event that follows its chain.
            interval: when it was made, as far as it is proven.
            now: ms.
        """
        off = read.core.at - interval.counted(read.core.at)
        if interval.hi - interval.lo <= NARROW_MS:
            self._hear(read.core.dev, now, off)
        if abs(off) > OFF_MS:
            self._note(tx, read, off, now)

    def of_centre(self, now: int) -> Doubt | None:
        """Return what windows say of the centre's own clock, None when they are not of one mind.

        Args:
            now: ms.
        """
        with self._lock:
            offs = sorted(off for at, off in self._heard.values() if now - at <= HEARD_MS)
        if len(offs) < FEWEST:
            return None
        middle = offs[len(offs) // 2]
        agreeing = sum(abs(off - middle) <= OFF_MS for off in offs)
        if abs(middle) <= OFF_MS or 2 * agreeing <= len(offs):
            return None
        return Doubt(middle, agreeing, len(offs))

    def _hear(self, dev: str, now: int, off: int) -> None:
        with self._lock:
            if dev in self._heard or len(self._heard) < _MOST:
                self._heard[dev] = (now, off)

    def _note(self, tx: Transaction, read: ReadEvent, off: int, now: int) -> None:
        dev = read.core.dev
        if now - self._told.get(dev, -AGAIN_MS) < AGAIN_MS:
            return
        # The log is asked, not only the memory: a unit may be undone, and processes share it.
        told = tx.cases.last_finding(dev, _CODES)
        if told is not None and now - told < AGAIN_MS:
            self._told[dev] = told
            return
        code = _AHEAD if off > 0 else _BEHIND
        minutes, seq = abs(off) // _MINUTE_MS, read.core.seq
        note(tx, code, now, dev=dev, scope=f"device/{dev}", minutes=minutes, seq=seq)


_AHEAD, _BEHIND = "clock_ahead", "clock_back"
_CODES = (_AHEAD, _BEHIND)
