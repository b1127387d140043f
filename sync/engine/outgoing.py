"""Own events on their way out: how many, how large a batch, since when without an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sync.engine.pace import Pace
    from sync.engine.signals import Measured


class Outgoing:
    """Count what waits in the store; the events themselves stay there until they are settled."""

    def __init__(self, pace: Pace) -> None:
        self.pending = 0
        self.uploads = 0
        self.limit = pace.batch
        self._held = 0
        self._batch = pace.batch
        self._patience_ms = pace.unanswered_ms
        self._sent_at: int | None = None

    @property
    def to_send(self) -> bool:
        """Say whether an event waits to be sent."""
        return self.pending > self._held

    def measure(self, measured: Measured) -> None:
        """Take what the store counted."""
        self.pending, self._held = measured.pending, measured.held
        self.uploads = measured.uploads
        if not self.to_send:
            self._sent_at = None

    def sent(self, now: int) -> None:
        """A batch goes out; the clock runs from the first one that brings nothing back."""
        if self._sent_at is None:
            self._sent_at = now

    def settled(self) -> None:
        """Events were answered: the next batch may be larger again."""
        self._sent_at = None
        self.limit = min(self._batch, self.limit * 2)

    def put_off(self) -> None:
        """The centre took nothing in yet: no receipt is missed."""
        self._sent_at = None

    def failed(self) -> None:
        """Halve the batch: a slow line gets through, and a poisoned event soon stands alone."""
        self.limit = max(1, self.limit // 2)

    def overdue_at(self) -> int | None:
        """When a receipt will be missed; None while nothing is out."""
        return None if self._sent_at is None else self._sent_at + self._patience_ms

    def unanswered(self, now: int, heard_at: int | None) -> bool:
        """Say whether the centre speaks and yet gives no receipt (proof.md §6)."""
        if self._sent_at is None or heard_at is None:
            return False
        return now - self._sent_at >= self._patience_ms and heard_at > self._sent_at
