"""What may be seen once: the ids of request proofs, for as long as their nonce lives.

They live in this process's memory: the key that makes the nonces does too, so that after a
restart every older proof is void anyway.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sync.server.clock import Clock

_SWEEP_EVERY = 4096


class Once:
    """Names that were used, each until its time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._used: dict[str, int] = {}
        self._since_sweep = 0

    def take(self, name: str, until: int) -> bool:
        """Use a name; False if it was used and its time (ms) is not over."""
        now = self._clock.now_ms()
        self._since_sweep += 1
        if self._since_sweep >= _SWEEP_EVERY:
            self._since_sweep = 0
            self._used = {n: end for n, end in self._used.items() if end >= now}
        if self._used.get(name, -1) >= now:
            return False
        self._used[name] = until
        return True
