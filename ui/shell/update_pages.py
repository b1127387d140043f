"""Build the page about updates: among the other pages, and at the door."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ui.presenters.updates import UpdatesPresenter
from ui.shell.opened import Means, Opened
from ui.values import Route
from ui.views.updates import UpdatesPage

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from PySide6.QtCore import QObject

    from ui.i18n import Tongue
    from ui.presenters.desk import Desk
    from ui.presenters.desk_machine import OwnWindow


def open_updates(means: Means) -> Opened:
    """Open the page about updates."""
    view, presenter = updates_page(
        means.desk, means.tongue, means.window, means.run, means.flow.leave
    )

    async def begin() -> None:
        """Look beside the page: it is shown meanwhile."""
        means.run(view, presenter.open())

    return Opened(Route("updates"), view, view.focus_first, begin)


def updates_page(
    desk: Desk,
    tongue: Tongue,
    window: OwnWindow,
    run: Callable[[QObject, Coroutine[Any, Any, Any]], object],
    leave: Callable[[], None],
) -> tuple[UpdatesPage, UpdatesPresenter]:
    """Make page and presenter."""
    view = UpdatesPage(tongue)
    presenter = UpdatesPresenter(desk, view, window.go_back_version)
    view.left.connect(leave)
    view.look_wanted.connect(lambda: run(view, presenter.look()))
    view.stick_wanted.connect(lambda folder: run(view, presenter.look(folder)))
    view.stop_wanted.connect(presenter.give_up)
    view.back_wanted.connect(presenter.back)
    return view, presenter
