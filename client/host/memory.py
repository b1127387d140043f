"""Memory that was freed goes back to the system.

The C library of most Linux systems (glibc) keeps what a thread has freed for that thread's next
use. A paper needs some 50 MB for a moment, on whichever lane makes it: after forty papers a window
kept 96 MB of nothing (measured).
"""

from __future__ import annotations

import ctypes
import os
import sys
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def give_back() -> None:
    """Hand freed memory back to the system; nothing to do where the C library does so by itself.

    About 1 ms (measured after a paper): for any lane but the screen's while somebody works.
    """
    trim = _malloc_trim()
    if trim is not None:
        trim(0)


def resident_mb() -> int:
    """Return how much memory this process holds, in megabytes; 0 where the system does not say."""
    try:
        return _resident_bytes() // 1_000_000
    except (OSError, ValueError, IndexError):
        return 0


if sys.platform == "win32":

    class _Counters(ctypes.Structure):
        """PROCESS_MEMORY_COUNTERS (psapi.h)."""

        _fields_ = (
            ("size", ctypes.c_ulong),
            ("faults", ctypes.c_ulong),
            *((name, ctypes.c_size_t) for name in ("peak", "resident", *"abcdef")),
        )

    def _resident_bytes() -> int:
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.GetCurrentProcess.restype = ctypes.c_void_p
        found = _Counters(size=ctypes.sizeof(_Counters))
        here = ctypes.c_void_p(kernel.GetCurrentProcess())
        kernel.K32GetProcessMemoryInfo(here, ctypes.byref(found), found.size)
        return int(found.resident)
else:

    def _resident_bytes() -> int:
        with open("/proc/self/statm", encoding="ascii") as stream:  # noqa: PTH123  (no file of ours)
            pages = int(stream.read().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")


@cache
def _malloc_trim() -> Callable[[int], int] | None:
    """Return malloc_trim(3), None on other systems and with other C libraries."""
    if sys.platform != "linux":
        return None
    found = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if found is not None:
        found.argtypes, found.restype = (ctypes.c_size_t,), ctypes.c_int
    return found
