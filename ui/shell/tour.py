"""Show a clerk round the workbench at the first login, and again whenever he asks (F1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QScrollArea, QWidget

from client.app.rows.words import Words
from sync.domain.failures import Failure
from ui.values import WORKBENCH, BannerFace, Problem
from ui.views.tour import TourView

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from ui.presenters.desk import Desk
    from ui.shell.ways import Ways
    from ui.shell.window import MainWindow

#: Each stop with the name of the part that it is about, in the order of a day's work.
STOPS = (
    ("place", "topbar"),
    ("tabs", "workbench.tabs"),
    ("list", "workbench.middle"),
    ("new", "rail.new_case"),
    ("acts", "workbench.preview"),
    ("search", "workbench.search"),
    ("line", "topbar.line"),
    ("help", "rail.help"),
)


class TourGuide(QObject):
    """Goes from stop to stop over the workbench.

    Args:
        window: what is shown.
        desk: remembers who was shown round.
        ways: shows the workbench first.
        run: starts a coroutine owned by a view.
    """

    def __init__(
        self,
        window: MainWindow,
        desk: Desk,
        ways: Ways,
        run: Callable[[QObject, Coroutine[Any, Any, Any]], object],
    ) -> None:
        super().__init__(window)
        self._window, self._desk, self._ways, self._run = window, desk, ways, run
        self._stops: list[tuple[str, QWidget]] = []
        self._at = 0
        self.view = TourView(window.tongue, window.whole)
        self.view.on.connect(lambda: self._move(1))
        self.view.back.connect(lambda: self._move(-1))
        self.view.left.connect(self.leave)
        window.resized.connect(self._fit)

    async def offer(self) -> None:
        """Begin where this person was never shown round at this window.

        Who has gone on to a page by now is left there: it is offered at the next login.
        """
        try:
            wanted = await self._desk.tour.wanted()
        except Failure as failure:
            self._ways.tell(Problem.of(failure))
            return
        if wanted and self._ways.here() == WORKBENCH and self._desk.door.session is not None:
            self.begin()

    def begin(self) -> None:
        """Begin, on the workbench."""
        self._ways.go(WORKBENCH)
        self._stops = [
            (stop, part) for stop, name in STOPS if (part := self._part(name)) is not None
        ]
        self._at = 0
        if self._stops:
            self._show()

    def leave(self) -> None:
        """End, remember it, and say where to find it again."""
        self.close()
        self._run(self, self._remember())
        words = Words("tour.again")
        self._ways.told.emit(BannerFace("told", "info-circle", words))

    def close(self) -> None:
        """End without remembering: the window locks in the middle, and the tour waits."""
        self._stops = []
        self.view.hide()

    # ------------------------------------------------------------ inner

    def _move(self, by: int) -> None:
        there = self._at + by
        if there >= len(self._stops):
            self.leave()
        elif there >= 0:
            self._at = there
            self._show()

    def _show(self) -> None:
        stop, part = self._stops[self._at]
        _bring_into_sight(part)
        self.view.show_stop(stop, part, self._at + 1, len(self._stops))

    def _part(self, name: str) -> QWidget | None:
        found = self._window.findChildren(QWidget, name)
        return next((part for part in found if part.isVisible()), None)

    def _fit(self) -> None:
        if self.view.isVisible():
            self.view.fit()

    async def _remember(self) -> None:
        try:
            await self._desk.tour.done()
        except Failure as failure:
            self._ways.tell(Problem.of(failure))


def _bring_into_sight(part: QWidget) -> None:
    """Scroll whatever holds a part until it is seen: the rail's last entries on a small screen."""
    above = part.parentWidget()
    while above is not None:
        if isinstance(above, QScrollArea):
            above.ensureWidgetVisible(part)
        above = above.parentWidget()
