"""Label and value in two columns: what is known, said once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from ui.widgets.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence


class Facts(QWidget):
    """A small table of facts; values can be selected and copied."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)
        self._labels: list[Text] = []

    def show_facts(self, facts: Sequence[tuple[str, str]]) -> None:
        """Show (label, value); empty values are left out."""
        for old in self._labels:
            self._grid.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._labels = []
        shown = [(label, value) for label, value in facts if value]
        for place, (label, value) in enumerate(shown):
            left = Text("muted", label)
            right = Text("body", value, wrap=True, select=True)
            self._grid.addWidget(left, place, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(right, place, 1)
            self._labels += [left, right]
