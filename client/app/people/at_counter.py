"""Devices at the counter: what they read is recognised here and told on the screen's lane.

A wedge that types, a serial scanner and a card reader all come this one way. Who tries them out
hears everything first, as it comes; meanwhile none of it is anybody's business at the counter.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from client.app.people.scanned import recognised
from client.app.rows.changes import CounterHeard, CounterTrouble

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from client.app.ports.counter import Counter, CounterFailure, IdCard
    from client.app.rows.changes import DeskNews
    from client.host.lanes import Lane

    Heard = IdCard | str | CounterFailure


class AtCounter:
    """Listens while the window lives. Screen lane, but where it says otherwise.

    Args:
        counter: the devices on lines; None where there are none.
        today: the centre's day, for cards that have run out.
        tell: hands on the news.
    """

    def __init__(
        self,
        counter: Counter | None,
        today: Callable[[], date],
        tell: Callable[[DeskNews], None],
    ) -> None:
        self._counter = counter
        self._today = today
        self._tell = tell
        self._changed = asyncio.Event()
        self._trying: Callable[[Heard], None] | None = None

    async def run(self, lane: Lane) -> None:
        """Listen until cancelled; the lane then waits for the devices' threads."""
        while True:
            self._changed.clear()
            stop = self._listen(self._counter)
            try:
                await self._changed.wait()
            finally:
                await lane.run(stop)

    def use(self, counter: Counter | None) -> None:
        """Listen to other devices from now on; those before are let go first."""
        self._counter = counter
        self._changed.set()

    def overhear(self, trying: Callable[[Heard], None] | None) -> None:
        """Hand everything that comes, troubles too, to who tries the devices; None ends it."""
        self._trying = trying

    def knows(self, text: str) -> bool:
        """Say whether a text is a code of ours; who tries a device takes any."""
        return self._trying is not None or recognised(text) is not None

    def read(self, what: IdCard | str) -> None:
        """Tell what a card or a code means; the keyboard's watch calls it too."""
        if self._trying is not None:
            self._trying(what)
        elif isinstance(what, str):
            self._tell(CounterHeard(recognised(what)))
        else:
            until = what.valid_until
            over = until if until is not None and until < self._today() else None
            self._tell(CounterHeard(recognised(what.number, what.name), over))

    def _listen(self, counter: Counter | None) -> Callable[[], None]:
        if counter is None:
            return _nothing
        here = asyncio.get_running_loop()

        def heard(what: IdCard | str) -> None:
            here.call_soon_threadsafe(self.read, what)

        def trouble(failure: CounterFailure) -> None:
            here.call_soon_threadsafe(self._fail, failure)

        return counter.listen(heard, trouble)

    def _fail(self, failure: CounterFailure) -> None:
        if self._trying is not None:
            self._trying(failure)
        else:
            self._tell(CounterTrouble(failure))


def _nothing() -> None:
    """There is nothing to let go."""
