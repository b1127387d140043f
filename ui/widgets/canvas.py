"""A picture in its own pixels or fitted to the width, and a frame to cut a part out of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QColor, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from ui.theme import tokens

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent

Frame = tuple[int, int, int, int]
_STEP = 10  # thousandths that an arrow key moves a side; with Ctrl a tenth of that
_GRIP = 12  # pixels around a side within which the mouse takes it
_LEFT, _TOP, _RIGHT, _BOTTOM = range(4)
# The arrow pushes the side behind it inwards; with Shift it pulls the side before it outwards.
_INWARD = {
    Qt.Key.Key_Right: (_LEFT, 1),
    Qt.Key.Key_Left: (_RIGHT, -1),
    Qt.Key.Key_Down: (_TOP, 1),
    Qt.Key.Key_Up: (_BOTTOM, -1),
}
_OUTWARD = {
    Qt.Key.Key_Left: (_LEFT, -1),
    Qt.Key.Key_Right: (_RIGHT, 1),
    Qt.Key.Key_Up: (_TOP, -1),
    Qt.Key.Key_Down: (_BOTTOM, 1),
}


class Canvas(QWidget):
    """Shows one picture; with a frame, keys and mouse move the frame's sides."""

    reader_role = QAccessible.Role.Graphic
    framed = Signal(tuple)  # left, top, right, bottom in thousandths; Enter takes it
    moved = Signal(tuple)  # the same, while a side is on its way

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page = QPixmap()
        self._frame: Frame | None = None
        self._held: int | None = None
        self._start: QPoint | None = None
        self._fitted = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    @property
    def frame(self) -> Frame | None:
        """The frame as it stands; None where nothing is being cut."""
        return self._frame

    @property
    def page(self) -> QPixmap:
        """What is shown."""
        return self._page

    def show_page(self, page: QPixmap) -> None:
        """Show a picture; the frame is gone."""
        self._page, self._frame = page, None
        self._lay()

    def show_frame(self, page: QPixmap, frame: Frame) -> None:
        """Show a picture with a frame over it."""
        self._page, self._frame = page, frame
        self._lay()

    def fit(self, *, fitted: bool) -> None:
        """Fit the picture to the place that there is, or show each of its pixels."""
        self._fitted = fitted
        self._lay()

    def take(self) -> None:
        """Take the frame as it stands."""
        if self._frame is not None:
            self.framed.emit(self._frame)

    def area(self) -> QRect:
        """Return where the picture lies."""
        if self._page.isNull():
            return QRect()
        size = self._natural()
        if self._fitted or self._frame is not None:
            size = size.scaled(self._room(), Qt.AspectRatioMode.KeepAspectRatio)
        left = max(0, (self.width() - size.width()) // 2)
        return QRect(QPoint(left, 0), size)

    def sizeHint(self) -> QSize:
        """As large as the picture, or as the place that there is."""
        if self._page.isNull() or self._fitted or self._frame is not None:
            return self._room()
        return self._natural()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move a side by an arrow, take the frame by Enter."""
        key = Qt.Key(event.key())
        if self._frame is None:
            super().keyPressEvent(event)
            return
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not held:
            self.take()
            return
        outward = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        side, sign = (_OUTWARD if outward else _INWARD).get(key, (None, 0))
        if side is None:
            super().keyPressEvent(event)
            return
        fine = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        self._move(side, self._frame[side] + sign * (_STEP // 10 if fine else _STEP))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take a side, or begin a new frame."""
        if self._frame is None or event.button() != Qt.MouseButton.LeftButton:
            return
        self._held = self._side_at(event.position().toPoint())
        self._start = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw the side or the frame along."""
        if self._frame is None or self._start is None:
            return
        place = event.position().toPoint()
        if self._held is not None:
            self._move(self._held, self._thousandths(place)[self._held % 2])
            return
        one, other = self._thousandths(self._start), self._thousandths(place)
        lefts, tops = sorted((one[0], other[0])), sorted((one[1], other[1]))
        self._frame = (lefts[0], tops[0], lefts[1], tops[1])
        self.moved.emit(self._frame)
        self.update()

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Let go."""
        self._held = self._start = None

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the picture, and darken what is left out."""
        chosen = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=True)
        area = self.area()
        painter.drawPixmap(area, self._page)
        painter.setPen(QPen(chosen.hue("line"), 1))
        painter.drawRect(area.adjusted(0, 0, -1, -1))
        if self._frame is not None:
            inner = self._rect(self._frame)
            shade = QColor(chosen.hue("scrim"))
            shade.setAlpha(150)
            for part in _around(area, inner):
                painter.fillRect(part, shade)
            painter.setPen(QPen(chosen.hue("accent"), 2))
            painter.drawRect(inner)
        elif self.hasFocus():
            painter.setPen(QPen(chosen.hue("accent"), 2))
            painter.drawRect(area.adjusted(1, 1, -1, -1))
        painter.end()

    # ------------------------------------------------------------ inner

    def _natural(self) -> QSize:
        """One pixel of the picture to one of the screen, however dense it is."""
        return self._page.size() / self.devicePixelRatioF()

    def _room(self) -> QSize:
        holder = self.parentWidget()
        return holder.size() if holder is not None else QSize(400, 560)

    def _lay(self) -> None:
        self.setMinimumSize(self.sizeHint() if not (self._fitted or self._frame) else QSize(1, 1))
        self.updateGeometry()
        self.update()

    def _move(self, side: int, value: int) -> None:
        if self._frame is None:
            return
        sides = list(self._frame)
        least, most = 0, 1000
        if side in {_LEFT, _TOP}:
            most = sides[side + 2] - 5 * _STEP
        else:
            least = sides[side - 2] + 5 * _STEP
        sides[side] = max(least, min(most, value))
        self._frame = (sides[0], sides[1], sides[2], sides[3])
        self.moved.emit(self._frame)
        self.update()

    def _rect(self, frame: Frame) -> QRect:
        area = self.area()
        left, top, right, bottom = frame
        corner = QPoint(left * area.width() // 1000, top * area.height() // 1000)
        size = QSize((right - left) * area.width() // 1000, (bottom - top) * area.height() // 1000)
        return QRect(area.topLeft() + corner, size)

    def _thousandths(self, place: QPoint) -> tuple[int, int]:
        area = self.area()
        across = (place.x() - area.left()) * 1000 // max(1, area.width())
        down = (place.y() - area.top()) * 1000 // max(1, area.height())
        return max(0, min(1000, across)), max(0, min(1000, down))

    def _side_at(self, place: QPoint) -> int | None:
        inner = self._rect(self._frame or (0, 0, 1000, 1000))
        away = (
            abs(place.x() - inner.left()),
            abs(place.y() - inner.top()),
            abs(place.x() - inner.right()),
            abs(place.y() - inner.bottom()),
        )
        nearest = min(range(4), key=lambda side: away[side])
        return nearest if away[nearest] <= _GRIP else None


def _around(area: QRect, inner: QRect) -> tuple[QRect, ...]:
    """Return the four parts of an area outside a rectangle in it."""
    across, down = area.width(), inner.height()
    return (
        QRect(area.left(), area.top(), across, inner.top() - area.top()),
        QRect(area.left(), inner.bottom() + 1, across, area.bottom() - inner.bottom()),
        QRect(area.left(), inner.top(), inner.left() - area.left(), down),
        QRect(inner.right() + 1, inner.top(), area.right() - inner.right(), down),
    )
