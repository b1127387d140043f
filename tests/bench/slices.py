"""What holds the screen's lane longest: every Qt event and every callback of the loop, timed.

    python -m tests.bench.slices COUNT MODULE ARGUMENT…

runs a module's `main` (the demonstration, say) under the probe and prints the COUNT longest slices
with what ran in them, and the longest thing inside. Wall clock: on a busy machine a slice may have
been waited for, so the processor's time of it stands beside. Without a screen Qt draws offscreen.
"""

# ruff: noqa: PLC0415  Qt's name; the application is made before what is watched

import asyncio
import heapq
import os
import sys
import time
from importlib import import_module

LEAST_MS = 4


class Probe:
    """The longest slices seen."""

    def __init__(self, count):
        self._count, self._serial, self.deep = count, 0, False
        self._inside = (0.0, "")
        self.longest = []

    def run(self, what, work):
        """Do one thing of the loop and note how long it took."""
        if self.deep:
            return self._within(what, work)
        self.deep, self._inside = True, (0.0, "")
        began, cpu = time.perf_counter(), time.thread_time()
        try:
            return work()
        finally:
            self.deep = False
            wall = (time.perf_counter() - began) * 1000
            if wall > LEAST_MS:
                said = f"{what()}; in it {self._inside[0]:.1f} ms {self._inside[1]}"
                self._note(wall, (time.thread_time() - cpu) * 1000, said)

    def _within(self, what, work):
        began = time.perf_counter()
        try:
            return work()
        finally:
            wall = (time.perf_counter() - began) * 1000
            if wall > max(LEAST_MS / 2, self._inside[0]):
                self._inside = (wall, what())

    def _note(self, wall, cpu, what):
        self._serial += 1
        heapq.heappush(self.longest, (cpu, wall, self._serial, what))
        if len(self.longest) > self._count:
            heapq.heappop(self.longest)

    def lines(self):
        """Return the longest first: of the processor's time, of the clock's, what ran."""
        return [
            f"{cpu:7.1f} ms processor {wall:7.1f} ms clock  {what}"
            for cpu, wall, _, what in sorted(self.longest, reverse=True)
        ]


def named(handle):
    """Return what a callback of the loop was: its coroutine, and where that stands now."""
    task = getattr(handle._callback, "__self__", None)
    if not isinstance(task, asyncio.Task):
        return getattr(handle._callback, "__qualname__", type(handle._callback).__name__)
    stack = [f"{frame.f_code.co_name}:{frame.f_lineno}" for frame in task.get_stack()]
    return f"{task.get_coro().__qualname__} {' '.join(stack)}"


def watch(probe):
    """Put the probe under Qt's events and the loop's callbacks; call before the loop is made."""
    from PySide6.QtWidgets import QApplication

    class Watched(QApplication):
        def notify(self, receiver, event):
            if probe.deep:  # thousands in one slice: watched, they would be most of it
                return QApplication.notify(self, receiver, event)
            # Asked before: afterwards the receiver may be gone.
            said = f"{event.type().name} to {type(receiver).__name__} {receiver.objectName()}"
            return probe.run(lambda: said, lambda: QApplication.notify(self, receiver, event))

    plain = asyncio.Handle._run

    def run(handle):
        return probe.run(lambda: named(handle), lambda: plain(handle))

    asyncio.Handle._run = run
    return Watched(sys.argv[:1])


if __name__ == "__main__":
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"  # before the probe makes the application
    probe = Probe(int(sys.argv[1]))
    app = watch(probe)
    try:
        sys.argv = sys.argv[2:]
        code = import_module(sys.argv[0]).main()
    finally:
        print("\n".join(probe.lines()))
    sys.exit(code)
