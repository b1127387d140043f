"""The ring around a pane, a list or a table that has the keyboard: focus is always visible."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from ui.theme import tokens

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QPaintEvent

_CORNER = 6


class FocusRing(QWidget):
    """Lies over what scrolls and takes no press; shown while the keyboard is there.

    Who comes by the mouse sees where he is.

    Args:
        area: what the ring goes around; it owns the ring.
        wanted: says whether it is to be drawn now, for what shows its focus by a row else.
    """

    def __init__(self, area: QWidget, wanted: Callable[[], bool] = lambda: True) -> None:
        super().__init__(area)
        self._area = area
        self._wanted = wanted
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        area.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the keyboard and the size."""
        if watched is not self._area:
            return False
        if isinstance(event, QFocusEvent):
            self.follow(event)
        elif event.type() == QEvent.Type.Resize:
            self.setGeometry(self._area.rect())
        return False

    def follow(self, event: QFocusEvent) -> None:
        """Show itself when the keyboard comes by a key, hide when it goes."""
        by_mouse = event.reason() == Qt.FocusReason.MouseFocusReason
        self.setGeometry(self._area.rect())
        self.setVisible(event.gotFocus() and not by_mouse)
        self.raise_()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the ring inside the edge: nothing is moved for it."""
        if not self._wanted():
            return
        chosen = tokens()
        width = chosen.sizes["ring"]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(chosen.hue("accent"), width))
        inset = width / 2
        inside = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(inside, _CORNER, _CORNER)
        painter.end()
