"""A list as high as its pane, as the catalogue and the directory have it beside what it tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QSizePolicy

from ui.widgets.layout import Face, row
from ui.widgets.picker import Option, OptionList
from ui.widgets.ring import FocusRing
from ui.widgets.summary import Empty

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ui.i18n import Tongue


class PaneList(OptionList):
    """A list as high as its pane; moving in it is choosing."""

    moved = Signal(str)

    def __init__(self, *, tall: bool) -> None:
        super().__init__(tall=tall)
        self._ring = FocusRing(self)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.selectionModel().currentRowChanged.connect(
            lambda now, _before: self.moved.emit(self.options.key_at(now.row()))
        )

    def show_options(self, options: Sequence[Option]) -> None:
        """Show other options; the one that was chosen stays so where it is still here."""
        kept = self.options.key_at(self.currentIndex().row())
        with QSignalBlocker(self):
            self.options.set_rows(options)
        self.choose(kept)

    def choose(self, key: str) -> None:
        """Choose an option by its key, the first where it is not here; nothing is told."""
        place = max(0, self.options.place_of(key))
        if self.options.rowCount():
            with QSignalBlocker(self):
                self.setCurrentIndex(self.options.index(place, 0))


class ListOrEmpty(Face):
    """A list beside something, or what to say while nothing is in it."""

    def __init__(self, tongue: Tongue, name: str, words: str, icon: str) -> None:
        super().__init__("plain")
        box = row(self, gap=0)
        self.list = PaneList(tall=True)
        self.list.setObjectName(name)
        tongue.bind(self.list, "setAccessibleName", words)
        self.empty = Empty(icon)
        box.addWidget(self.list)
        box.addWidget(self.empty)
