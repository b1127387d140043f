"""The lights, drawn: they differ in shape first, in colour second, and words stand beside them.

○ ring: within the limit; ▲ triangle: about to expire; ■ square: overdue, with a bar under it when
the statutory limit has passed; ‖ two bars: suspended; a dot: no limit runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import tokens

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

TOKENS = {"white": "muted", "yellow": "yellow", "red": "red", "paused": "muted", "none": "faint"}


def draw_light(
    painter: QPainter, middle: QPointF, shape: str, *, passed: bool = False, scale: float = 1.0
) -> None:
    """Draw one light of about 13 pixels around a point.

    Args:
        painter: left as it was, except for pen and brush.
        middle: the centre of the shape.
        shape: "white", "yellow", "red", "paused" or "none".
        passed: the statutory limit has passed (red only).
        scale: 1 for lists, more for headers.
    """
    hue = tokens().hue(TOKENS.get(shape, "faint"))
    unit = scale * tokens().percent / 100
    x, y = middle.x(), middle.y()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(hue)
    if shape == "white":
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(hue, 1.8 * unit))
        painter.drawEllipse(middle, 5 * unit, 5 * unit)
    elif shape == "yellow":
        top, side = 6.2 * unit, 6.4 * unit
        corners = [
            QPointF(x, y - top),
            QPointF(x + side, y + 5 * unit),
            QPointF(x - side, y + 5 * unit),
        ]
        painter.drawPolygon(QPolygonF(corners))
    elif shape == "red":
        lift = 1.5 * unit if passed else 0.0
        painter.drawRect(QRectF(x - 5.5 * unit, y - 5.5 * unit - lift, 11 * unit, 11 * unit - lift))
        if passed:
            painter.drawRect(QRectF(x - 5.5 * unit, y + 5 * unit, 11 * unit, 2 * unit))
    elif shape == "paused":
        for offset in (-4.0, 1.2):
            painter.drawRect(QRectF(x + offset * unit, y - 5 * unit, 2.8 * unit, 10 * unit))
    else:
        painter.drawEllipse(middle, 2 * unit, 2 * unit)


class LightMark(QWidget):
    """A light with its words, for headers and previews."""

    def __init__(
        self, parent: QWidget | None = None, *, size: str = "type-body", scale: float = 1.0
    ) -> None:
        super().__init__(parent)
        self._shape = "none"
        self._passed = False
        self._words = ""
        self._size = size
        self._scale = scale
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_light(self, shape: str, words: str, *, passed: bool = False) -> None:
        """Show a light; the words are its accessible name. The same again draws nothing."""
        if (shape, words, passed) == (self._shape, self._words, self._passed):
            return
        self._shape, self._words, self._passed = shape, words, passed
        self.setAccessibleName(words)
        self.updateGeometry()
        self.update()

    @property
    def shape(self) -> str:
        """The shape shown."""
        return self._shape

    @property
    def words(self) -> str:
        """The words shown."""
        return self._words

    def sizeHint(self) -> QSize:
        """Shape and words in one line."""
        metrics = tokens().metrics(self._size)
        return QSize(
            self._mark() + metrics.horizontalAdvance(self._words) + 2, metrics.height() + 4
        )

    def minimumSizeHint(self) -> QSize:
        """Nothing of it is cut off."""
        return self.sizeHint()

    def changeEvent(self, event: QEvent) -> None:
        """Measure again after a change of theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.updateGeometry()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw shape and words."""
        chosen = tokens()
        painter = QPainter(self)
        edge = self._mark()
        middle = QPointF(edge / 2 - 3, self.height() / 2)
        draw_light(painter, middle, self._shape, passed=self._passed, scale=self._scale)
        painter.setFont(chosen.font(self._size))
        ink = TOKENS.get(self._shape, "faint")
        painter.setPen(chosen.hue("text" if ink in {"muted", "faint"} else ink))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(self.rect().adjusted(edge, 0, 0, 0), flags, self._words)
        painter.end()

    def _mark(self) -> int:
        return round(tokens().scaled(24) * self._scale)
