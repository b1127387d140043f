"""Where one is in a row of steps: done, left, now, still to come. A shape and a word each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QWidget

from ui.widgets.layout import row, take_out
from ui.widgets.text import Icon, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

_FACES = {
    "done": ("circle-check", "ok", "small muted"),
    "left": ("clock", "yellow", "small muted"),
    "now": ("arrow-right", "accent", "small accent"),
    "open": ("circle", "faint", "small faint"),
}
_GAP = 14


class StepMarks(QWidget):
    """The steps in their order; where it is narrow only the present one has its word."""

    reader_role = QAccessible.Role.Indicator

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._box = row(self, gap=_GAP)
        self._box.addStretch(1)
        self._words: list[tuple[Text, bool]] = []
        self._needs = 0

    def show_steps(self, steps: Sequence[tuple[str, str]]) -> None:
        """Show the steps.

        Args:
            steps: (word, state) each; state: "done", "left", "now" or "open".
        """
        while self._box.count() > 1:
            part = take_out(self._box, 0)
            if isinstance(part, QWidget):
                part.hide()
                part.deleteLater()
        self._words = []
        for place, (word, state) in enumerate(steps):
            icon, ink, role = _FACES[state]
            part = QWidget(self)
            inside = row(part, gap=5)
            inside.addWidget(Icon(icon, ink, 16))
            said = Text(role, word)
            said.setToolTip(word)
            inside.addWidget(said)
            self._words.append((said, state == "now"))
            self._box.insertWidget(place, part)
        self._needs = sum(said.sizeHint().width() + 16 + 5 + _GAP for said, _now in self._words)

    def fold(self, width: int) -> None:
        """Leave words out where they have no room: the shape of each step stays."""
        whole = self._needs <= width
        for said, now in self._words:
            said.setVisible(whole or now)
