"""The one door to the event loop: Qt and asyncio on the screen lane.

Nobody else imports qasync, makes a task or starts a single-shot timer. Every task and every timer
has an owner, a QObject, and ends with it. `QDialog.exec()` stops other tasks for good inside a
coroutine (measured): dialogs are opened with `open()` and awaited through `answered`.
"""

from __future__ import annotations

import asyncio
import sys
import time
import weakref
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import PySide6.QtCore  # noqa: F401  (before qasync: it takes the binding that is already loaded)
import qasync
import shiboken6
from PySide6.QtCore import QObject, QTimer

from ui.collector import collecting

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from PySide6.QtCore import SignalInstance
    from PySide6.QtWidgets import QApplication

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Owned:
    """What one object has under way."""

    owner: weakref.ref[QObject]
    tasks: set[asyncio.Task[Any]] = field(default_factory=set)


_owned: dict[int, _Owned] = {}


def run(
    app: QApplication,
    main: Callable[[], Coroutine[Any, Any, int]],
    on_error: Callable[[BaseException], None],
) -> int:
    """Run `main` on Qt's loop until it returns; its value is the exit code.

    Args:
        app: the application. Closing the last window does not end it: `main` decides.
        main: made and awaited inside the loop.
        on_error: told of whatever no task's owner caught, from tasks, callbacks and Qt slots.
    """
    app.setQuitOnLastWindowClosed(False)

    def handler(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        on_error(error if error is not None else RuntimeError(str(context.get("message"))))

    before = sys.excepthook
    sys.excepthook = lambda _kind, error, _trace: on_error(error)
    try:
        with collecting(app), asyncio.Runner(loop_factory=lambda: make_loop(app)) as runner:
            runner.get_loop().set_exception_handler(handler)
            return runner.run(main())
    finally:
        sys.excepthook = before


def make_loop(app: QApplication) -> asyncio.AbstractEventLoop:
    """Make an asyncio loop that turns with Qt's."""
    return qasync.QEventLoop(app)


def spawn(
    owner: QObject, work: Coroutine[Any, Any, T], on_error: Callable[[BaseException], None]
) -> asyncio.Task[T]:
    """Start a coroutine that lives no longer than its owner.

    Args:
        owner: cancelled with it; usually the view or the window that shows the answer.
        work: the coroutine.
        on_error: called on the screen lane with whatever it raised, cancellation excepted.
    """
    task = asyncio.get_running_loop().create_task(work)
    key = id(owner)
    mine = _owned.get(key)
    if mine is None:
        mine = _owned[key] = _Owned(weakref.ref(owner))
        owner.destroyed.connect(lambda: _release(key))
    mine.tasks.add(task)

    def done(finished: asyncio.Task[T]) -> None:
        mine.tasks.discard(finished)
        if finished.cancelled():
            return
        error = finished.exception()
        if error is not None:
            on_error(error)

    task.add_done_callback(done)
    return task


def retire(owner: QObject) -> None:
    """Cancel what the owner and its parts started, and delete it when the last of that has ended.

    A cancelled task may still say so on its view ("no longer busy"): the view must be there. A part
    is its view too: one that was retired before, and waits, must not go with what holds it.
    """
    under_way = {task for mine in _owned.values() if _within(mine, owner) for task in mine.tasks}

    def ended(task: asyncio.Task[Any]) -> None:
        under_way.discard(task)
        if not under_way and shiboken6.isValid(owner):
            owner.deleteLater()

    for task in tuple(under_way):
        task.add_done_callback(ended)
        task.cancel()
    if not under_way:
        owner.deleteLater()


def _within(mine: _Owned, holder: QObject) -> bool:
    """Say whether it is the holder's or one of its parts'."""
    here = mine.owner()
    while here is not None and shiboken6.isValid(here):
        if here is holder:
            return True
        here = here.parent()
    return False


async def end_all() -> None:
    """Cancel whatever any owner has under way, and wait for its end: before the window goes."""
    me = asyncio.current_task()
    tasks = {task for mine in _owned.values() for task in mine.tasks if task is not me}
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks)


