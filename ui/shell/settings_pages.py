"""Build the page of this machine's settings: among the other pages, and at the door."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ui.presenters.settings import SettingsPresenter
from ui.shell.opened import Means, Opened
from ui.values import Route
from ui.views import printing
from ui.views.scan_bar import ScanBar
from ui.views.settings import SettingsPage

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from PySide6.QtCore import QObject

    from ui.i18n import Tongue
    from ui.presenters.desk import Desk
    from ui.presenters.desk_machine import OwnWindow


def open_settings(means: Means) -> Opened:
    """Open the settings; the rail marks nothing."""
    view, presenter = settings_page(
        means.desk, means.tongue, means.window, means.run, means.flow.leave
    )
    view.pin_wanted.connect(lambda: means.flow.go(Route("card_pin")))
    return Opened(Route("settings"), view, view.focus_first, presenter.open)


def settings_page(
    desk: Desk,
    tongue: Tongue,
    window: OwnWindow,
    run: Callable[[QObject, Coroutine[Any, Any, Any]], object],
    leave: Callable[[], None],
    only: str = "",
) -> tuple[SettingsPage, SettingsPresenter]:
    """Make page and presenter; what is chosen is in force where things are printed and scanned.

    With `only`, a section's name, it is a step of a machine's first run, whose primary act is the
    guide's: nothing is tried.
    """
    view = SettingsPage(tongue, only, "setup.go_on" if only else "settings.try")
    presenter = SettingsPresenter(desk, window, view, leave)

    async def change(name: str, value: str) -> None:
        await presenter.change(name, value)
        take_over(desk)

    async def go() -> None:
        await presenter.leave(view.typed())
        take_over(desk)

    view.changed.connect(lambda name, value: run(view, change(name, value)))
    view.notice_wanted.connect(lambda name, on: run(view, presenter.set_notice(name, on=on)))
    view.left.connect(lambda: run(view, go()))
    if not only:
        view.submitted.connect(presenter.turn_trying)
    window.looks_changed.connect(view.looked)  # not the presenter: it ends with the page
    view.looked.connect(presenter.show_looks)
    view.again_wanted.connect(presenter.start_again)
    view.destroyed.connect(presenter.end_trying)
    return view, presenter


def take_over(desk: Desk) -> None:
    """Put this machine's printers and its scanner in force."""
    settings = desk.machine.settings
    printing.prefer(settings.printer_a4, settings.printer_roll)
    if settings.scanner:
        ScanBar.chosen = settings.scanner
