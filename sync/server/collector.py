"""How often Python's collector looks for rings of things that nobody holds any more."""

from __future__ import annotations

import gc

_YOUNG = 20_000  # new things between two looks of the collector; Python's own is 700


def look_seldom() -> None:
    """Have the collector look less often from here on.

    A program loads some hundred thousand things that stay: looked through at each 700 of them they
    cost a seventh of its start. A push makes more than 700, too; it is looked through once.
    """
    gc.set_threshold(_YOUNG)


def keep_what_is() -> None:
    """Have the collector leave alone, for good, what start-up made.

    It lives as long as the process: 1.6 ms against 0.1 ms at each push of 100 events.
    """
    gc.collect()
    gc.freeze()
