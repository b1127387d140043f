"""Waiting after a failure: full jitter, so that a thousand windows do not return as one.

The shape is architecture.md §8 (11); what goes wrong without it is told by the retry storms
listed there as complaint 5.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

FIRST_CEILING_MS = 1_000
LAST_CEILING_MS = 60_000
LONGEST_HOLD_MS = 600_000  # a Retry-After beyond ten minutes is a fault of the centre, not an order
SHORTEST_MS = 50  # chance may be 0; a loop never spins


@dataclass(frozen=True, slots=True)
class Backoff:
    """How often something failed in a row, and before which moment it is not tried again."""

    failures: int = 0
    not_before: int = 0  # boot-clock ms

    def failed(self, now_ms: int, chance: float, hold_ms: int | None = None) -> Backoff:
        """Count a failure and choose the next moment.

        Args:
            now_ms: the boot clock.
            chance: a random number in [0, 1), drawn by the caller.
            hold_ms: what the other end asked for (Retry-After); obeyed up to ten minutes.
        """
        doublings = min(self.failures, 6)
        ceiling = min(LAST_CEILING_MS, FIRST_CEILING_MS << doublings)
        wait = max(SHORTEST_MS, int(ceiling * chance))
        if hold_ms is not None:
            wait = max(wait, min(hold_ms, LONGEST_HOLD_MS))
        return replace(self, failures=self.failures + 1, not_before=now_ms + wait)

    def progressed(self) -> Backoff:
        """Forget the failures: something moved."""
        return Backoff()
