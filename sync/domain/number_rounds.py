"""Where the next numbers of a pool lie: round after round, never over numbers that somebody holds.

A pool of case numbers has 99,999 and begins anew when they are through: the date in a number tells
its rounds apart. A large hall comes round within days, and a window that was away for three still
has numbers of the last round, some of them in citizens' hands. Pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    Span = tuple[int, int]


def room(held: Iterable[Span], start: int, size: int, highest: int) -> Span | None:
    """Return the first `size` free numbers from `start` on, past the end from 1 on; None for none.

    Args:
        held: numbers first..last that are not free, in any order; they may overlap.
        start: where the last draw ended.
        size: how many are wanted, side by side.
        highest: the greatest number of the pool.
    """
    gaps = _gaps(held, highest)
    ahead = [(max(first, start), last) for first, last in gaps if last >= start]
    for first, last in (*ahead, *gaps):
        if last - first + 1 >= size:
            return first, first + size - 1
    return None


def most_room(held: Iterable[Span], size: int, highest: int) -> Span | None:
    """Return the longest run of free numbers, `size` at most; None where none is free."""
    longest = max(_gaps(held, highest), key=lambda gap: gap[1] - gap[0], default=None)
    return None if longest is None else (longest[0], min(longest[1], longest[0] + size - 1))


def _gaps(held: Iterable[Span], highest: int) -> list[Span]:
    gaps, free = [], 1
    for first, last in sorted(held):
        if free < first:
            gaps.append((free, min(first - 1, highest)))
        free = max(free, last + 1)
    if free <= highest:
        gaps.append((free, highest))
    return gaps
