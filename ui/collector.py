"""Collect cyclic garbage on the screen's lane only.

Python's collector runs in whatever thread happens to allocate. A widget or a timer that it finds
in a cycle on the store's lane is destroyed there, and Qt ends the process: its objects die in
their own thread only. So the automatic collector is off while a window lives, and a timer of the
loop calls it, each generation when it is due by Python's own thresholds.

The oldest generation takes up to 24 ms, more than a frame: when it is due, it waits for a second in
which nobody works, unless none comes for minutes.

It is seldom due, and glibc keeps what was freed: forty papers made in a row left
64 MB of nothing behind (measured). So once after some work, when the window has been quiet for a
while, everything is collected and given back; nobody waits for it then.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

EVERY_MS: Final = 1000
_OLDEST: Final = 2
PATIENCE: Final = 5
"""So many times over its threshold the oldest generation is collected while somebody works."""
QUIET_LOOKS: Final = 5
"""So many looks in a row with next to nothing made: nobody works."""
_LITTLE: Final = 100
"""Objects that a quiet window makes between two looks: its clock, its line's heartbeat."""


class Collector(QObject):
    """Looks every second whether a generation is due, by Python's own thresholds and `PATIENCE`.

    Args:
        owner: an object of the screen's lane; the collector ends with it.
        every_ms: how often to look.
    """

    rested = Signal()  # once after some work, when the window has been quiet

    def __init__(self, owner: QObject, every_ms: int = EVERY_MS) -> None:
        super().__init__(owner)
        self._quiet, self._worked, self._seen = 0, False, 0
        self._timer = QTimer(self)
        self._timer.setInterval(every_ms)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def stop(self) -> None:
        """Look no more."""
        self._timer.stop()

    def _look(self) -> None:
        made = gc.get_count()[0] - self._seen
        *younger, oldest = gc.get_threshold()
        limits = (*younger, oldest * PATIENCE if made > _LITTLE else oldest)
        due = [
            generation
            for generation, (count, limit) in enumerate(zip(gc.get_count(), limits, strict=True))
            if count > limit
        ]
        if due:
            gc.collect(due[-1])
        self._rest(made)
        self._seen = gc.get_count()[0]

    def _rest(self, made: int) -> None:
        """Give back what is left of some work, once, when it has been quiet after it."""
        if made > _LITTLE:
            self._quiet, self._worked = 0, True
            return
        self._quiet += 1
        if self._worked and self._quiet >= QUIET_LOOKS:
            self._worked = False
            gc.collect(_OLDEST)
            self.rested.emit()


def at_rest(then: Callable[[], object]) -> None:
    """Have something done whenever work was followed by rest, as long as this loop runs."""
    application = QCoreApplication.instance()
    for collector in application.findChildren(Collector) if application else ():
        collector.rested.connect(then)


def settle() -> None:
    """Leave alone what is there now: called once the program is imported and put together."""
    gc.freeze()


@contextmanager
def collecting(
    owner: QObject, every_ms: int = EVERY_MS, *, settled: bool = False
) -> Iterator[None]:
    """Keep the collector on this lane for as long as a loop runs.

    What start-up made lives as long as the process, so the collector need not walk it again: the
    oldest generation then takes a few milliseconds.

    Args:
        owner: an object of the screen's lane.
        every_ms: how often to look.
        settled: what is there was left alone before (see `settle`), and is for other loops to come.
    """
    automatic = gc.isenabled()
    gc.disable()
    if not settled:
        gc.freeze()
    collector = Collector(owner, every_ms)
    try:
        yield
    finally:
        collector.stop()
        collector.deleteLater()
        if not settled:
            gc.unfreeze()
        gc.collect(_OLDEST)
        if automatic:
            gc.enable()
