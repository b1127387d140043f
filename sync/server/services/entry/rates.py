"""How often one address may try what strangers may try: logins and enrolments."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from sync.protocol.errors import WireError

if TYPE_CHECKING:
    from sync.server.clock import Clock

_MINUTE_MS = 60_000
_MOST_KNOWN = 10_000


class RateLimit:
    """A bucket for each name, refilled evenly over a minute; any thread."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._left: dict[str, tuple[float, int]] = {}

    def take(self, name: str, per_minute: int) -> None:
        """Use one try of `per_minute`; after a quiet minute that many are there at once.

        Raises:
            WireError: wire.rate_limited, with `retry_after` in seconds.
        """
        now = self._clock.now_ms()
        with self._lock:
            left, since = self._left.get(name, (float(per_minute), now))
            left = min(per_minute, left + max(0, now - since) * per_minute / _MINUTE_MS)
            if left < 1:
                wait = int((1 - left) * 60 / per_minute) + 1
                raise WireError("wire.rate_limited", retry_after=wait)
            if len(self._left) >= _MOST_KNOWN:
                self._forget(now)
            self._left[name] = (left - 1, now)

    def give_back(self, name: str, per_minute: int) -> None:
        """Give a try back that was no guess after all."""
        with self._lock:
            if name in self._left:
                left, since = self._left[name]
                self._left[name] = (min(per_minute, left + 1), since)

    def _forget(self, now: int) -> None:
        # Whoever was quiet for a minute has a full bucket again: nothing is lost by forgetting.
        self._left = {n: held for n, held in self._left.items() if now - held[1] < _MINUTE_MS}
        if len(self._left) >= _MOST_KNOWN:
            self._left.clear()
