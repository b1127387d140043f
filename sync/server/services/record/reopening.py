"""After lines were lost: for a while windows only give back what they have (docs/adr/032).

A number that is given to another event meanwhile is two histories of one scope. So nothing new is
logged while lines that were lost may still come back into their own places: for as long as the
operator said at the start, and, whatever he said, for a moment after each proof of a loss.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from sync.protocol.errors import WireError

if TYPE_CHECKING:
    from sync.server.clock import Clock

WAIT_MS = 60_000  # after a proof that more is missing
LONGEST_MS = 15 * 60_000  # from the first proof on, whatever comes
_MINUTE_MS = 60_000
_MOST = 10_000


class Reopening:
    """Says whether new lines are taken; any thread, one process.

    Args:
        clock: the centre's.
        minutes: from the start, in which windows only give back; 0 in all but an emergency.
    """

    def __init__(self, clock: Clock, minutes: int) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._until = clock.now_ms() + minutes * _MINUTE_MS if minutes else 0
        self._first: int | None = None
        self._proven: dict[str, int] = {}

    def proven(self, scope: str, size: int) -> None:
        """Take it that a head of this centre stands over so many lines, and that fewer are here.

        Only news count: who repeats a proof holds nobody up a second time.
        """
        now = self._clock.now_ms()
        with self._lock:
            if size <= self._proven.get(scope, 0) or len(self._proven) >= _MOST:
                return
            self._proven[scope] = size
            self._first = now if self._first is None else self._first
            self._until = max(self._until, min(now + WAIT_MS, self._first + LONGEST_MS))

    @property
    def closed(self) -> bool:
        """Say whether nothing new is logged yet."""
        return self._until > 0 and self._clock.now_ms() < self._until

    def require_open(self) -> None:
        """Let nothing new be logged while closed.

        Raises:
            WireError: unavailable, with `retry_after` in seconds.
        """
        if self.closed:
            wait = -(-(self._until - self._clock.now_ms()) // 1000)
            raise WireError("wire.unavailable", retry_after=max(1, min(wait, 30)))
