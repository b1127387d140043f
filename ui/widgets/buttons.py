"""Buttons that say what they do, with their key on their face, and why not when they cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from ui.theme import icon_pixmap, tokens
from ui.widgets.boxes import Box, draw_box

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

_GAP = 8
_SIDE = 14


class ActButton(QPushButton):
    """A push button with icon, words and key cap.

    Args:
        kind: "primary", "plain", "quiet", "link" or "danger".
        icon: file stem of an outline icon, or "".
        key: the shortcut as written on the face; the shortcut itself is the page's business.
    """

    def __init__(
        self,
        kind: str = "plain",
        icon: str = "",
        key: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._icon = icon
        self._key = key
        self._reason = ""
        self._wide = False
        self._kind = kind
        self._hint: QSize | None = None
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

    @property
    def kind(self) -> str:
        """The look."""
        return self._kind

    @property
    def reason(self) -> str:
        """Why it is disabled, "" when it is not."""
        return self._reason

    def set_icon(self, icon: str) -> None:
        """Change the icon."""
        if icon != self._icon:
            self._icon = icon
            self._measure()

    def set_key(self, key: str) -> None:
        """Change the key on the face."""
        if key != self._key:
            self._key = key
            self._measure()

    def set_wide(self, *, wide: bool) -> None:
        """Begin the words at the left and put the key at the right end: for lists of buttons."""
        self._wide = wide
        policy = QSizePolicy.Policy.Expanding if wide else QSizePolicy.Policy.Minimum
        self.setSizePolicy(policy, QSizePolicy.Policy.Fixed)

    def set_blocked(self, reason: str) -> None:
        """Disable with a reason that tool tip and reader say; "" enables."""
        if reason == self._reason and self.isEnabled() == (not reason):
            return
        self._reason = reason
        self.setEnabled(not reason)
        self.setToolTip(reason)
        self.setAccessibleDescription(reason)

    def setText(self, text: str) -> None:
        """Set words and accessible name."""
        if text == self.text() == self.accessibleName():
            return
        super().setText(text)
        self.setAccessibleName(text)
        self._measure()

    def sizeHint(self) -> QSize:
        """Room for icon, words and key; a layout asks many times."""
        if self._hint is None:
            self._hint = self._room()
        return self._hint

    def _measure(self) -> None:
        self._hint = None
        self.updateGeometry()
        self.update()

    def _room(self) -> QSize:
        chosen = tokens()
        metrics = chosen.metrics("type-small" if self.kind == "link" else "type-body")
        width = metrics.horizontalAdvance(self.text()) + 2
        if self._icon:
            width += chosen.px("icon") + (_GAP if self.text() else 0)
        if self._key:
            small = chosen.metrics("type-small")
            width += small.horizontalAdvance(self._key) + 2 * _GAP
        if self.kind == "link":
            return QSize(width + 8, chosen.scaled(24))
        return QSize(width + 2 * _SIDE, chosen.px("control"))

    def minimumSizeHint(self) -> QSize:
        """Nothing of it is cut off."""
        return self.sizeHint()

    def changeEvent(self, event: QEvent) -> None:
        """Measure again after a change of theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._measure()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the shape, then icon, words and key."""
        painter = QPainter(self)
        draw_box(painter, self.rect(), self._box())
        self._draw_content(painter)
        painter.end()

    def _draw_content(self, painter: QPainter) -> None:
        chosen = tokens()
        ink, faint = self._hues()
        link = self.kind == "link"
        side = 4 if link else _SIDE
        edge = chosen.px("icon")
        size = "type-small" if link else "type-body"
        painter.setFont(chosen.font(size))
        metrics = chosen.metrics(size)
        words = metrics.horizontalAdvance(self.text())
        small = chosen.metrics("type-small")
        key = small.horizontalAdvance(self._key) + 2 * _GAP if self._key else 0
        icon = edge + (_GAP if self.text() else 0) if self._icon else 0
        total = icon + words + key
        left = self.kind in {"quiet", "link"} or self._wide
        x = side if left else max(side, (self.width() - total) // 2)
        if self._icon:
            pixmap = icon_pixmap(self._icon, chosen.colours[ink], edge, self.devicePixelRatioF())
            painter.drawPixmap(x, (self.height() - edge) // 2, pixmap)
            x += icon
        painter.setPen(chosen.hue(ink))
        room = QRect(
            x, 0, max(0, self.width() - x - side - (key if self._wide else 0)), self.height()
        )
        shown = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width() + 2)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(room.adjusted(0, 0, 2, 0), flags, shown)
        if self._key:
            start = self.width() - side - key + 2 * _GAP if self._wide else x + words + 2 * _GAP
            painter.setFont(chosen.font("type-small"))
            painter.setPen(chosen.hue(faint))
            painter.drawText(QRect(start, 0, key, self.height()), flags, self._key)

    def _box(self) -> Box:
        live, over, ring = self.isEnabled(), self.underMouse(), self.hasFocus()
        width = 2 if ring else 1
        if self._kind == "link":
            return Box("", "accent" if ring else "", radius="corner")
        if self._kind == "quiet":
            ground = "hover" if live and over else ""
            return Box(ground, "accent" if ring else "", radius="corner", width=width)
        if not live:
            return Box("disabled", "red" if self._kind == "danger" else "line", radius="corner")
        if self._kind == "primary":
            ground = "accent-hover" if over else "accent"
            return Box(ground, "text" if ring else ground, radius="corner", width=width)
        ground = "pressed" if self.isDown() else "hover" if over else "surface"
        edge = "red" if self._kind == "danger" else "accent" if ring else "edge"
        return Box(ground, edge, radius="corner", width=width)

    def _hues(self) -> tuple[str, str]:
        if not self.isEnabled():
            return "on-disabled", "on-disabled"
        kinds = {"primary": "on-accent", "link": "accent", "danger": "red"}
        ink = kinds.get(self.kind, "text")
        return ink, ink if self.kind == "primary" else "faint"


class IconButton(ActButton):
    """A button that is only an icon; its words are tool tip and accessible name."""

    def __init__(self, icon: str, parent: QWidget | None = None) -> None:
        super().__init__("quiet", icon, "", parent)

    def setText(self, text: str) -> None:
        """Give the words to tool tip and reader."""
        self.setToolTip(text)
        self.setAccessibleName(text)

    def sizeHint(self) -> QSize:
        """Narrow, and as high as every control."""
        chosen = tokens()
        return QSize(chosen.px("control-table"), chosen.px("control"))

    def _draw_content(self, painter: QPainter) -> None:
        chosen = tokens()
        edge = chosen.px("icon")
        hue = chosen.colours["muted" if self.isEnabled() else "on-disabled"]
        pixmap = icon_pixmap(self._icon, hue, edge, self.devicePixelRatioF())
        painter.drawPixmap((self.width() - edge) // 2, (self.height() - edge) // 2, pixmap)
