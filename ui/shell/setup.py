"""Lead through a machine's first run: each step's page in its turn, what is typed kept."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from ui.loop import Later
from ui.presenters.doctor import DoctorPresenter
from ui.presenters.setup import CentrePresenter, SetupPresenter
from ui.shell.settings_pages import settings_page, take_over
from ui.views.doctor import DoctorPage
from ui.views.page_parts import later_button
from ui.views.setup import SetupPage
from ui.views.setup_steps import CentreStep, EndStep, TypingStep

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from PySide6.QtWidgets import QWidget

    from client.app.access.enrolment import Enrolled
    from client.app.rows.session import CardView
    from ui.shell.before import Before

_KEEP_MS = 300  # after the last key
_SECTIONS = {"printer": "printing", "scanner": "scanning"}


class SetupGuide(QObject):
    """Owns the page of the first run.

    Args:
        before: what it stands on; its door is told when the machine is set up.
    """

    def __init__(self, before: Before) -> None:
        super().__init__(before.window)
        self._before = before
        self._window, self._desk, self._run = before.window, before.desk, before.run
        self._card: Callable[[CardView], None] | None = None
        self._typed: Callable[[], dict[str, str]] | None = None
        self.page = SetupPage(before.window.tongue)
        self.presenter = SetupPresenter(before.desk, self.page, self._show, before.to_door)
        self._later = Later(self, _KEEP_MS, self._keep)
        before.window.follow(self.page.looks)

    def begin(self) -> None:
        """Show the step where the machine stands."""
        self.presenter.open()

    def shown_again(self) -> None:
        """Show it after another page stood above: a setting may have been changed there."""
        if self.presenter.place in _SECTIONS:
            self._show(self.presenter.place)
        self.page.focus_first()

    def card_changed(self, card: CardView) -> None:
        """Tell the step of the card."""
        if self._card is not None:
            self._card(card)

    async def save(self) -> None:
        """Keep what is typed without waiting: the window closes."""
        if self._later.waiting and self._typed is not None:
            self._later.stop()
            await self.presenter.type(self._typed())

    def end(self) -> None:
        """Ask and keep nothing more: its page goes."""
        self._later.stop()
        self._typed = self._card = None
        self.deleteLater()

    # ------------------------------------------------------------ moving

    def _show(self, step: str) -> None:
        self._card = None
        self._typed = None
        make = {
            "centre": self._centre,
            "enrol": self._enrol,
            "printer": self._device,
            "scanner": self._device,
            "typing": self._typing,
            "check": self._check,
        }
        view = make.get(step, self._end)()
        self.page.show_inner(view)
        self.page.focus_first()

    def _do(self, work: Coroutine[Any, Any, Any]) -> None:
        self._later.now()
        self._run(self.page, work)

    def _wire(self, view: CentreStep | TypingStep | DoctorPage) -> None:
        """Lead back and past."""
        view.left.connect(lambda: self._do(self.presenter.go_back()))
        view.later.connect(lambda: self._do(self.presenter.go_on(done=False)))

    def _keep(self) -> None:
        if self._typed is not None:
            self._run(self.page, self.presenter.type(self._typed()))

    # ------------------------------------------------------------ steps

    def _centre(self) -> QWidget:
        view = CentreStep(self._window.tongue)
        presenter = CentrePresenter(self._desk, view, self.presenter.go_on)
        centre, roots = self._desk.setup.centre
        view.show_typed({"centre": centre, "roots": roots})
        self._typed = view.typed_now
        view.edited.connect(presenter.edited)
        view.edited.connect(self._later.start)

        def press() -> None:
            self._later.now()
            self._run(self.page, presenter.press(**view.typed_now()))

        view.submitted.connect(press)
        self._wire(view)
        return view

    def _enrol(self) -> QWidget:
        view, presenter = self._before.enrolment(self._joined, guided=True)
        view.extra.insertWidget(
            0, later_button(view, self._window.tongue, "enrol.later", view.later)
        )
        view.show_typed(self._desk.setup.state.typed)
        self._typed = view.typed_now
        view.edited.connect(self._later.start)
        centre, roots = self._desk.setup.centre

        def enrol(pin: Any) -> None:
            form = replace(view.form_now(), centre=centre, roots=roots)
            self._run(self.page, presenter.enrol(form, pin))

        def unless_busy(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
            if not view.busy:
                self._do(work())

        view.entered.connect(enrol)
        view.left.connect(lambda: unless_busy(self.presenter.go_back))
        view.later.connect(lambda: unless_busy(lambda: self.presenter.go_on(done=False)))
        self._card = presenter.card_changed
        presenter.card_changed(self._desk.door.card)
        return view

    def _joined(self, made: Enrolled) -> None:
        self._later.stop()
        self._typed = None
        self._before.door.enrolled(made)
        self._run(self.page, self.presenter.joined())

    def _device(self) -> QWidget:
        tongue, step = self._window.tongue, self.presenter.place

        def leave() -> None:
            self._run(self.page, self.presenter.go_back())

        view, settings = settings_page(
            self._desk, tongue, self._window, self._run, leave, _SECTIONS[step]
        )

        async def settle(*, done: bool) -> None:
            """Keep what is typed, then go on; what cannot be kept holds once."""
            if await settings.settle(view.typed()):
                take_over(self._desk)
                self._run(self.page, self.presenter.go_on(done=done))

        view.submitted.connect(lambda: self._run(view, settle(done=True)))
        view.later.connect(lambda: self._run(view, settle(done=False)))
        view.extra.addWidget(later_button(view, tongue, "settings.later", view.later))
        self._run(view, settings.open())
        return view

    def _typing(self) -> QWidget:
        view = TypingStep(self._window.tongue)
        self._wire(view)
        view.submitted.connect(lambda: self._do(self.presenter.go_on(done=view.tried)))

        async def look() -> None:
            view.show_state(str(await self._desk.setup.typing()))

        self._run(view, look())
        return view

    def _check(self) -> QWidget:
        view = DoctorPage(self._window.tongue, guided=True)
        presenter = DoctorPresenter(self._desk, view)
        self._wire(view)
        view.again.connect(lambda: self._run(view, presenter.open()))
        view.saved.connect(lambda path: self._run(view, presenter.save(path)))

        def go_on() -> None:
            hindered = any(each.health == "bad" for each in presenter.findings)
            self._do(self.presenter.go_on(done=bool(presenter.findings) and not hindered))

        view.onward.connect(go_on)
        self._run(view, presenter.open())
        return view

    def _end(self) -> QWidget:
        enrolled = self._desk.setup.enrolled
        practice = self._window.starts_again
        view = EndStep(self._window.tongue, enrolled=enrolled, practice=practice)
        view.show_left(self.presenter.left)
        view.left.connect(lambda: self._do(self.presenter.go_back()))
        view.submitted.connect(lambda: self._do(self.presenter.end()))
        view.close_wanted.connect(self._window.close)
        view.practice_wanted.connect(self._window.practice_wanted)
        return view
