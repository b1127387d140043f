"""What every page before the door stands on, and how the one that both ways share begins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ui.presenters.enrol import EnrolPresenter
from ui.views.enrol import EnrolPage

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from PySide6.QtCore import QObject

    from client.app.access.enrolment import Enrolled
    from ui.presenters.desk import Desk
    from ui.presenters.door import DoorPresenter
    from ui.shell.window import MainWindow


@dataclass(frozen=True, slots=True)
class Before:
    """Handed to whoever shows pages before the door.

    Args:
        window: whose stack the pages are shown in, how it looks, and that it can be closed.
        desk: everything that the pages ask.
        run: starts a coroutine owned by a view.
        to_door: shows the door as it is now.
        door: says what came of what was done before it.
    """

    window: MainWindow
    desk: Desk
    run: Callable[[QObject, Coroutine[Any, Any, Any]], object]
    to_door: Callable[[], None]
    door: DoorPresenter

    def enrolment(
        self, done: Callable[[Enrolled], None], *, guided: bool = False
    ) -> tuple[EnrolPage, EnrolPresenter]:
        """Begin the page that makes this machine a window; what it does when pressed is yet to say.

        Args:
            done: told what came of it.
            guided: as a step of the first run.
        """
        view = EnrolPage(self.window.tongue, guided=guided)
        presenter = EnrolPresenter(self.desk, view, done)
        view.pasted.connect(presenter.pasted)
        view.genesis_edited.connect(presenter.edited)
        return view, presenter
