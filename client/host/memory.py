"""Memory that was freed goes back to the system.

The C library of most Linux systems (glibc) keeps what a thread has freed for that thread's next
use. A paper needs some 50 MB for a moment, on whichever lane makes it: after forty papers a window
kept 96 MB of nothing (measured).
"""

from __future__ import annotations

import ctypes
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


@cache
def _malloc_trim() -> Callable[[int], int] | None:
    """Return malloc_trim(3), None on other systems and with other C libraries."""
    if sys.platform != "linux":
        return None
    found = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if found is not None:
        found.argtypes, found.restype = (ctypes.c_size_t,), ctypes.c_int
    return found
