"""The stage of the frame: one page at a time, scrolled both ways where the screen is too small.

A screen of 1366 x 768 at 200 % leaves 683 x 384 for the window. Pages fold what they can; what is
still wider or higher than the stage is reached by its bars, and what has the keyboard is shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QStackedWidget, QWidget

from ui.loop import Later
from ui.widgets.bars import Bar, plain_corner

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QResizeEvent

_BESIDE = 24  # px in sight around what has the keyboard


@runtime_checkable
class Folding(Protocol):
    """A page that puts side by side or one below the other what it has, as its room allows."""

    def fold(self, width: int) -> None:
        """Arrange the page for so many pixels."""


class Stage(QStackedWidget):
    """Shows one page; asks for the room of that page alone, not of the widest beneath it."""

    def __init__(self) -> None:
        super().__init__()
        self._room = 0
        self.currentChanged.connect(self._turned)

    def set_room(self, width: int) -> None:
        """Say how much of the stage's width is in sight; the page folds itself to it."""
        self._room = width
        self._turned()

    def minimumSizeHint(self) -> QSize:
        """As little as the page that is shown can do with."""
        page = self.currentWidget()
        if page is None:
            return QSize(0, 0)
        least, inside = page.minimumSizeHint(), page.layout()
        if inside is None or not inside.hasHeightForWidth():
            return least
        high = inside.minimumHeightForWidth(max(least.width(), self._room))
        return QSize(least.width(), max(least.height(), high))

    def event(self, event: QEvent) -> bool:
        """Fold again when the page has other content: it may ask for another width."""
        if event.type() == QEvent.Type.LayoutRequest and self._room:
            self._turned()
        return super().event(event)

    def _turned(self) -> None:
        page: object = self.currentWidget()
        if self._room and isinstance(page, Folding):
            page.fold(self._room)
        self.updateGeometry()


class _Plain(QWidget):
    """Holds one widget and asks for its least room: words that wrap ask for no height here."""

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self._content = content
        content.setParent(self)

    def minimumSizeHint(self) -> QSize:
        """What the content can do with."""
        return self._content.minimumSizeHint()

    def sizeHint(self) -> QSize:
        """No more than that: the rest is given."""
        return self.minimumSizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give everything to the content."""
        super().resizeEvent(event)
        self._content.setGeometry(self.rect())

    def event(self, event: QEvent) -> bool:
        """Pass on that the content asks for other room."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().event(event)


class Roomy(QScrollArea):
    """Gives its content all the room there is, and bars where that is too little."""

    def __init__(self, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBar(Bar(Qt.Orientation.Horizontal, self))
        self.setVerticalScrollBar(Bar(Qt.Orientation.Vertical, self))
        plain_corner(self)
        self._content = content
        holder = _Plain(content)
        self.setWidget(holder)
        holder.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
        self._sought = Later(self, 0, self._show_focus)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focus_moved)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tell a stage how much of it is in sight."""
        super().resizeEvent(event)
        if isinstance(self._content, Stage):
            self._content.set_room(self.viewport().width())

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


class Bed(QWidget):
    """What of a page scrolls, so that its foot with the acts stands still under it.

    Args:
        arrange: folds the content for so many pixels in sight.
    """

    def __init__(self, arrange: Callable[[int], None]) -> None:
        super().__init__()
        self._arrange = arrange

    def fold(self, width: int) -> None:
        """Arrange the content for so many pixels."""
        self._arrange(width)

    def scrolled(self) -> Roomy:
        """Return what gives it all the room there is, and bars where that is too little."""
        stage = Stage()
        stage.addWidget(self)
        return Roomy(stage)
