"""Labels by role: page, section, body, small, and inks like muted, faint, error."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from ui.theme import icon_pixmap, tokens
from ui.widgets.boxes import Box, draw_box

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent


_SIZES = {"page": "type-page", "section": "type-section", "small": "type-small"}
_INKS = {
    "muted": "muted",
    "faint": "faint",
    "accent": "accent",
    "error": "red",
    "warn": "yellow",
    "ok": "ok",
    "practice": "on-practice",
}


@dataclass(frozen=True, slots=True)
class _Tag:
    """Small words on a ground of their own."""

    ink: str
    box: Box
    beside: int = 7
    above: int = 1


_TAGS = {
    "key": _Tag("muted", Box("hover", "line", radius=3), 6, 1),
    "count": _Tag("muted", Box("hover", radius=9), 7, 0),
    "tag": _Tag("accent", Box("accent-ground", radius=3)),
    "tag-quiet": _Tag("muted", Box("hover", radius=3)),
    "tag-warn": _Tag("yellow", Box("yellow-ground", radius=3)),
    "tag-red": _Tag("red", Box("red-ground", radius=3)),
}


@cache
def _look(role: str) -> tuple[str, str]:
    """Return size and ink of a role that is no tag; a word that is neither is a slip of ours."""
    size, ink = "type-body", "text"
    for word in role.split():
        if word in _SIZES:
            size = _SIZES[word]
        elif word in _INKS:
            ink = _INKS[word]
        elif word != "body":
            raise ValueError(role)
    return size, ink


@cache
def _inked(hue: str) -> QPalette:
    made = QPalette()
    made.setColor(QPalette.ColorRole.WindowText, QColor(hue))
    return made


class Text(QLabel):
    """A label with a role; plain text always, so that no name is ever read as mark-up.

    Args:
        role: words for size and ink, e.g. "small muted", or one kind of tag; there are no others.
        words: what it says.
        parent: as for any widget.
        wrap: goes on in the next line where the width ends.
        select: may be selected and copied.
    """

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
        self._role = role
        self._tag: _Tag | None = None
        self._dressed = False  # plain words have what all of the window has
        self.setTextFormat(Qt.TextFormat.PlainText)
        if select:
            self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        if wrap:
            self.setWordWrap(True)
            policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
            policy.setHeightForWidth(True)
            self.setSizePolicy(policy)
        if role != "body":
            self._dress()

    @property
    def role(self) -> str:
        """The look."""
        return self._role

    def set_role(self, role: str) -> None:
        """Change the look."""
        if self._role != role:
            self._role = role
            self._dress()

    def changeEvent(self, event: QEvent) -> None:
        """Dress again after a change of theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and self._dressed:
            self._dress()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground of a tag, then the words."""
        if self._tag is not None:
            painter = QPainter(self)
            draw_box(painter, self.rect(), self._tag.box)
            painter.end()
        super().paintEvent(event)

    def _dress(self) -> None:
        self._dressed = True
        chosen = tokens()
        tag = self._tag = _TAGS.get(self._role)
        if tag is not None:
            small = chosen.font("type-small")
            air = QFontMetrics(small).horizontalAdvance("x")
            left = tag.beside + air // 2
            self.setContentsMargins(left, tag.above, tag.beside + air - air // 2, tag.above)
            self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
            self.setFont(small)
            self.setPalette(_inked(chosen.colours[tag.ink]))
            return
        size, ink = _look(self._role)
        self.setFont(chosen.font(size))
        self.setPalette(_inked(chosen.colours[ink]))

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
        """Set the words; also the accessible name. The same again draws nothing."""
        if words == self._text:
            return
        self._text = words
        self.setAccessibleName(words)
        self.updateGeometry()
        self.update()

    def text(self) -> str:
        """Return the whole text."""
        return self._text

    def set_ink(self, ink: str) -> None:
        """Change the colour."""
        if ink != self._ink:
            self._ink = ink
            self.update()

    def sizeHint(self) -> QSize:
        """As wide as the words."""
        metrics = tokens().metrics(self._size)
        return QSize(metrics.horizontalAdvance(self._text) + 2, metrics.height() + 4)

    def minimumSizeHint(self) -> QSize:
        """A few characters."""
        metrics = tokens().metrics(self._size)
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
        shown = chosen.metrics(self._size).elidedText(
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
