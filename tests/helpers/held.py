"""What is still in memory of a kind, asked while other threads are at work."""

from __future__ import annotations

import gc
from typing import TypeVar

Kind = TypeVar("Kind")


def held(kind: type[Kind]) -> list[Kind]:
    """Return the objects of exactly this class that are still in memory.

    Asked by way of the class, which each of its objects refers to. `gc.get_objects()` would also
    hold the tuples that other threads have only half built: a thread that then finds its tuple in
    foreign hands fails with a SystemError.
    """
    gc.collect()
    return [each for each in gc.get_referrers(kind) if type(each) is kind]
