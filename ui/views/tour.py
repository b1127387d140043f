"""The tour's card: what the part in the light is for, and three keys: on, back, out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAccessible

from ui.theme import tokens
from ui.widgets.buttons import ActButton
from ui.widgets.layout import Face, column, row
from ui.widgets.spotlight import Spotlight
from ui.widgets.text import Text

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent
    from PySide6.QtWidgets import QWidget

    from ui.i18n import Tongue

_WIDTH = 430
_ON = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Right, Qt.Key.Key_Space)
_BACK = (Qt.Key.Key_Left, Qt.Key.Key_Backspace)


class TourView(Spotlight):
    """Shows one stop after the other; Enter goes on, Shift+Enter back, Esc leaves."""

    reader_role = QAccessible.Role.Dialog
    on = Signal()
    back = Signal()
    left = Signal()

    def __init__(self, tongue: Tongue, over: QWidget) -> None:
        card = Face("raised")
        super().__init__(over, card)
        self.setObjectName("tour")
        self._tongue = tongue
        self._stop, self._place, self._last = "", 0, 0
        box = self._box = column(card, gap=8, margin=18)
        self.title = Text("section", wrap=True)
        self.words = Text("body", wrap=True)
        self.count = Text("small muted")
        box.addWidget(self.title)
        box.addWidget(self.words)
        foot = row(gap=8)
        foot.addWidget(self.count, 1)
        self.out_button = self._button("quiet", "tour.out", "Esc", self.left)
        self.back_button = self._button("plain", "tour.back", "←", self.back)
        self.on_button = self._button("primary", "tour.on", "Enter", self.on)
        for button in (self.out_button, self.back_button, self.on_button):
            foot.addWidget(button)
        box.addLayout(foot)
        tongue.bind(self, "setAccessibleName", "tour.name")
        tongue.changed.connect(self._say)

    def show_stop(self, stop: str, part: QWidget, place: int, last: int) -> None:
        """Show a stop.

        Args:
            stop: words stand under tour.<stop> and tour.<stop>.do.
            part: what it is about.
            place: counted from 1.
            last: how many there are.
        """
        self._stop, self._place, self._last = stop, place, last
        self._say()
        self.show()
        self.raise_()
        self.point_at(part)
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go on, back, or out; no other key does anything meanwhile."""
        shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() in _BACK or (shifted and event.key() in _ON):
            self.back.emit()
        elif event.key() in _ON:
            self.on.emit()

    def changeEvent(self, event: QEvent) -> None:
        """Measure again after a change of theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and self.isVisible():
            self.fit()

    def _button(self, kind: str, words: str, key: str, pressed: object) -> ActButton:
        made = ActButton(kind, "", key)
        made.setObjectName(words)
        made.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keys are the card's own
        self._tongue.bind(made, "setText", words)
        made.clicked.connect(pressed)
        return made

    def _say(self) -> None:
        if not self._stop:
            return
        t = self._tongue.t
        self.title.setText(t(f"tour.{self._stop}"))
        self.words.setText(t(f"tour.{self._stop}.do"))
        self.setAccessibleDescription(self._tongue.joined(self.title.text(), self.words.text()))
        self.count.setText(t("tour.count", place=self._place, last=self._last))
        self.back_button.setVisible(self._place > 1)
        self.on_button.setText(t("tour.finish" if self._place == self._last else "tour.on"))
        self._box.activate()
        needed = self._card.minimumSizeHint().width()  # buttons with their keys, in one line
        self._card.setFixedWidth(max(tokens().scaled(_WIDTH), needed))
        self.fit()
