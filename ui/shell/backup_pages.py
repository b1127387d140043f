"""Build the page that brings back a former machine's backup; tell that one waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from client.app.rows.session import LinePhase
from client.app.rows.words import Words
from sync.domain.failures import Failure
from ui.presenters.former import FormerPresenter
from ui.shell.opened import Means, Opened
from ui.values import BannerFace, Route
from ui.views.former import FormerPage

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.app.rows.session import LineView
    from ui.presenters.desk import Desk


WAITS = BannerFace("told", "download", Words("former.told"), "former")
"""What is told until the page was opened."""


def open_former(means: Means, _route: Route) -> Opened:
    """Open the page; what waits is asked of the centre at once."""
    view = FormerPage(means.tongue)
    presenter = FormerPresenter(means.desk, view)
    view.left.connect(means.flow.leave)
    view.entered.connect(lambda pin: means.run(view, presenter.bring(pin)))
    view.settled.connect(lambda: means.run(view, presenter.settle()))
    return Opened(
        Route("former"),
        view,
        view.focus_first,
        presenter.open,
        card=presenter.card_changed,
        read_first=True,
    )


class FormerWatch:
    """Says once a session, when the line is in step, that a former machine's backup waits.

    Args:
        desk: knows whether one does.
        say: shows a line at the foot.
    """

    def __init__(self, desk: Desk, say: Callable[[BannerFace | None], None]) -> None:
        self._desk = desk
        self._say = say
        self._asked = False

    def begin(self) -> None:
        """Ask anew: somebody came in."""
        self._asked = False

    def due(self, line: LineView) -> bool:
        """Say whether the centre is to be asked now."""
        if self._asked or line.phase is not LinePhase.SYNCED:
            return False
        self._asked = True
        return True

    async def look(self) -> None:
        """Ask, and say so; a line that fails now is asked at the next login."""
        try:
            former = await self._desk.bringing_back.former()
            lost = await self._desk.bringing_back.lost()
        except Failure:
            return
        if self._desk.door.session is None:
            return
        if former is not None:
            self._say(WAITS)
        elif lost:
            words = Words("former.lost.told", {"count": len(lost)})
            self._say(BannerFace("told", "alert-triangle", words, "former"))
