"""A word across the whole window, under the pointer and over everything: read, never pressed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QWidget

from ui.theme import tokens

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

_TURN = -24.0
_ACROSS, _DOWN = 420, 260  # between two words, px
_INK = 26  # of 255: text beneath stays as readable as it was


class Watermark(QWidget):
    """Lies over its parent and follows its size.

    Args:
        over: the parent.
    """

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.setObjectName("watermark")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._word = ""
        over.installEventFilter(self)
        self._fit()

    def set_word(self, word: str) -> None:
        """Change the word."""
        self._word = word
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the parent; what is put into it later lies beneath."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.ChildAdded, QEvent.Type.LayoutRequest):
            self._fit()
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Write the word in a slanted pattern."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = QFont(tokens().font("type-page"))
        font.setPixelSize(tokens().scaled(54))
        painter.setFont(font)
        ink = QColor(tokens().hue("practice"))
        ink.setAlpha(_INK)
        painter.setPen(ink)
        box = QRectF(-_ACROSS / 2, -60, _ACROSS, 120)
        for down in range(self.height() // _DOWN + 1):
            for across in range(self.width() // _ACROSS + 1):
                painter.save()
                shift = _ACROSS / 2 if down % 2 else 0
                painter.translate(across * _ACROSS + shift + 200, down * _DOWN + 150)
                painter.rotate(_TURN)
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._word)
                painter.restore()
        painter.end()

    def _fit(self) -> None:
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.rect())
            self.raise_()
