"""Labels by role: page, section, body, small; muted, faint, error … The sheet gives the look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from ui.theme import icon_pixmap, tokens
from ui.widgets.layout import repolish

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent


class Text(QLabel):
    """A label with a role; plain text always, so that no name is ever read as mark-up."""

    def __init__(
        self,
        role: str = "body",
        words: str = "",
        parent: QWidget | None = None,
        *,
        wrap: bool = False,
        select: bool = False,
    ) -> None:
        super().__init__(words, parent)
        self.setProperty("role", role)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        if select:
            self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        if role.startswith(("tag", "key", "count")):
            self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        if wrap:
            policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
            policy.setHeightForWidth(True)
            self.setSizePolicy(policy)

    def set_role(self, role: str) -> None:
        """Change the look."""
        if self.property("role") != role:
            self.setProperty("role", role)
            repolish(self)

    def show_text(self, words: str) -> None:
        """Set the words, and hide the label when there are none.

        Shown without a parent it would be a window of its own, and take the keyboard.
        """
        self.setText(words)
        if not words:
            self.hide()
        elif self.parent() is not None:
            self.show()


class Elided(QWidget):
    """One line that shortens with an ellipsis; the whole stands in its tool tip."""

    def __init__(
        self, parent: QWidget | None = None, *, size: str = "type-body", ink: str = "text"
    ) -> None:
        super().__init__(parent)
        self._text = ""
        self._size = size
        self._ink = ink
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def setText(self, words: str) -> None:
        """Set the words; also the accessible name."""
        self._text = words
        self.setAccessibleName(words)
        self.updateGeometry()
        self.update()

    def text(self) -> str:
        """Return the whole text."""
        return self._text

    def set_ink(self, ink: str) -> None:
        """Change the colour."""
        self._ink = ink
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as the words."""
        metrics = QFontMetrics(tokens().font(self._size))
        return QSize(metrics.horizontalAdvance(self._text) + 2, metrics.height() + 4)

    def minimumSizeHint(self) -> QSize:
        """A few characters."""
        metrics = QFontMetrics(tokens().font(self._size))
        full = metrics.horizontalAdvance(self._text) + 2
        return QSize(min(full, metrics.horizontalAdvance("口口口口")), metrics.height() + 4)

    def changeEvent(self, event: QEvent) -> None:
        """Measure again after a change of theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.updateGeometry()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw what fits."""
        chosen = tokens()
        painter = QPainter(self)
        painter.setFont(chosen.font(self._size))
        painter.setPen(chosen.hue(self._ink))
        shown = painter.fontMetrics().elidedText(
            self._text, Qt.TextElideMode.ElideRight, self.width()
        )
        self.setToolTip(self._text if shown != self._text else "")
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(self.rect(), flags, shown)
        painter.end()


class Icon(QLabel):
    """An outline icon that follows the theme."""

    def __init__(
        self, name: str, ink: str = "muted", pixels: int = 18, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._name = name
        self._ink = ink
        self._pixels = pixels
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._draw()

    def set_icon(self, name: str, ink: str = "muted") -> None:
        """Change drawing and colour."""
        if (name, ink) != (self._name, self._ink):
            self._name, self._ink = name, ink
            self._draw()

    def changeEvent(self, event: QEvent) -> None:
        """Draw again after a change of theme."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.PaletteChange):
            self._draw()

    def _draw(self) -> None:
        chosen = tokens()
        edge = chosen.scaled(self._pixels)
        hue = chosen.colours[self._ink]
        self.setPixmap(icon_pixmap(self._name, hue, edge, self.devicePixelRatioF()))
        self.setFixedSize(edge, edge)


class Tagged(QWidget):
    """An icon and its words, in one line."""

    def __init__(
        self,
        icon: str,
        role: str = "small muted",
        ink: str = "muted",
        parent: QWidget | None = None,
        *,
        wrap: bool = False,
    ) -> None:
        super().__init__(parent)
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(6)
        self.icon = Icon(icon, ink, 16)
        self.words = Text(role, wrap=wrap)
        box.addWidget(self.icon, 0, Qt.AlignmentFlag.AlignTop)
        box.addWidget(self.words, 1)

    def setText(self, words: str) -> None:
        """Set the words."""
        self.words.setText(words)
