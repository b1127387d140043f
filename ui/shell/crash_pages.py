"""Build the page of reports, among the other pages and at the door; tell of new ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal

from client.app.rows.words import Words
from sync.domain.failures import Failure
from ui.loop import Later
from ui.presenters.crashes import CrashesPresenter
from ui.shell.opened import Means, Opened
from ui.values import BannerFace, Route
from ui.views.crashes import CrashesPage

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from ui.i18n import Tongue
    from ui.presenters.desk import Desk

_RESTS_MS = 600
_FAULT = BannerFace("told", "alert-triangle", Words("crashes.told"), "crashes")
_DEATH = BannerFace("told", "alert-triangle", Words("ending.reported"), "crashes")
READY = (_FAULT, _DEATH)
"""What is told until the page was opened: a report waits."""


def open_crashes(means: Means) -> Opened:
    """Open the page of reports."""
    view, presenter = crashes_page(
        means.desk, means.tongue, means.run, means.outlives, means.flow.leave
    )

    return Opened(Route("crashes"), view, view.focus_first, presenter.open, save=presenter.keep)


def crashes_page(
    desk: Desk,
    tongue: Tongue,
    run: Callable[[QObject, Coroutine[Any, Any, Any]], object],
    outlives: QObject,
    leave: Callable[[], None],
) -> tuple[CrashesPage, CrashesPresenter]:
    """Make page and presenter; `outlives` owns what is kept though the page is gone."""
    view = CrashesPage(tongue)
    presenter = CrashesPresenter(desk, view)

    later = Later(view, _RESTS_MS, lambda: run(outlives, presenter.keep()))

    def typed(text: str) -> None:
        presenter.typed(text)
        later.start()

    def turned(act: Callable[[], object]) -> None:
        later.now()
        act()

    def send() -> None:
        later.stop()
        run(view, presenter.send())

    def drop() -> None:
        later.stop()
        run(view, presenter.drop())

    view.left.connect(lambda: turned(leave))
    view.note_typed.connect(typed)
    view.next_wanted.connect(lambda: turned(presenter.next))
    view.send_wanted.connect(send)
    view.save_wanted.connect(lambda path: run(view, presenter.save(path)))
    view.drop_wanted.connect(drop)
    view.offer_wanted.connect(lambda on: run(view, presenter.offer(on=on)))
    return view, presenter


class CrashWatch(QObject):
    """Tells of a new report by a line at the foot; the keyboard stays where it is.

    Args:
        owner: ends with it.
        desk: keeps the reports.
        say: shows a line at the foot.
    """

    arrived = Signal()

    def __init__(
        self, owner: QObject, desk: Desk, say: Callable[[BannerFace | None], None]
    ) -> None:
        super().__init__(owner)
        self._desk, self._say = desk, say
        self._ended = desk.doctor.ended
        # Queued: a fault may be on any thread, and in the middle of anything on this one.
        self.arrived.connect(self._tell, Qt.ConnectionType.QueuedConnection)
        desk.crashes.on_new(self.arrived.emit)
        self.at("door")

    def end(self) -> None:
        """Listen no more."""
        self._desk.crashes.on_new(_nobody)

    def at(self, page: str, step: str = "") -> None:
        """Note which kind of page is open, and of which step; no case."""
        self._desk.crashes.at(f"{page}/{step}" if page == "step" and step else page)

    def act_of(self, error: BaseException) -> str:
        """Report a defect that is being told; return the command that leads to its report."""
        if isinstance(error, Failure):
            return ""
        self._desk.crashes.failed(error)
        return self._act()

    def tell_ending(self) -> None:
        """Say once that the program died last time, and where its report is."""
        ended, self._ended = self._ended, None
        if ended is None or ended.how != "program":
            return
        alone = BannerFace("told", "alert-triangle", Words("ending.told"), "doctor")
        self._say(_DEATH if self._act() else alone)

    def _act(self) -> str:
        crashes = self._desk.crashes
        return "crashes" if crashes.offered and crashes.waiting else ""

    def _tell(self) -> None:
        if self._desk.door.session is not None and self._act():
            self._say(_FAULT)


def _nobody() -> None:
    """Tell nobody: the window closes."""
