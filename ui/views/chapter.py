"""One chapter of the handbook as the program shows it: words to read, without the pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from ui.widgets.layout import Face, clear, column
from ui.widgets.text import Text

if TYPE_CHECKING:
    from ui.handbook import Chapter


class ChapterPane(Face):
    """Shows a chapter: paragraphs, numbered steps, points."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("surface", parent)
        box = column(self, gap=12, margin=20)
        self.title = Text("section", wrap=True)
        box.addWidget(self.title)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(1, 1)
        box.addLayout(self._grid)

    def show_chapter(self, shown: Chapter) -> None:
        """Show a chapter from its beginning."""
        clear(self._grid)
        self.title.setText(shown.title)
        for place, block in enumerate(each for each in shown.blocks if each.kind != "picture"):
            words = Text("body", block.plain, self, wrap=True, select=True)
            if block.kind == "text":
                self._grid.addWidget(words, place, 0, 1, 2)
                continue
            mark = f"{block.number}." if block.kind == "step" else "·"
            top = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight
            self._grid.addWidget(Text("muted", mark, self), place, 0, top)
            self._grid.addWidget(words, place, 1)
