"""What time it was at the centre when this window last heard of it: known before any store opens.

A small file beside `pinned.json`, and the same in memory. It is signed by nobody: it moves what the
door says of a card before its PIN is asked, and nothing that counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from sync.domain.fields import moment_of, ms_of
from sync.typed import from_json

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from client.host.clock import Clock

NAME = "centre-time.json"
APART_MS = 600_000  # between two writings of the file


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """The centre's time `t` (ms UTC), and this machine's boot clock at that moment."""

    t: int
    boot: str
    boot_ms: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """The centre's time as well as this machine can tell; `sure` when no clock was trusted."""

    at: datetime
    sure: bool


class CentreSeen:
    """Remembers the centre's time over restarts of the window.

    Args:
        clock: this machine's clocks.
        folder: where this window keeps its data; None keeps it in memory alone.
    """

    def __init__(self, clock: Clock, folder: Path | None = None) -> None:
        self._clock = clock
        self._file = None if folder is None else folder / NAME
        self._kept = self._read()
        self._seen = self._kept

    def heard(self, t_ms: int) -> None:
        """Take the centre's time as it says it is at this moment. Any lane; touches no file."""
        self._seen = Seen(t=t_ms, boot=self._clock.boot_id(), boot_ms=self._clock.boot_ms())

    def save(self) -> None:
        """Write down what was heard, unless that was done just now. No lane that must not wait.

        A file that cannot be written costs nothing: the wall clock is asked at the next start.
        """
        seen, kept = self._seen, self._kept
        if self._file is None or seen is None or seen == kept:
            return
        if kept is not None and seen.boot == kept.boot and 0 <= seen.t - kept.t < APART_MS:
            return
        part = self._file.with_suffix(".part")
        try:
            part.write_bytes(msgspec.json.encode(seen))
            part.replace(self._file)
        except OSError:
            return
        self._kept = seen

    def estimate(self) -> Estimate:
        """Return the centre's time: by the boot clock, which nobody sets, where it was heard of.

        After a restart of the machine it is the wall clock, but no earlier than what was heard.
        """
        seen, wall = self._seen, self._clock.wall()
        if seen is None:
            return Estimate(wall, sure=False)
        if seen.boot == self._clock.boot_id():
            since = max(0, self._clock.boot_ms() - seen.boot_ms)
            return Estimate(moment_of(seen.t + since), sure=True)
        return Estimate(moment_of(max(seen.t, ms_of(wall))), sure=False)

    def _read(self) -> Seen | None:
        if self._file is None:
            return None
        try:
            return from_json(self._file.read_bytes(), Seen)
        except (OSError, ValueError):
            return None
