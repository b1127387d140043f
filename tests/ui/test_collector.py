"""Widgets in cycles die on the screen's lane, whoever allocates meanwhile."""

import asyncio
import gc
import threading

from PySide6.QtCore import QObject

from ui import loop
from ui.collector import Collector, at_rest


class Knot(QObject):
    """Refers to itself, as views and their closures do."""

    def __init__(self, told):
        super().__init__()
        self.itself = self
        self.told = told

    def __del__(self):
        self.told.append(threading.current_thread())


def allocate():
    kept = []
    for _ in range(20):
        kept = [[kept] for _ in range(5_000)]


def test_what_another_lane_allocates_collects_nothing_of_ours(application):
    told = []

    async def main():
        Knot(told)
        await loop.aside(allocate)
        assert told == []
        collector = Collector(application, every_ms=1)
        kept = []
        while not told:
            kept.append([[] for _ in range(1_000)])
            await loop.turned()
        collector.stop()
        return 0

    assert loop.run(application, main, told.append) == 0
    assert told == [threading.main_thread()]
    assert gc.isenabled()


def test_the_oldest_generation_waits_until_nobody_works_but_not_for_ever(application):
    told, kept, limits = [], [], gc.get_threshold()

    async def main():
        gc.set_threshold(1, 1, 1)
        collector = Collector(application)
        collector.stop()

        def work(looks):
            for _ in range(looks):
                kept.append([[] for _ in range(1_000)])
                collector._look()

        def leave_something_old():
            knot = Knot(told)
            gc.collect(1)
            del knot

        leave_something_old()
        work(8)
        assert told == []
        collector._look()  # nothing was made since
        assert len(told) == 1
        leave_something_old()
        work(60)
        assert len(told) == 2
        return 0

    try:
        assert loop.run(application, main, told.append) == 0
    finally:
        gc.set_threshold(*limits)


def test_what_work_left_behind_is_given_back_once_when_it_is_quiet(application):
    told, given, back = [], [], asyncio.Event()

    def give_back():
        given.append(len(told))
        back.set()

    async def main():
        collector = Collector(application, every_ms=1)
        at_rest(give_back)
        knot = Knot(told)
        gc.collect(1)  # now it is old: no threshold is near
        del knot
        assert told == []
        work = [[] for _ in range(500)]
        async with asyncio.timeout(60):
            await back.wait()
        await asyncio.sleep(0.1)
        collector.stop()
        return len(work) - 500

    assert loop.run(application, main, told.append) == 0
    assert given == [1]
    assert len(told) == 1
