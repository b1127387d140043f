"""Which pushes are taken now, and when the others may come again.

After a night, or when the line is back, every window of a city pushes its outbox in the same
minute. Whoever waits long for an answer gives up and sends the same again, and the centre works for
nobody. So no more is taken in than is answered soon; the others draw a number, as visitors do: each
is told when its turn comes, its place is kept, and whoever comes with a step or two goes between.
To find out whose a push is costs too: where many stand at the door, more are sent away unread.
"""

from __future__ import annotations

import math
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sync.protocol.errors import WireError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LONGEST_S: Final = 0.15  # of work that lies before a push which is taken
FEW: Final = 5  # events of a person at work: she is not sent behind the outboxes of others
TOGETHER: Final = 2  # so many times LONGEST_S for those whose turn has come, and for a few events
EARLY_S: Final = 0.05  # clocks and lines are not exact
LATE_S: Final = 2.0  # whoever does not come gives the place up
FARTHEST_S: Final = 600.0  # as long as windows obey
DOOR: Final = 16  # so many stand at the door while it is found out whose their pushes are
BETWEEN_S: Final = 0.02  # between two that are sent away from there, when they come again
SENT_AWAY_S: Final = 30.0  # at most: whoever they are, nobody has found out
STALE_S: Final = 120.0  # nobody waits for such an answer any more
_FIRST_S: Final = 0.0005  # what an event costs, until some were taken
_WEIGHT: Final = 0.9  # of what was measured before, at each push
_SAMPLE: Final = 100.0


@dataclass(slots=True, eq=False)
class Ticket:
    """A push that is being worked on."""

    events: int
    began: float


@dataclass(frozen=True, slots=True)
class _Promise:
    at: float
    cost: float


class Admission:
    """Keeps the work that waits in this process short; any thread.

    Args:
        ticks: seconds of a clock that nobody sets.

    Attributes:
        put_off: how often a push was told to come later, since the start.
    """

    def __init__(self, ticks: Callable[[], float] = time.monotonic) -> None:
        self._ticks = ticks
        self._lock = threading.Lock()
        self._inside: set[Ticket] = set()
        self._promised: dict[str, _Promise] = {}  # in the order of their turns
        self._free = 0.0  # when all that is promised will be done
        self._standing = 0
        self._spread = 0.0
        self._last = 0.0
        self._spent, self._done = _FIRST_S * _SAMPLE, _SAMPLE
        self.put_off = 0

    @property
    def inside(self) -> int:
        """Return how many pushes are being worked on."""
        return len(self._inside)

    def knock(self) -> None:
        """Come to the door before anything of a request is read.

        Raises:
            WireError: wire.crowded, with a time that is nobody's place: too many stand there.
        """
        now = self._ticks()
        with self._lock:
            if self._standing < DOOR:
                return
            self._spread = min(max(self._spread, now) + BETWEEN_S, now + SENT_AWAY_S)
            raise self._later(self._spread - now)

    @contextmanager
    def at_the_door(self) -> Iterator[None]:
        """Stand there while it is found out whose a push is; raises what `knock` does."""
        self.knock()
        with self._lock:
            self._standing += 1
        try:
            yield
        finally:
            with self._lock:
                self._standing -= 1

    def take(self, name: str, events: int) -> Ticket:
        """Take a push in; whoever does must `end` its ticket.

        Args:
            name: whose it is; only who has proved it, or a stranger could take all the turns.
            events: how many it brings.

        Raises:
            WireError: wire.crowded, with `wait_ms` until its turn and the same as `retry_after`.
        """
        now = self._ticks()
        with self._lock:
            self._forget(now)
            each = self._spent / self._done
            ahead = each * sum(ticket.events for ticket in self._inside)
            promise = self._promised.get(name)
            come = promise is not None and now >= promise.at - EARLY_S
            if self._fits(now, ahead, promise, few=events <= FEW):
                self._promised.pop(name, None)
                ticket = Ticket(max(events, 1), now)
                self._inside.add(ticket)
                return ticket
            if promise is None or come:
                self._promised.pop(name, None)
                promise = self._promise(now, ahead, each * max(events, 1))
                self._promised[name] = promise
            raise self._later(promise.at - now)

    def end(self, ticket: Ticket) -> None:
        """Take it that a push was answered, however; a second time is nothing."""
        now = self._ticks()
        with self._lock:
            if ticket not in self._inside:
                return
            self._inside.remove(ticket)
            # Of pushes that are worked on together each counts from the end of the one before.
            took = now - max(self._last, ticket.began)
            self._spent = self._spent * _WEIGHT + took
            self._done = self._done * _WEIGHT + ticket.events
            self._last = now

    def _later(self, wait: float) -> WireError:
        self.put_off += 1
        details = {"retry_after": math.ceil(wait), "wait_ms": math.ceil(wait * 1000)}
        return WireError("wire.crowded", **details)

    def _fits(self, now: float, ahead: float, promise: _Promise | None, *, few: bool) -> bool:
        if not self._inside:
            return True  # whoever's turn it is: he is not here
        if few or (promise is not None and now >= promise.at - EARLY_S):
            return ahead <= TOGETHER * LONGEST_S
        return promise is None and max(self._free - now, ahead) <= LONGEST_S

    def _promise(self, now: float, ahead: float, cost: float) -> _Promise:
        at = min(max(self._free, now + ahead), now + FARTHEST_S)
        self._free = at + cost
        return _Promise(at, cost)

    def _forget(self, now: float) -> None:
        """Let go of places that nobody came for, and of answers that nobody waits for."""
        while self._promised:
            name = next(iter(self._promised))
            promise = self._promised[name]
            if now < promise.at + LATE_S:
                break
            del self._promised[name]
            self._free -= promise.cost
        for ticket in [each for each in self._inside if now - each.began > STALE_S]:
            self._inside.remove(ticket)
