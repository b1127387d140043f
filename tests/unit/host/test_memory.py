"""What was freed is no longer this process's: glibc alone would keep it."""

import ctypes
from pathlib import Path

from client.host.memory import give_back

PIECE, PIECES = 64 * 1024, 1024  # below the size that glibc gives back by itself


def resident_mb():
    status = Path("/proc/self/status").read_text()
    return int(next(x for x in status.splitlines() if x.startswith("VmRSS")).split()[1]) / 1024


def test_it_may_be_asked_anywhere():
    give_back()
    give_back()


def test_what_was_freed_goes_back():
    libc = ctypes.CDLL(None)
    libc.malloc.restype, libc.free.argtypes = ctypes.c_void_p, (ctypes.c_void_p,)
    held = [libc.malloc(PIECE) for _ in range(PIECES)]
    for place in held:
        ctypes.memset(place, 1, PIECE)
    for place in held[:-1]:  # the last one stands in the way of shrinking the heap
        libc.free(place)
    before = resident_mb()
    give_back()
    assert resident_mb() < before - 40
    libc.free(held[-1])
