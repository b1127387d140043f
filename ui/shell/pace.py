"""Measure how long a step takes at this window, from its page to its being durable."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

    from ui.presenters.desk import Desk
    from ui.shell.opened import Opened
    from ui.shell.ways import Ways


class PaceWatch(QObject):
    """Hears where the window stands and which steps are made; tells the desk's `pace` alone.

    A page that is only looked at is not counted, nor is a step that began before a lock.
    """

    def __init__(
        self,
        ways: Ways,
        desk: Desk,
        run: Callable[[QObject, Coroutine[Any, Any, Any]], object],
        now: Callable[[], float] = monotonic,
    ) -> None:
        super().__init__(ways)
        self._desk, self._run, self._now = desk, run, now
        self._begun: dict[tuple[str, str], float] = {}
        ways.moved.connect(self._moved)
        ways.stepped.connect(self._stepped)

    def drop(self) -> None:
        """Forget what was begun: the window is locked."""
        self._begun.clear()

    def _moved(self, opened: Opened) -> None:
        route = opened.route
        if route.page == "step":
            self._begun.setdefault((route.case, route.step), self._now())
        elif route.page == "workbench":
            self._begun.clear()  # whatever was begun was left

    def _stepped(self, kind: str, case: str) -> None:
        begun = self._begun.pop((case, kind), None) or self._begun.pop(("", kind), None)
        if begun is not None:
            self._run(self, self._desk.pace.note(kind, self._now() - begun))
