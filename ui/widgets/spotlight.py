"""A veil over the window with a hole round one part of it, and a card beside the hole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QWidget

from ui.theme import tokens

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent, QResizeEvent

    from ui.widgets.layout import Face

_VEIL = 120  # of 255
_AROUND, _BESIDE = 4, 16  # px: hole round the part, card off the hole


class Spotlight(QWidget):
    """Lies over its parent; what is beneath takes neither keys nor presses meanwhile.

    Args:
        over: the parent.
        card: shown beside the hole; becomes a child.
    """

    def __init__(self, over: QWidget, card: Face) -> None:
        super().__init__(over)
        self._over = over
        self._card = card
        self._part: QWidget | None = None
        card.setParent(self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.hide()

    def point_at(self, part: QWidget) -> None:
        """Cut the hole round a part of the window."""
        self._part = part
        self.fit()

    def hole(self) -> QRect:
        """Return the hole in own coordinates; empty where the part has gone."""
        part = self._part
        if part is None or not shiboken6.isValid(part) or not part.isVisible():
            return QRect()
        corner = self.mapFromGlobal(part.mapToGlobal(QPoint(0, 0)))
        around = QRect(corner, part.size()).adjusted(-_AROUND, -_AROUND, _AROUND, _AROUND)
        return around.intersected(self.rect())

    def fit(self) -> None:
        """Lie over the parent again, and put the card where there is room."""
        self.setGeometry(self._over.rect())
        self._card.ensurePolished()
        wide = self._card.width()
        self._card.resize(wide, self._card.heightForWidth(wide))
        self._card.move(self._beside(self.hole()))
        self.update()

    def event(self, event: QEvent) -> bool:
        """Keep the window's shortcuts from working beneath the veil."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the card where there is room."""
        super().resizeEvent(event)
        self._card.move(self._beside(self.hole()))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the veil, and a ring round the hole."""
        hole = QRectF(self.hole())
        veil = QPainterPath()
        veil.setFillRule(Qt.FillRule.OddEvenFill)
        veil.addRect(QRectF(self.rect()))
        veil.addRoundedRect(hole, 6, 6)
        shade = QColor(tokens().hue("scrim"))
        shade.setAlpha(_VEIL)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillPath(veil, shade)
        painter.setPen(QPen(tokens().hue("accent"), 2))
        painter.drawRoundedRect(hole, 6, 6)
        painter.end()

    def _beside(self, hole: QRect) -> QPoint:
        """Return the card's corner: below, above, right or left of the hole, else in the middle."""
        size, room = self._card.size(), self.rect().adjusted(12, 12, -12, -12)
        across = min(max(hole.left(), room.left()), room.right() - size.width())
        down = min(max(hole.top(), room.top()), room.bottom() - size.height())
        places = (
            QPoint(across, hole.bottom() + _BESIDE),
            QPoint(across, hole.top() - _BESIDE - size.height()),
            QPoint(hole.right() + _BESIDE, down),
            QPoint(hole.left() - _BESIDE - size.width(), down),
        )
        fits = (place for place in places if room.contains(QRect(place, size)))
        middle = room.center() - QPoint(size.width() // 2, size.height() // 2)
        return next(fits, middle)
