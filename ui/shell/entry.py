"""The pages before the door: becoming a window, the way in when no card opens it, settings.

The handbook and the check-up too: who cannot get in needs them most. None of them reads a case.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QObject

from ui.handbook import chapter_of
from ui.loop import retire
from ui.presenters.doctor import DoctorPresenter
from ui.presenters.recover import RecoverPresenter
from ui.shell.crash_pages import crashes_page
from ui.shell.pin_pages import card_pin_page
from ui.shell.settings_pages import settings_page
from ui.shell.setup import SetupGuide
from ui.shell.update_pages import updates_page
from ui.views.doctor import DoctorPage
from ui.views.help import HelpPage
from ui.views.recover import RecoverPage
from ui.widgets.walk import give_back

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from client.app.access.enrolment import Enrolled
    from client.app.rows.session import CardView
    from ui.shell.before import Before
    from ui.views.card_pin import CardPinPage
    from ui.views.crashes import CrashesPage
    from ui.views.enrol import EnrolPage
    from ui.views.settings import SettingsPage
    from ui.views.setup import SetupPage
    from ui.views.updates import UpdatesPage

    _View: TypeAlias = (
        EnrolPage
        | RecoverPage
        | SettingsPage
        | HelpPage
        | DoctorPage
        | SetupPage
        | UpdatesPage
        | CrashesPage
        | CardPinPage
    )


@dataclass(frozen=True, slots=True)
class _Laid:
    """A page in the door's place, what had the keyboard beneath it, and who is told of the card."""

    view: _View
    held: QWidget | None
    card: Callable[[CardView], None] | None = None


class Entry(QObject):
    """Shows these pages in the door's place, one over the other, and goes back to it.

    Args:
        before: what they stand on.
    """

    def __init__(self, before: Before) -> None:
        super().__init__(before.window)
        self._before = before
        self._window, self._desk, self._run = before.window, before.desk, before.run
        self._open: list[_Laid] = []
        self.guide: SetupGuide | None = None

    @property
    def page(self) -> QWidget | None:
        """The page that is shown in the door's place, None when it is the door."""
        return self._open[-1].view if self._open else None

    def set_up(self) -> None:
        """Lead through this machine's first run, from where it stands."""
        guide = self.guide = SetupGuide(replace(self._before, to_door=self.leave))
        self._lay(guide.page, guide.card_changed)
        guide.begin()

    def invited(self, path: Path) -> None:
        """Take an invitation's file that was opened with this program."""
        if self.guide is None:
            self.leave()
            self.set_up()
        if self.guide is not None:
            self._run(self.guide.page, self.guide.presenter.invited(path))

    async def save(self) -> None:
        """Keep what is typed before the door."""
        if self.guide is not None:
            await self.guide.save()

    def enrol(self) -> None:
        """Show the page that makes this machine a window."""
        view, presenter = self._before.enrolment(self._done)
        view.entered.connect(lambda pin: self._run(view, presenter.enrol(view.form_now(), pin)))
        self._window.follow(view.looks)
        view.settings_asked.connect(self.settings)
        view.help_asked.connect(self.help)
        self._lay(view, presenter.card_changed)
        presenter.card_changed(self._desk.door.card)

    def recover(self) -> None:
        """Show how two administrators open this window."""
        if self.page is not None or self._closed("recover"):
            return
        view = RecoverPage(self._window.tongue)
        presenter = RecoverPresenter(self._desk, view, self.leave)
        view.left.connect(presenter.leave)
        view.help_asked.connect(self.help)
        view.entered.connect(lambda pin: self._run(view, presenter.hand_over(pin)))
        view.finished.connect(lambda: self._run(view, presenter.finish()))
        self._lay(view, presenter.card_changed)
        self._run(view, presenter.open())

    def settings(self) -> None:
        """Show this machine's settings; the page that stood here is gone back to as it was."""
        if self._closed("settings"):
            return
        view, presenter = settings_page(
            self._desk, self._window.tongue, self._window, self._run, self._back
        )
        view.pin_wanted.connect(self.card_pin)
        self._lay(view)
        self._run(view, presenter.open())

    def help(self) -> None:
        """Show the handbook's chapter of the page that stands here, the door's at the door."""
        if self._closed("help"):
            return
        here = self.page.objectName() if self.page is not None else "door"
        view = HelpPage(self._window.tongue, chapter_of(here))
        view.tour.hide()  # it shows the pages behind the door
        view.left.connect(self._back)
        view.doctor_asked.connect(self.doctor)
        self._lay(view)

    def doctor(self) -> None:
        """Show the check-up of this machine; without a session it looks into no store."""
        if self._closed("doctor"):
            return
        view = DoctorPage(self._window.tongue)
        presenter = DoctorPresenter(self._desk, view)
        view.left.connect(self._back)
        view.again.connect(lambda: self._run(view, presenter.open()))
        view.saved.connect(lambda path: self._run(view, presenter.save(path)))
        self._lay(view)
        self._run(view, presenter.open())

    def card_pin(self) -> None:
        """Show the page that gives the card in the reader a new PIN."""
        if self._closed("card_pin"):
            return
        view, presenter = card_pin_page(
            self._desk, self._window.tongue, self._run, self._back, self._before.door.say
        )
        self._lay(view, presenter.card_changed)
        self._run(view, presenter.open())

    def updates(self) -> None:
        """Show which version runs and which is offered."""
        if self._closed("updates"):
            return
        view, presenter = updates_page(
            self._desk, self._window.tongue, self._window, self._run, self._back
        )
        self._lay(view)
        self._run(view, presenter.open())

    def crashes(self) -> None:
        """Show the reports of faults; one that is let go waits for the line."""
        if self._closed("crashes"):
            return
        view, presenter = crashes_page(
            self._desk, self._window.tongue, self._run, self._window, self._back
        )
        self._lay(view)
        self._run(view, presenter.open())

    def card_changed(self, card: CardView) -> None:
        """Tell the pages of the card."""
        for laid in tuple(self._open):
            if laid.card is not None:
                laid.card(card)

    def leave(self) -> None:
        """Go to the door; each page is gone when its own work has ended."""
        pages, self._open = self._open, []
        guide, self.guide = self.guide, None
        if guide is not None:
            guide.end()
        self._before.to_door()
        for laid in pages:
            self._drop(laid.view)

    # ------------------------------------------------------------ inner

    def _closed(self, name: str) -> bool:
        """Say whether the page is open already, or somebody is in: it has its place there then."""
        standing = any(laid.view.objectName() == name for laid in self._open)
        return standing or self._desk.door.session is not None

    def _lay(self, view: _View, card: Callable[[CardView], None] | None = None) -> None:
        """Show a page over what stands here, which keeps what was typed."""
        self._open.append(_Laid(view, self._window.focusWidget(), card))
        self._window.stack.addWidget(view)
        self._window.stack.setCurrentWidget(view)
        view.focus_first()

    def _back(self) -> None:
        """Go back to what stood under the page that is shown."""
        if len(self._open) <= 1:
            self.leave()
            return
        laid, under = self._open.pop(), self._open[-1].view
        self._window.stack.setCurrentWidget(under)
        if self.guide is not None and under is self.guide.page:
            self.guide.shown_again()
        under.focus_first()
        give_back(laid.held)
        self._drop(laid.view)

    def _drop(self, view: QWidget) -> None:
        self._window.stack.removeWidget(view)
        retire(view)

    def _done(self, made: Enrolled) -> None:
        self._before.door.enrolled(made)
        self.leave()
