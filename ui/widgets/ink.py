"""A pad for a handwritten name: pen with pressure, finger or mouse; drawn smooth, kept as it came.

A pen speaks by tablet events, with pressure. A finger comes as the mouse that Qt makes of it, and
so does a pen pad whose driver knows nothing else: both without pressure.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import tokens

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent, QTabletEvent

Point = tuple[int, int, int, int]
Strokes = tuple[tuple[Point, ...], ...]

_PEN = 2.6
_INVITING = 180  # of 255
_FULL = 255
_NO_PRESSURE = 128  # of a mouse
_CLOSE = 1  # px: a hand that rests makes no points
MOST_POINTS = 4000  # half a minute of writing without lifting the pen; what comes after is not kept


class InkPad(QWidget):
    """Emits `changed` after each stroke, and when strokes are taken back."""

    reader_role = QAccessible.Role.Canvas
    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._strokes: list[list[Point]] = []
        self._down = False
        self._since = QElapsedTimer()
        self._invitation = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_StaticContents)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """As wide as there is room; three times as wide as high holds a name."""
        return QSize(tokens().scaled(600), tokens().scaled(190))

    def set_invitation(self, words: str) -> None:
        """Say what the empty pad is for."""
        self._invitation = words
        self.update()

    def strokes(self) -> Strokes:
        """Return what was drawn, stroke by stroke; see client.app.rows.ink."""
        return tuple(tuple(stroke) for stroke in self._strokes)

    def clear(self) -> None:
        """Take everything back."""
        self._strokes, self._down = [], False
        self._since.invalidate()
        self.update()
        self.changed.emit()

    def undo(self) -> None:
        """Take the last stroke back."""
        if self._strokes:
            self._strokes.pop()
            self._down = False
            self.update()
            self.changed.emit()

    # ------------------------------------------------------------ pen, finger, mouse

    def tabletEvent(self, event: QTabletEvent) -> None:
        """Follow a pen; accepted, so that Qt makes no mouse of it too."""
        pressure = round(event.pressure() * _FULL)
        if event.type() == QEvent.Type.TabletPress:
            self._begin(event.position(), pressure)
        elif event.type() == QEvent.Type.TabletMove and self._down:
            self._go_on(event.position(), pressure)
        elif event.type() == QEvent.Type.TabletRelease and self._down:
            self._end()
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a stroke."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._begin(event.position(), _NO_PRESSURE)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw it on."""
        if self._down:
            self._go_on(event.position(), _NO_PRESSURE)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End it."""
        if self._down and event.button() == Qt.MouseButton.LeftButton:
            self._end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete clears, Backspace takes one stroke back; the rest is the sheet's."""
        if event.key() == Qt.Key.Key_Delete:
            self.clear()
        elif event.key() == Qt.Key.Key_Backspace:
            self.undo()
        else:
            super().keyPressEvent(event)

    def _begin(self, at: QPointF, pressure: int) -> None:
        if not self._since.isValid():
            self._since.start()
        self._strokes.append([])
        self._down = True
        self._note(at, pressure)

    def _go_on(self, at: QPointF, pressure: int) -> None:
        last = self._strokes[-1][-1] if self._strokes[-1] else None
        if last is not None and (
            abs(at.x() - last[0]) <= _CLOSE and abs(at.y() - last[1]) <= _CLOSE
        ):
            return
        self._note(at, pressure)

    def _end(self) -> None:
        self._down = False
        if not self._strokes[-1]:
            self._strokes.pop()  # it lay beyond the most that are kept
        self.changed.emit()

    def _note(self, at: QPointF, pressure: int) -> None:
        if sum(map(len, self._strokes)) >= MOST_POINTS:
            return
        x = min(max(round(at.x()), 0), self.width() - 1)
        y = min(max(round(at.y()), 0), self.height() - 1)
        self._strokes[-1].append((x, y, self._since.elapsed(), min(max(pressure, 0), _FULL)))
        self.update()

    # ------------------------------------------------------------ drawing

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the pad white in both modes, as the paper is; then the strokes."""
        chosen = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(chosen.hue("paper"))
        painter.setPen(QPen(chosen.hue("accent" if self.hasFocus() else "edge"), 2))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        base = self.height() * 0.78
        painter.setPen(QPen(chosen.hue("edge"), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(24, base), QPointF(self.width() - 24, base))
        if not self._strokes:
            painter.setFont(chosen.font("type-section"))
            ink = QColor(chosen.hue("scrim"))  # dark in both modes, as the paper is white in both
            ink.setAlpha(_INVITING)
            painter.setPen(ink)
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._invitation)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        round_, cap = Qt.PenJoinStyle.RoundJoin, Qt.PenCapStyle.RoundCap
        for stroke in self._strokes:
            if stroke:
                wide = _PEN * (0.6 + 0.8 * sum(p for *_, p in stroke) / len(stroke) / _FULL)
                painter.setPen(QPen(Qt.GlobalColor.black, wide, Qt.PenStyle.SolidLine, cap, round_))
                painter.drawPath(_smooth(stroke))
        painter.end()


def _smooth(stroke: list[Point]) -> QPainterPath:
    """Return curves from middle to middle of the points, so that no corner is left."""
    path = QPainterPath(QPointF(stroke[0][0], stroke[0][1]))
    for one, two in pairwise(stroke[1:]):
        path.quadTo(QPointF(one[0], one[1]), QPointF((one[0] + two[0]) / 2, (one[1] + two[1]) / 2))
    path.lineTo(QPointF(stroke[-1][0] + 0.1, stroke[-1][1]))  # a dot has a length too
    return path
