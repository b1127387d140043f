"""Devices at the counter: what they read is recognised here and told on the screen's lane.

A wedge that types, a serial scanner and a card reader all come this one way.
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

    async def run(self, lane: Lane) -> None:
        """Listen until cancelled; the lane then waits for the devices' threads."""
        if self._counter is None:
            return
        here = asyncio.get_running_loop()

        def heard(what: IdCard | str) -> None:
            here.call_soon_threadsafe(self.read, what)

        def trouble(failure: CounterFailure) -> None:
            here.call_soon_threadsafe(self._tell, CounterTrouble(failure))

        stop = self._counter.listen(heard, trouble)
        try:
            await here.create_future()
        finally:
            await lane.run(stop)

    def knows(self, text: str) -> bool:
        """Say whether a text is a code of ours."""
        return recognised(text) is not None

    def read(self, what: IdCard | str) -> None:
        """Tell what a card or a code means; the keyboard's watch calls it too."""
        if isinstance(what, str):
            self._tell(CounterHeard(recognised(what)))
            return
        until = what.valid_until
        over = until if until is not None and until < self._today() else None
        self._tell(CounterHeard(recognised(what.number, what.name), over))
