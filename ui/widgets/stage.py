"""The stage of the frame: one page at a time, scrolled both ways where the screen is too small.

A screen of 1366 x 768 at 200 % leaves 683 x 384 for the window. Pages fold what they can; what is
still wider or higher than the stage is reached by its bars, and what has the keyboard is shown.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QStackedWidget, QWidget

from ui.loop import Later
from ui.widgets.bars import Bar

_BESIDE = 24  # px in sight around what has the keyboard


class Stage(QStackedWidget):
    """Shows one page; asks for the room of that page alone, not of the widest beneath it."""

    def minimumSizeHint(self) -> QSize:
        """As little as the page that is shown can do with."""
        page = self.currentWidget()
        return QSize(0, 0) if page is None else page.minimumSizeHint()


class Roomy(QScrollArea):
    """Gives its content all the room there is, and bars where that is too little."""

    def __init__(self, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBar(Bar(Qt.Orientation.Horizontal, self))
        self.setVerticalScrollBar(Bar(Qt.Orientation.Vertical, self))
        self.setWidget(content)
        content.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
        self._sought = Later(self, 0, self._show_focus)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focus_moved)

    def minimumSizeHint(self) -> QSize:
        """Next to nothing: the window may be as small as the screen asks."""
        return QSize(1, 1)

    def _focus_moved(self, _before: QWidget | None, now: QWidget | None) -> None:
        if now is not None and self.isAncestorOf(now):
            self._sought.start()

    def _show_focus(self) -> None:
        focused: QWidget | None = QApplication.focusWidget()
        if focused is not None and self.isAncestorOf(focused):
            self.ensureWidgetVisible(focused, _BESIDE, _BESIDE)
