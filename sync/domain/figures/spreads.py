"""How long things take: buckets that add up, median and ninth decile (PE12, PE18).

A time is office time (rules.md §3 "office minutes") by the calendar of whoever let wait, so nights
and days off count nothing. Kept are the numbers of times in fixed buckets, which add up over days,
items and departments; a quantile is read off inside its bucket as if the times lay evenly there.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

MINUTE_MS = 60_000
BOUNDS = (1, 2, 5, 10, 20, 30, 45, 60, 90, 120, 180, 240, 330, 420, 630, 840, 1260, 1680, 2100)
"""Upper bounds of the buckets in office minutes, each included; five days of seven hours last."""
LONGER = (2940, 4200, 6300, 8400, 12_600, 18_900, 29_400)
_ALL = (*BOUNDS, *LONGER)
BUCKETS = len(_ALL) + 1
"""The last bucket has no upper bound."""


def bucket_of(ms: int) -> int:
    """Return the bucket of a time in ms; less than nothing counts as nothing."""
    return bisect_left(_ALL, -(-max(ms, 0) // MINUTE_MS))


def upper_of(bucket: int) -> int | None:
    """Return a bucket's upper bound in office minutes; None: it has none."""
    return _ALL[bucket] if bucket < len(_ALL) else None


@dataclass(frozen=True, slots=True)
class Spread:
    """A distribution: how many times, their sum in ms, and how many in each bucket."""

    n: int
    total_ms: int
    buckets: Mapping[int, int]

    @property
    def mean(self) -> int | None:
        """Return the mean in office minutes, rounded down."""
        return None if not self.n else self.total_ms // self.n // MINUTE_MS

    def quantile(self, per_mille: int) -> int | None:
        """Return the time in office minutes that so many of a thousand do not exceed.

        Exact to its bucket. Times in the open last bucket are said to be its lower bound.
        """
        if not self.n:
            return None
        wanted, seen = -(-self.n * per_mille // 1000), 0
        for bucket in sorted(self.buckets):
            count = self.buckets[bucket]
            if seen + count >= wanted:
                low = _ALL[bucket - 1] if bucket else 0
                high = upper_of(bucket)
                return low if high is None else low + (high - low) * (wanted - seen) // count
            seen += count
        return _ALL[-1]

    @property
    def median(self) -> int | None:
        """Return the median in office minutes."""
        return self.quantile(500)

    @property
    def p90(self) -> int | None:
        """Return the ninth decile in office minutes."""
        return self.quantile(900)
