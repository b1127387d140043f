"""Events that the centre cannot judge: a fault of its own program, which costs nobody else a step.

What one event runs into would undo the whole unit that judges it, again at each try of its sender,
and everything around it would go quiet. So the unit is run once more over those before it alone;
that event and what follows it in its chain wait with their sender (docs/PROTOCOL.md §11, "Push").
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import structlog

from sync.domain.failures import Failure
from sync.protocol.errors import WireError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Sequence

    from sync.server.clock import Clock

R = TypeVar("R")
T = TypeVar("T")

FINDING = "unjudged"
BROKEN, LATER = "wire.broken", "wire.unavailable"
"""The codes of an event that cannot be judged, and of those that have to wait for it."""
STANDS_MS = 24 * 3_600_000  # a sender who has not tried for so long is away: he will say it again

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Turns:
    """Whose turn it is, in a unit that judges events one after the other.

    Attributes:
        most: how many of them are judged, from the first on; the others wait.
        bad: which one cannot be judged, where that is known.
        at: the one at hand; None before the first and after the last.
        name: the id of the one at hand, or of the last one, as soon as the unit has read it.
    """

    most: int
    bad: int | None = None
    at: int | None = None
    name: str | None = None

    def through(self, events: Sequence[T]) -> Iterator[T]:
        """Yield the events whose turn comes, in order."""
        for place, event in enumerate(events[: self.most]):
            self.at, self.name = place, None
            yield event
        self.at = None

    def code(self, place: int) -> str:
        """Return what an event is told whose turn does not come."""
        return BROKEN if place == self.bad else LATER


class Unjudged:
    """Spares events what one of them runs into; any thread, remembers for one process.

    Attributes:
        count: how often an event could not be judged since the start.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._stuck: dict[tuple[str, str], int] = {}  # sender, by which way: when it was last seen
        self.count = 0

    async def spare(
        self, sender: str, count: int, unit: Callable[[Turns], Awaitable[R]], way: str = ""
    ) -> R:
        """Run a unit that judges events; where one breaks it, over those before that one.

        What breaks it outside of any event (rows that are written at its end, its answer) is
        looked for by halves: a part goes through, its sender brings the rest again, and in the end
        it stands alone.

        Args:
            sender: a device or a department's system.
            count: of the events.
            unit: to be run with its turns, as often as it takes.
            way: by which the events come, where its sender has several: each has its own end.

        Raises:
            WireError: what the request is refused by, or the database is away.
            Failure: what is wrong with the request beside its events.
            Exception: it breaks with no event at all.
        """
        turns = Turns(count)
        while True:
            try:
                answer = await unit(turns)
            except Exception as error:
                of_request = isinstance(error, Failure) and turns.at is None
                if of_request or isinstance(error, WireError) or not turns.most:
                    raise
                among, turns = turns.most, _fewer(turns)
                event = "-" if turns.bad is None else turns.name or "-"
                said = {"code": "centre.event_unjudged", "sender": sender, "step": event}
                log.exception("event not judged", among=among, **said)
            else:
                if turns.bad is not None:
                    self.stuck(sender, way)
                elif turns.most == count > 0:
                    self.through(sender, way)
                return answer

    def stuck(self, sender: str, way: str = "") -> None:
        """Take it that an event of a sender could not be judged.

        Args:
            sender: a device, a department's system or a lower centre.
            way: see `spare`.
        """
        with self._lock:
            self.count += 1
            self._stuck[sender, way] = self._clock.now_ms()

    def through(self, sender: str, way: str = "") -> None:
        """Take it that nothing of a sender waits for being judged any more, on this way."""
        with self._lock:
            self._stuck.pop((sender, way), None)

    def standing(self) -> int:
        """Count the senders who wait with an event that the centre could not judge."""
        now = self._clock.now_ms()
        with self._lock:
            return len({who for (who, _), at in self._stuck.items() if now - at < STANDS_MS})


def _fewer(turns: Turns) -> Turns:
    if turns.at is not None:
        return Turns(turns.at, bad=turns.at, name=turns.name)
    if turns.most == 1:
        return Turns(0, bad=0, name=turns.name)
    return Turns(turns.most // 2)
