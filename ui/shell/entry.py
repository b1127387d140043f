"""The pages before the door: becoming a window, the way in when no card opens it, settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from ui.loop import retire
from ui.presenters.enrol import EnrolPresenter
from ui.presenters.recover import RecoverPresenter
from ui.shell.settings_pages import settings_page
from ui.views.enrol import EnrolPage
from ui.views.recover import RecoverPage
from ui.views.settings import SettingsPage

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from client.app.access.enrolment import Enrolled
    from client.app.rows.session import CardView
    from ui.presenters.desk import Desk
    from ui.shell.window import MainWindow


class Entry(QObject):
    """Shows one of these pages in the door's place, and goes back to it.

    Args:
        window: whose stack the pages are shown in.
        desk: enrols and recovers.
        run: starts a coroutine owned by a view.
        to_door: shows the door as it is now.
        enrolled: told what came of an enrolment, for the door to say.
    """

    def __init__(
        self,
        window: MainWindow,
        desk: Desk,
        run: Callable[[QObject, Coroutine[Any, Any, Any]], object],
        to_door: Callable[[], None],
        enrolled: Callable[[Enrolled], None],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._desk = desk
        self._run = run
        self._to_door = to_door
        self._enrolled = enrolled
        self.page: EnrolPage | RecoverPage | SettingsPage | None = None
        self._card: Callable[[CardView], None] | None = None
        self._under: EnrolPage | RecoverPage | SettingsPage | None = None

    def enrol(self) -> None:
        """Show the first page of a new machine."""
        view = EnrolPage(self._window.tongue)
        presenter = EnrolPresenter(self._desk, view, self._done)
        view.pasted.connect(presenter.pasted)
        view.genesis_edited.connect(presenter.edited)
        view.entered.connect(lambda pin: self._run(view, presenter.enrol(view.form_now(), pin)))
        looks, window = view.looks, self._window
        looks.language.connect(window.next_language)
        looks.text_size.connect(window.next_text_size)
        looks.mode.connect(window.next_mode)
        view.settings_asked.connect(self.settings)
        self._show(view, presenter.card_changed)
        presenter.card_changed(self._desk.door.card)

    def recover(self) -> None:
        """Show how two administrators open this window."""
        if self.page is not None or self._desk.door.session is not None:
            return
        view = RecoverPage(self._window.tongue)
        presenter = RecoverPresenter(self._desk, view, self.leave)
        view.left.connect(presenter.leave)
        view.entered.connect(lambda pin: self._run(view, presenter.hand_over(pin)))
        view.finished.connect(lambda: self._run(view, presenter.finish()))
        self._show(view, presenter.card_changed)
        self._run(view, presenter.open())

    def settings(self) -> None:
        """Show this machine's settings; the page that stood here is gone back to as it was."""
        if isinstance(self.page, SettingsPage) or self._desk.door.session is not None:
            return
        view, presenter = settings_page(
            self._desk, self._window.tongue, self._window, self._run, self._leave_settings
        )
        self._under = self.page
        self.page = view
        self._window.stack.addWidget(view)
        self._window.stack.setCurrentWidget(view)
        view.focus_first()
        self._run(view, presenter.open())

    def card_changed(self, card: CardView) -> None:
        """Tell the page of the card."""
        if self._card is not None:
            self._card(card)

    def leave(self) -> None:
        """Go to the door; the page is gone when its own work has ended."""
        page, self.page, self._card = self.page, None, None
        self._to_door()
        if page is not None:
            self._window.stack.removeWidget(page)
            retire(page)

    # ------------------------------------------------------------ inner

    def _leave_settings(self) -> None:
        under, self._under = self._under, None
        if under is None:
            self.leave()
            return
        page, self.page = self.page, under
        self._window.stack.setCurrentWidget(under)
        under.focus_first()
        if page is not None:
            self._window.stack.removeWidget(page)
            retire(page)

    def _done(self, made: Enrolled) -> None:
        self._enrolled(made)
        self.leave()

    def _show(self, view: EnrolPage | RecoverPage, card: Callable[[CardView], None]) -> None:
        self.page, self._card = view, card
        self._window.stack.addWidget(view)
        self._window.stack.setCurrentWidget(view)
        view.focus_first()
