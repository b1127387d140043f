"""A guided page whose act takes the card in the reader and its PIN."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from sync.domain.secret import Secret
from ui.theme import tokens
from ui.views.step_page import StepPage
from ui.widgets.fields import PinField
from ui.widgets.summary import Banner
from ui.widgets.text import Text

if TYPE_CHECKING:
    from ui.i18n import Tongue
    from ui.values import Problem

_NARROW = 760  # px: below it the foot has no room for one line of words
_MIN_PIN = 6


class PinPage(StepPage):
    """Card and PIN stand beside the press, in sight whatever is scrolled."""

    entered = Signal(object)  # Secret[str]
    blocked_key = "pin.blocked"  # said while card or PIN are missing

    def __init__(
        self, tongue: Tongue, name: str, title: str, act: str, *, wide: bool = False
    ) -> None:
        super().__init__(tongue, name, title, act, wide=wide)
        self._ready = False
        self._card: tuple[str, int | None] | None = None  # whose it is, tries left
        self._tries: int | None = None  # told by a wrong PIN
        self.card_words = Text("small muted")
        self.pin_label = Text("small muted")
        tongue.bind(self.pin_label, "setText", "sign.pin")
        self.pin = PinField()
        self.pin.setObjectName(f"{name}.pin")
        self.pin.setProperty("enter", "own")
        self.pin.setFixedWidth(tokens().scaled(150))
        tongue.bind(self.pin, "setAccessibleName", "sign.pin")
        self.pin_label.setBuddy(self.pin)
        for part in (self.card_words, self.pin_label, self.pin):
            self.extra.addWidget(part)
        self.pin.entered.connect(self._press)
        self.pin.textChanged.connect(lambda _text: self.look_again())
        self.submitted.connect(self._enter)
        tongue.changed.connect(self._say_card)

    def fold(self, width: int) -> None:
        """Let the words about the card go on in a second line where it is narrow."""
        super().fold(width)
        self.card_words.setWordWrap(width < tokens().scaled(_NARROW))

    # ------------------------------------------------------------ showing

    def show_card(self, name: str, tries_left: int | None, *, ready: bool) -> None:
        """Show whose card it is, and whether it is there."""
        self._ready, self._card, self._tries = ready, (name, tries_left), None
        self._say_card()
        self.pin.setEnabled(ready)
        self.look_again()

    def show_failure(self, problem: Problem | None) -> None:
        """Show what went wrong, and put the keyboard back to the PIN."""
        super().show_failure(problem)
        if problem is None:
            return
        left = problem.detail("tries_left")
        if isinstance(left, int):
            self._tries = left
            self._say_card()
        self.pin.setFocus()

    def _say_card(self) -> None:
        """Say whose card it is, or how many tries a wrong PIN left."""
        if self._card is None and self._tries is None:
            return
        name, tries_left = self._card or ("", None)
        if self._tries is not None:
            words = self.tongue.t("door.tries", left=self._tries)
        elif not self._ready:
            words = self.tongue.t("sign.no_card")
        elif not name:
            words = self.tongue.t("pin.card_in")
        elif tries_left is None:
            words = self.tongue.t("sign.card", name=name)
        else:
            words = self.tongue.t("sign.card_tries", name=name, left=tries_left)
        self.card_words.setText(words)
        warns = self._tries is not None or not self._ready
        self.card_words.set_role("small warn" if warns else "small muted")

    def set_busy(self, *, busy: bool) -> None:
        """Take no press while the card works."""
        super().set_busy(busy=busy)
        self.pin.setReadOnly(busy)
        if not busy:
            self.look_again()
            if self.isVisible():  # the page may have been left for what the card opened
                self.pin.setFocus()

    def clear_pin(self) -> None:
        """Forget what was typed."""
        self.pin.clear()

    def banner(self, name: str) -> Banner:
        """Return a line of words in the form, which nobody needs to dismiss."""
        made = Banner()
        made.setObjectName(name)
        made.dismiss.hide()
        made.button.hide()
        self.form.addWidget(made)
        return made

    def ask_card(self, *, asked: bool) -> None:
        """Ask for card and PIN, or, where nothing is left to press for, no more."""
        for part in (self.card_words, self.pin_label, self.pin, self.primary):
            part.setVisible(asked)

    # ------------------------------------------------------------ for the pages

    def missing(self) -> str:
        """Say what must be done on the page before the PIN counts; "" when nothing must."""
        return ""

    def look_again(self) -> None:
        """Open or close the press."""
        if self._busy:
            return
        missing = self.missing()
        self.why.setText(missing)
        enough = self._ready and len(self.pin.text()) >= _MIN_PIN
        self.primary.set_blocked(missing or ("" if enough else self.tongue.t(self.blocked_key)))

    def _enter(self) -> None:
        if len(self.pin.text()) >= _MIN_PIN:
            self.entered.emit(Secret(self.pin.take()))
