"""A box to tick, drawn: empty and ticked differ at a glance, and the label may wrap."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QWidget

from ui.theme import icon_pixmap, tokens
from ui.widgets.tabs import draw_focus

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

_GAP = 10
_PAD = 4


class Tick(QCheckBox):
    """A check box that the theme draws."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def setText(self, text: str) -> None:
        """Set words and accessible name."""
        super().setText(text)
        self.setAccessibleName(text)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Box and words in one line."""
        chosen = tokens()
        words = chosen.metrics().horizontalAdvance(self.text())
        return QSize(self._box() + _GAP + words + 2 * _PAD + 4, chosen.px("control-table"))

    def minimumSizeHint(self) -> QSize:
        """The words may be shortened."""
        return QSize(self._box() + tokens().scaled(80), tokens().px("control-table"))

    def hitButton(self, pos: QPoint) -> bool:
        """The words belong to the box."""
        return self.rect().contains(pos)

    def changeEvent(self, event: QEvent) -> None:
        """Measure again after a change of theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.updateGeometry()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw box, tick and words."""
        chosen = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
        edge, live, on = self._box(), self.isEnabled(), self.isChecked()
        box = QRectF(_PAD + 0.5, (self.height() - edge) / 2 + 0.5, edge - 1, edge - 1)
        frame = "accent" if on else "edge"
        painter.setPen(QPen(chosen.hue(frame if live else "line"), 1.4))
        painter.setBrush(chosen.hue("accent" if on and live else "surface"))
        painter.drawRoundedRect(box, 4, 4)
        if on:
            hue = chosen.colours["on-accent" if live else "on-disabled"]
            sign = icon_pixmap("check", hue, edge - 4, self.devicePixelRatioF())
            painter.drawPixmap(round(box.left()) + 1, round(box.top()) + 1, sign)
        painter.setFont(chosen.font())
        painter.setPen(chosen.hue("text" if live else "on-disabled"))
        left = _PAD + edge + _GAP
        room = QRect(left, 0, self.width() - left - _PAD, self.height())
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        words = painter.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, room.width() + 2
        )
        painter.drawText(room.adjusted(0, 0, 2, 0), flags, words)
        draw_focus(self, painter, QRectF(self.rect()).adjusted(1, 1, -1, -1))
        painter.end()

    def _box(self) -> int:
        return tokens().scaled(18)
