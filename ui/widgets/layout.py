"""Boxes on the 8-pixel grid, and the grounds that they lie on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ui.loop import Later
from ui.widgets.boxes import BAR, Box, draw_box

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtGui import QFocusEvent, QPaintEvent, QResizeEvent

    from ui.widgets.ring import FocusRing

GRID = 8
_AROUND = 64  # room above and below what has the keyboard: its label, its note


def column(parent: QWidget | None = None, *, gap: int = GRID, margin: int = 0) -> QVBoxLayout:
    """Return a vertical box; margins on all sides."""
    box = QVBoxLayout(parent) if parent is not None else QVBoxLayout()
    box.setSpacing(gap)
    box.setContentsMargins(margin, margin, margin, margin)
    return box


def row(parent: QWidget | None = None, *, gap: int = GRID, margin: int = 0) -> QHBoxLayout:
    """Return a horizontal box; margins on all sides."""
    box = QHBoxLayout(parent) if parent is not None else QHBoxLayout()
    box.setSpacing(gap)
    box.setContentsMargins(margin, margin, margin, margin)
    return box


_FACES = {
    "surface": Box("surface", "line", radius="corner"),
    "plain": Box("surface"),
    "ground": Box("ground"),
    "top": Box("surface", "line", "b"),
    "bottom": Box("surface", "line", "t"),
    "rail": Box("ground", "line", "r"),
    "foot": Box("ground", "line", "t"),
    "foot-calm": Box("yellow-ground", "line", "t"),
    "foot-told": Box("accent-ground", "line", "t"),
    "foot-good": Box("ok-ground", "line", "t"),
    "foot-error": Box("red-ground", "line", "t"),
    "raised": Box("raised", "line", radius=8),
    "deck": Box("hover", "line", "t"),
    "practice": Box("practice"),
    "line": Box("line"),
    "calm": Box("yellow-ground", radius="corner"),
    "told": Box("accent-ground", radius="corner"),
    "error": Box("red-ground", radius="corner"),
    "good": Box("ok-ground", radius="corner"),
    "drop": Box("surface", "edge", radius="corner", dashed=True),
    "over": Box("accent-ground", "accent", radius="corner", dashed=True),
}


class Face(QWidget):
    """A widget on a ground that it draws itself, by name: "surface", "top", "calm"."""

    def __init__(self, face: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._face = face
        self.setContentsMargins(*_FACES[face].margins)

    @property
    def face(self) -> str:
        """The look."""
        return self._face

    def set_face(self, face: str) -> None:
        """Change the look."""
        if face != self._face:
            self._face = face
            self.setContentsMargins(*_FACES[face].margins)
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw ground and lines."""
        painter = QPainter(self)
        draw_box(painter, self.rect(), _FACES[self._face])
        painter.end()


def hairline(*, upright: bool = False) -> Face:
    """Return a line of one pixel between groups."""
    made = Face("line")
    if upright:
        made.setFixedWidth(1)
    else:
        made.setFixedHeight(1)
    return made


def take_out(layout: QLayout, place: int) -> QWidget | QLayout | None:
    """Take what lies at a place out of a layout and return it; None where it was only room.

    Qt hands over the item that held it, and PySide would leave that behind: it ends here.
    """
    item = layout.takeAt(place)
    inner = None if item is None else item.layout()
    if item is None or inner is not None:
        return inner  # a layout is its own item
    widget = item.widget()
    shiboken6.delete(item)
    return widget


def clear(layout: QLayout) -> None:
    """Take everything out of a layout; the widgets go when Qt's loop turns."""
    while layout.count():
        part = take_out(layout, 0)
        if isinstance(part, QWidget):
            part.hide()
            part.setParent(None)
            part.deleteLater()
        elif part is not None:
            clear(part)