def running(owner: QObject) -> tuple[asyncio.Task[Any], ...]:
    """Return the owner's unfinished tasks, for those who wait for quiet."""
    mine = _owned.get(id(owner))
    return () if mine is None else tuple(mine.tasks)


async def turned(times: int = 1) -> None:
    """Let Qt's loop turn: layouts, paints and deletions that were asked for are done afterwards.

    Never `processEvents` inside a coroutine: another task would be entered while this one runs.
    """
    loop = asyncio.get_running_loop()
    for _ in range(times):
        future: asyncio.Future[None] = loop.create_future()
        loop.call_later(0, future.set_result, None)
        await future


async def aside(work: Callable[[], T]) -> T:
    """Do slow work that is free of Qt, an import for example, beside the screen lane."""
    return await asyncio.get_running_loop().run_in_executor(None, work)


async def finished(task: asyncio.Task[Any]) -> None:
    """Wait for somebody else's task to end, however it ends."""
    await asyncio.wait({task})


def _release(key: int) -> None:
    mine = _owned.pop(key, None)
    for task in () if mine is None else tuple(mine.tasks):
        task.cancel()


async def answered(signal: SignalInstance) -> tuple[Any, ...]:
    """Wait for a signal's next emission and return its arguments; for `dialog.finished`."""
    future: asyncio.Future[tuple[Any, ...]] = asyncio.get_running_loop().create_future()

    def take(*values: Any) -> None:
        if not future.done():
            future.set_result(values)

    signal.connect(take)
    try:
        return await future
    finally:
        signal.disconnect(take)


class Later(QObject):
    """A pause after which a call is made once; each new start begins the pause again.

    Used where a person types: a draft is kept, or a list is asked for, when the hand rests.
    """

    def __init__(self, owner: QObject, wait_ms: int, call: Callable[[], object]) -> None:
        super().__init__(owner)
        self._call = call
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(wait_ms)
        self._timer.timeout.connect(self._due)

    def start(self) -> None:
        """Begin the pause, again if it runs."""
        self._timer.start()

    def stop(self) -> None:
        """Forget the call."""
        self._timer.stop()

    @property
    def waiting(self) -> bool:
        """Say whether a call is due."""
        return self._timer.isActive()

    def now(self) -> None:
        """Make the call at once if one is due."""
        if self._timer.isActive():
            self._timer.stop()
            self._call()

    def _due(self) -> None:
        self._call()


class Again:
    """A reading that is done by one at a time.

    Asked for while it is under way, however often, it is done once more afterwards: what came
    meanwhile may not be in what it read.
    """

    def __init__(self, read: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._read = read
        self._wanted = self._busy = False

    def asked(self) -> Coroutine[Any, Any, None] | None:
        """Return what is to be awaited, None where somebody awaits it already."""
        self._wanted = True
        if self._busy:
            return None
        self._busy = True
        return self._go()

    async def _go(self) -> None:
        try:
            while self._wanted:
                self._wanted = False
                await self._read()
        finally:
            self._busy = False


class Every(QObject):
    """A call made again and again while its owner lives; only for words that go on with time."""

    def __init__(self, owner: QObject, every_ms: int, call: Callable[[], None]) -> None:
        super().__init__(owner)
        self._timer = QTimer(self)
        self._timer.setInterval(every_ms)
        self._timer.timeout.connect(call)
        self._timer.start()


class Watchdog(QObject):
    """Measure how long the screen lane was blocked; for tests, benches and the log.

    Args:
        owner: ends with it.
        limit_ms: gaps beyond this are told.
        told: called with the gap in milliseconds.
    """

    TICK_MS = 20

    def __init__(self, owner: QObject, limit_ms: int, told: Callable[[int], None]) -> None:
        super().__init__(owner)
        self._limit = limit_ms
        self._told = told
        self._last = time.monotonic()
        self.worst_ms = 0
        self._timer = QTimer(self)
        self._timer.setInterval(self.TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def _tick(self) -> None:
        now = time.monotonic()
        gap = round((now - self._last) * 1000) - self.TICK_MS
        self._last = now
        self.worst_ms = max(self.worst_ms, gap)
        if gap > self._limit:
            self._told(gap)
