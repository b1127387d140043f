"""Widgets in cycles die on the screen's lane, whoever allocates meanwhile."""

import gc
import threading

from PySide6.QtCore import QObject

from ui import loop
from ui.collector import Collector


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
