"""The page on which two administrators open a window that no card opens any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal

from ui.views.page_parts import help_button
from ui.views.pin_page import PinPage
from ui.widgets.buttons import ActButton
from ui.widgets.facts import Facts
from ui.widgets.fields import clipboard_copy
from ui.widgets.layout import Face, column, hairline, row
from ui.widgets.text import Icon, Tagged, Text

if TYPE_CHECKING:
    from client.app.access.recovery import RecoveryView
    from ui.i18n import Tongue

_NEEDED = 2


class RecoverPage(PinPage):
    """The request to be signed, the shares, then the opening."""

    finished = Signal()
    help_asked = Signal()

    def __init__(self, tongue: Tongue) -> None:
        super().__init__(tongue, "recover", "page.recover", "act.hand_over")
        self._view: RecoveryView | None = None
        self._done = ""
        self.done = self.banner("recover.done")
        self.leaving = self.banner("recover.leaving_note")
        self._make_request()
        self.steps = tuple(Tagged("circle", "body", wrap=True) for _ in range(_NEEDED + 1))
        for step in self.steps:
            self.form.addWidget(step)
        for key in ("recover.rule", "recover.rule.leave", "recover.rule.root"):
            self.add_note("info-circle", key)
        ask = help_button(tongue, "recover.help", self.help_asked)
        self.aside.addWidget(ask, 0, Qt.AlignmentFlag.AlignLeft)
        self.submitted.connect(self._press_on)
        tongue.changed.connect(self._say)
        self.finish()
        self._say()

    def _make_request(self) -> None:
        self.request = Face("surface")
        box = column(self.request, gap=12, margin=20)
        top = row(gap=10)
        top.addWidget(Icon("signature", "accent", 22))
        heading = Text("section", wrap=True)
        self.tongue.bind(heading, "setText", "recover.request")
        top.addWidget(heading, 1)
        self.copy = ActButton("quiet", "copy")
        self.copy.setObjectName("recover.copy")
        self.tongue.bind(self.copy, "setText", "recover.copy")
        self.copy.clicked.connect(self._copy)
        top.addWidget(self.copy)
        box.addLayout(top)
        box.addWidget(hairline())
        self.facts = Facts()
        box.addWidget(self.facts)
        self.form.addWidget(self.request)

    # ------------------------------------------------------------ showing

    def show_request(self, view: RecoveryView) -> None:
        """Show what is to be signed, and how many shares are there."""
        self._view = view
        self._say()

    def show_leaving(self, *, asked: bool) -> None:
        """Ask once, where the request stands; the keyboard stays where it is."""
        self.leaving.setVisible(asked)
        if asked:
            self._say_leaving()
            self.scroller.ensureWidgetVisible(self.leaving)

    def show_done(self, name: str) -> None:
        """Say whose card opens the window now; all that is left is to go back."""
        self._done = name
        self.pin.hide()
        self.pin_label.hide()
        self.card_words.hide()
        self._say()

    def missing(self) -> str:
        """A request must stand there."""
        return "" if self._view is not None else self.tongue.t("recover.no_request")

    def look_again(self) -> None:
        """With both shares there the press needs no card any more."""
        if self._enough() and not self._busy:
            self.why.setText("")
            self.primary.set_blocked("")
            return
        super().look_again()

    def set_busy(self, *, busy: bool) -> None:
        """Leave the keyboard at the press when no PIN is asked any more."""
        super().set_busy(busy=busy)
        if not busy and self._enough():
            self.primary.setFocus()

    def focus_first(self) -> None:
        """The PIN of the first administrator."""
        self.pin.setFocus()

    # ------------------------------------------------------------ inner

    def _enough(self) -> bool:
        return self._view is not None and self._view.shares >= _NEEDED

    def _enter(self) -> None:
        if not self._enough():
            super()._enter()

    def _press_on(self) -> None:
        if self._done:
            self.left.emit()
        elif self._enough():
            self.finished.emit()

    def _copy(self) -> None:
        if self._view is not None:
            view = self._view
            clipboard_copy(f"--dev {view.dev} --gen {view.gen} --key {view.key}")

    def _say(self) -> None:
        t, view = self.tongue.t, self._view
        shares = 0 if view is None else view.shares
        if view is not None:
            self.facts.show_facts(
                [
                    (t("recover.dev"), view.dev),
                    (t("recover.gen"), str(view.gen)),
                    (t("recover.key"), view.key),
                ]
            )
        reached = (shares >= 1, shares >= _NEEDED, bool(self._done))
        names = ("recover.first", "recover.second", "recover.open")
        for step, name, there in zip(self.steps, names, reached, strict=True):
            step.setText(t(name))
            step.icon.set_icon("circle-check" if there else "circle", "ok" if there else "muted")
        enough = self._enough() and not self._done
        for part in (self.pin, self.pin_label, self.card_words):
            part.setVisible(not self._enough())
        act = "act.to_door" if self._done else "act.recover" if enough else "act.hand_over"
        self.tongue.bind(self.primary, "setText", act)
        if not self.leaving.isHidden():
            self._say_leaving()
        if self._done:
            self.done.tell("good", "circle-check", t("recover.done", name=self._done))
        self.look_again()

    def _say_leaving(self) -> None:
        self.leaving.tell("calm", "alert-triangle", self.tongue.t("recover.leaving"))
