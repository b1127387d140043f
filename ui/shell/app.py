"""Make the application and open its window: for the entry point, the demonstration and tests."""

from __future__ import annotations

import os
import sys
import weakref
from typing import TYPE_CHECKING

from ui.startup import prepare

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QApplication

    from sync.texts import Texts
    from ui.i18n import Tongue
    from ui.presenters.desk import CardDeck, Desk
    from ui.shell.window import MainWindow
    from ui.shell.work import Work


def make_application() -> QApplication:
    """Make the one QApplication: versions checked, Chinese typing seen to, our font loaded.

    Raises:
        UnfitPythonError: this PySide6 would abort on this Python.
    """
    os.environ.update(prepare())
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415  (after the guard and the variables)

    from ui.theme import load_fonts  # noqa: PLC0415
    from ui.widgets.readers import tell_readers  # noqa: PLC0415

    found = QApplication.instance()
    app = found if isinstance(found, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("chuangkou")
    app.setDesktopFileName("chuangkou")
    if sys.platform == "win32":
        _dress(app)
    app.setQuitOnLastWindowClosed(False)
    load_fonts()
    tell_readers()
    return app


if sys.platform == "win32":

    def _dress(app: QApplication) -> None:
        """Give the window its own button and mark on the taskbar: its process is Python's."""
        import ctypes  # noqa: PLC0415  (there only)

        from PySide6.QtGui import QIcon  # noqa: PLC0415

        from resources.folder import FOLDER  # noqa: PLC0415

        ctypes.windll.shell32.SetCurrentProcessExplicitAppUserModelID("Chuangkou.Window")
        app.setWindowIcon(QIcon(str(FOLDER / "icons" / "chuangkou.svg")))


def open_window(
    desk: Desk,
    deck: CardDeck | None = None,
    language: str = "zh_CN",
    *,
    mode: str = "light",
    text_size: str = "normal",
    load: Callable[[str], Texts] | None = None,
) -> MainWindow:
    """Open the window with its desk behind it, inside a running loop (`ui.loop.run`).

    Args:
        desk: `client.app.desk.Desk`, or whatever fits `ui.presenters.desk.Desk`.
        deck: the simulated cards, shown as a strip; None with a real reader.
        language: "zh_CN" or "en".
        mode: "light", "dark" or "auto".
        text_size: "normal", "large" or "largest".
        load: from a language to its texts, where a test adds words.
    """
    window = show_window(language, mode=mode, text_size=text_size, load=load)
    attach(window, desk, deck)
    return window


def attach(
    window: MainWindow,
    desk: Desk,
    deck: CardDeck | None = None,
    *,
    idle_minutes: int = 0,
    guide: bool = False,
) -> Work:
    """Put the desk behind a window that is already painted.

    Args:
        window: showing its door.
        desk: everything that the screens talk to.
        deck: the simulated cards, shown as a strip; None with a real reader.
        idle_minutes: lock after so long without a key or a pointer; 0 never does.
        guide: lead newcomers by itself, through a machine's first run and round the window;
            whoever drives the window by keys does without.
    """
    from ui import loop  # noqa: PLC0415  (after the first paint)
    from ui.shell.work import Work  # noqa: PLC0415

    window.door.make_scrollable()
    work = Work(window, desk, deck, idle_minutes=idle_minutes, guide=guide)
    loop.spawn(work, _prepare(window), work.fault)
    return work


async def _prepare(window: MainWindow) -> None:
    """Load one font a turn, then rehearse the first page: a clerk's key never waits for them."""
    from client.host.memory import give_back  # noqa: PLC0415
    from ui import collector, loop, theme  # noqa: PLC0415
    from ui.shell.warm import rehearse  # noqa: PLC0415

    for _family in theme.rare_fonts():
        await loop.turned()
    if await rehearse(window.tongue):
        collector.settle()
    collector.at_rest(give_back)


def show_window(
    language: str,
    *,
    mode: str = "auto",
    text_size: str = "normal",
    load: Callable[[str], Texts] | None = None,
) -> MainWindow:
    """Show the window with nothing but its door: the first paint waits for no import."""
    from sync.texts import texts  # noqa: PLC0415  (Qt first, as above)
    from ui import theme  # noqa: PLC0415
    from ui.i18n import Tongue  # noqa: PLC0415
    from ui.shell.window import MainWindow  # noqa: PLC0415

    app = make_application()
    theme.apply(app, mode, text_size, language)
    tongue = Tongue(language, load or texts)
    _tell_readers(tongue)
    tongue.teach_qt(app)
    window = MainWindow(tongue, mode=mode, text_size=text_size)
    window.show()
    return window


def _tell_readers(tongue: Tongue) -> None:
    """Say to readers what a mark shows, in the language of the window as long as it is there."""
    from ui.widgets.fields import Field  # noqa: PLC0415  (after the variables)

    spoken = weakref.ref(tongue)

    def required(label: str) -> str:
        here = spoken()
        return f"{label} *" if here is None else here.t("field.required", label=label)

    Field.marked = required
