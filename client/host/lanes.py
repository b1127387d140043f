"""The window's threads: one worker for the store, the card, the scanner each, two for heavy work.

The screen's lane is the main thread and its loop; nothing here knows it. A lane gives order: what
is handed to a one-worker lane runs one after the other, in the order in which it was handed over,
so what lives on it needs no locks (architecture.md §7).
"""

from __future__ import annotations

import asyncio
import contextvars
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from sync.domain.failures import Failure, FailureKind

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
R = TypeVar("R")

_here = threading.local()


class LaneFailure(Failure):
    """A lane that is closed: lane.closed."""


def lane_here() -> str | None:
    """Return the name of the lane that this code runs on, None on any other thread."""
    name: str | None = getattr(_here, "name", None)
    return name


class Lane:
    """Run plain functions on a thread of their own, in order.

    Args:
        name: what lane_here, thread names and logs show.
        workers: one keeps order; more only for work that shares nothing.
    """

    def __init__(self, name: str, workers: int = 1) -> None:
        self.name = name
        self._closed = False
        self._pool = ThreadPoolExecutor(
            workers, thread_name_prefix=f"lane-{name}", initializer=self._mark
        )

    async def run(self, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run the function on this lane and return what it returns.

        A function that has begun is never interrupted: if the caller is cancelled, it still runs
        to its end, and its answer is dropped. The caller's context variables go with it.

        Raises:
            LaneFailure: lane.closed.
            Exception: whatever the function raises.
        """
        if self._closed:
            raise LaneFailure("lane.closed", FailureKind.CANCELLED, lane=self.name)
        context = contextvars.copy_context()
        return await asyncio.wrap_future(
            self._pool.submit(lambda: context.run(function, *args, **kwargs))
        )

    async def close(self) -> None:
        """Finish what was handed over, end the threads; later calls get lane.closed."""
        if self._closed:
            return
        self._closed = True
        # The wait is handed to a thread of its own: the caller's loop must go on turning, since
        # what is still running here may be answered through it.
        waiter = ThreadPoolExecutor(1, thread_name_prefix=f"lane-{self.name}-closing")
        try:
            await asyncio.wrap_future(waiter.submit(self._pool.shutdown))
        finally:
            waiter.shutdown()

    def _mark(self) -> None:
        _here.name = self.name


class Lanes:
    """The lanes of one window, made once by its composition root."""

    def __init__(self) -> None:
        self.store = Lane("store")
        self.card = Lane("card")
        self.crunch = Lane("crunch", workers=2)
        self.scan = Lane("scan")

    async def close(self) -> None:
        """Close all of them, the store last: what ends elsewhere may still be saved."""
        for lane in (self.scan, self.crunch, self.card, self.store):
            await lane.close()