class Scroll(QScrollArea):
    """A page that scrolls up and down, on the ground that it lies on; across only if it must."""

    def __init__(self, content: QWidget, parent: QWidget | None = None) -> None:
        # Not before the first paint: the door has no bar, and QStyle's enums take 6 ms.
        from ui.widgets.bars import Bar, QuietBar, plain_corner  # noqa: PLC0415

        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBar(Bar(Qt.Orientation.Horizontal, self))
        self.setVerticalScrollBar(QuietBar(Qt.Orientation.Vertical, self))
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        plain_corner(self)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(content)
        content.setAutoFillBackground(False)  # it lies on what the page lies on
        self.viewport().setAutoFillBackground(False)
        self._sought = Later(self, 0, self._show_focus)
        self._ring: FocusRing | None = None
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focus_moved)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show by a ring that the keyboard is here; it is made when it is first needed."""
        if self._ring is None:
            from ui.widgets.ring import FocusRing  # noqa: PLC0415  (not before the first paint)

            self._ring = FocusRing(self)
            self._ring.follow(event)
        super().focusInEvent(event)

    def _focus_moved(self, _before: QWidget | None, now: QWidget | None) -> None:
        if now is not None and self.isAncestorOf(now):
            self._sought.start()  # after what was said with the move has its place

    def _show_focus(self) -> None:
        """Keep what has the keyboard on the screen, with its label and note."""
        focused: QWidget | None = QApplication.focusWidget()
        if focused is not None and self.isAncestorOf(focused):
            self.ensureWidgetVisible(focused, 0, _AROUND)


class Centred(QWidget):
    """Holds one box of limited width in the middle of whatever width there is."""

    def __init__(self, limit: int, *, scrolled: bool = False, margin: int = 24) -> None:
        """Make the holder; `scrolled` when it lies in a Scroll, whose bar takes its own place."""
        super().__init__()
        outer = row(self, gap=0)
        outer.setContentsMargins(margin, 0, margin + (0 if scrolled else BAR), 0)
        self.inside = QWidget(self)
        self.inside.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.inside.setMaximumWidth(limit)
        outer.addStretch(1)
        outer.addWidget(self.inside, 1000)
        outer.addStretch(1)
        self.body = column(self.inside, gap=0)


class Flow(QWidget):
    """Children side by side, going on in the next line where the width ends.

    Args:
        parent: as for any widget.
        gap: px between them.
        end: the lines end at the right, as the acts of a foot do.
    """

    def __init__(
        self, parent: QWidget | None = None, *, gap: int = GRID, end: bool = False
    ) -> None:
        super().__init__(parent)
        self._gap = gap
        self._end = end
        self._items: list[QWidget] = []
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def add(self, widget: QWidget) -> None:
        """Add a child at the end."""
        widget.setParent(self)
        self._items.append(widget)
        widget.show()
        self.updateGeometry()
        self._place(self.width())

    def fill(self, widgets: Iterable[QWidget]) -> None:
        """Show other children, laid out once and not for each."""
        self.clear()
        for widget in widgets:
            widget.setParent(self)
            self._items.append(widget)
            widget.show()
        self.lay_out()

    def clear(self) -> None:
        """Remove all children."""
        for widget in self._items:
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()
        self._items.clear()
        self.updateGeometry()

    def lay_out(self) -> None:
        """Lay out anew: some children were shown or hidden."""
        self.updateGeometry()
        self._place(self.width())

    def event(self, event: QEvent) -> bool:
        """Lay out anew when a child asks for other room, comes or goes."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.lay_out()
        return super().event(event)

    def children_shown(self) -> tuple[QWidget, ...]:
        """Return the children in order."""
        return tuple(self._items)

    def hasHeightForWidth(self) -> bool:
        """The height depends on how many fit in a line."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height at a width."""
        return self._place(width, move=False)

    def sizeHint(self) -> QSize:
        """All in one line."""
        hints = [widget.sizeHint() for widget in self._items if not widget.isHidden()]
        if not hints:
            return QSize(0, 0)
        total = sum(hint.width() for hint in hints) + self._gap * (len(hints) - 1)
        return QSize(total, max(hint.height() for hint in hints))

    def minimumSizeHint(self) -> QSize:
        """The widest child alone."""
        hints = [widget.sizeHint() for widget in self._items if not widget.isHidden()]
        widest = max((hint.width() for hint in hints), default=0)
        return QSize(widest, max((hint.height() for hint in hints), default=0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out anew."""
        super().resizeEvent(event)
        self._place(event.size().width())

    def _place(self, width: int, *, move: bool = True) -> int:
        y = 0
        for line in self._lines(max(width, 1)):
            used = sum(hint.width() for _widget, hint in line) + self._gap * (len(line) - 1)
            x = max(0, width - used) if self._end else 0
            for widget, hint in line:
                if move:
                    widget.setGeometry(x, y, min(hint.width(), max(width, 1)), hint.height())
                x += hint.width() + self._gap
            y += max(hint.height() for _widget, hint in line) + self._gap
        return max(0, y - self._gap)

    def _lines(self, width: int) -> list[list[tuple[QWidget, QSize]]]:
        """Return what stands in each line, with what each asks for."""
        lines: list[list[tuple[QWidget, QSize]]] = []
        x = 0
        for widget in self._items:
            if widget.isHidden():
                continue
            hint = widget.sizeHint()
            if not lines or x + hint.width() > width:
                lines.append([])
                x = 0
            lines[-1].append((widget, hint))
            x += hint.width() + self._gap
        return lines
