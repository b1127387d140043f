"""Wait for another thread's work without a clock: ask until it is so, or give up."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_STEP_S = 0.02


def until(happened: Callable[[], object], tries: int = 3000) -> None:
    """Return as soon as it has happened; fail after about a minute, however busy the machine."""
    idle = threading.Event()
    for _ in range(tries):
        if happened():
            return
        idle.wait(_STEP_S)
    raise AssertionError("it did not happen")
