"""A small card of the demonstration's deck."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from ui.theme import icon_pixmap, tokens
from ui.widgets.tabs import draw_focus

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

_SIDE = 8


class CardTile(QAbstractButton):
    """Name and role on a small card; the inserted one is filled."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._role = ""
        self._key = ""
        self.inserted = False
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_card(self, name: str, role: str, key: str, *, inserted: bool) -> None:
        """Set whose card it is, the key that inserts it, and whether it is in the reader."""
        self.setText(name)
        self._key = key
        self._role = role
        self.inserted = inserted
        self.setAccessibleName(f"{name} {role}")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Sign, name and role in one line."""
        chosen = tokens()
        metrics = chosen.metrics("type-small")
        words = metrics.horizontalAdvance(self.text()) + metrics.horizontalAdvance(self._role)
        lead = metrics.horizontalAdvance(self._key) if self._key else chosen.scaled(16)
        return QSize(words + 6 + lead + 6 + 2 * _SIDE, chosen.scaled(28))

    def minimumSizeHint(self) -> QSize:
        """Nothing of it is cut off."""
        return self.sizeHint()

    def changeEvent(self, event: QEvent) -> None:
        """Measure again after a change of theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.updateGeometry()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the card."""
        chosen = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
        ground = "accent" if self.inserted else "hover" if self.underMouse() else "surface"
        painter.setPen(QPen(chosen.hue("accent" if self.inserted else "edge"), 1))
        painter.setBrush(chosen.hue(ground))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        ink = "on-accent" if self.inserted else "text"
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.setFont(chosen.font("type-small"))
        left = _SIDE + self._draw_lead(painter, ink) + 6
        painter.setPen(chosen.hue(ink))
        painter.drawText(QRect(left, 0, self.width(), self.height()), flags, self.text())
        left += painter.fontMetrics().horizontalAdvance(self.text()) + 6
        painter.setPen(chosen.hue(ink if self.inserted else "muted"))
        painter.drawText(QRect(left, 0, self.width(), self.height()), flags, self._role)
        around = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        draw_focus(self, painter, around, "text" if self.inserted else "accent")
        painter.end()

    def _draw_lead(self, painter: QPainter, ink: str) -> int:
        """Draw the digit that inserts the card, or the sign of a card; return its width."""
        chosen = tokens()
        faint = ink if self.inserted else "muted"
        if self._key:
            flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
            painter.setPen(chosen.hue(faint))
            painter.drawText(QRect(_SIDE, 0, self.width(), self.height()), flags, self._key)
            return painter.fontMetrics().horizontalAdvance(self._key)
        edge = chosen.scaled(16)
        sign = icon_pixmap("id", chosen.colours[faint], edge, self.devicePixelRatioF())
        painter.drawPixmap(_SIDE, (self.height() - edge) // 2, sign)
        return edge
