"""The only place of the window that reads a clock.

Two clocks are read: the wall clock, which a person or a virus can set, and the boot clock, which
nobody sets and which goes on while the machine sleeps (proof.md §2, `dt`). A demonstration may
shift both by the same amount through a file, so that a week can pass in a minute.
"""

from __future__ import annotations

import ctypes
import json
import sys
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

BOOT_ID_FILE = Path("/proc/sys/kernel/random/boot_id")


class Clock(Protocol):
    """What the window asks of time; every value is milliseconds or an aware moment."""

    def wall(self) -> datetime:
        """Return the PC's wall clock, aware, UTC: a claim, never proof."""

    def boot_ms(self) -> int:
        """Return milliseconds since the machine started, sleep included."""

    def boot_id(self) -> str:
        """Return what names this start of the machine: another one after each reboot."""


class SystemClock:
    """This machine's clocks.

    Args:
        offset_file: demonstration only: a JSON file `{"offset_ms": int}`, read again at each
            call; a file that is absent or cannot be read shifts nothing.
    """

    def __init__(self, offset_file: Path | None = None) -> None:
        self._offset_file = offset_file
        self._boot_id = _boot_id()

    def wall(self) -> datetime:
        """Return the wall clock, shifted by the demonstration's offset."""
        return datetime.now(UTC) + timedelta(milliseconds=self._offset_ms())

    def boot_ms(self) -> int:
        """Return the boot clock, shifted likewise: else the shift would look like a clock set."""
        return _boot_ms() + self._offset_ms()

    def boot_id(self) -> str:
        """Return the name of this start of the machine."""
        return self._boot_id

    def _offset_ms(self) -> int:
        if self._offset_file is None:
            return 0
        try:
            said = json.loads(self._offset_file.read_bytes())
        except (OSError, ValueError):
            return 0  # it is being written at this moment, or nobody has shifted anything
        offset = said.get("offset_ms") if isinstance(said, dict) else None
        return offset if isinstance(offset, int) else 0


if sys.platform == "win32":

    def _boot_ms() -> int:
        """Return QueryInterruptTime, which counts sleep, from 100 ns units."""
        ticks = ctypes.c_ulonglong()
        ctypes.WinDLL("api-ms-win-core-realtime-l1-1-1").QueryInterruptTime(ctypes.byref(ticks))
        return ticks.value // 10_000

    def _boot_id() -> str:
        """Return the number that Windows raises at each start, from the registry."""
        import winreg  # noqa: PLC0415  exists on Windows only

        place = r"SYSTEM\CurrentControlSet\Control\Session Manager\Memory Management"
        try:
            with winreg.OpenKey(
                winreg.HKEY_LOCAL_MACHINE, place + r"\PrefetchParameters"
            ) as parameters:
                return f"windows-{winreg.QueryValueEx(parameters, 'BootId')[0]}"
        except OSError:
            return f"process-{uuid.uuid4()}"
else:

    def _boot_ms() -> int:
        """Return CLOCK_BOOTTIME, which counts sleep; the monotonic clock where there is none."""
        which = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
        return time.clock_gettime_ns(which) // 1_000_000

    def _boot_id() -> str:
        """Return the kernel's name of this start.

        Without one, each process counts as a start of its own: intervals are then not claimed
        across processes, which is the safe side.
        """
        try:
            return BOOT_ID_FILE.read_text("ascii").strip()
        except OSError:
            return f"process-{uuid.uuid4()}"
