"""Tabs with counts, and the buttons of the rail: painted, keyboard first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from ui.theme import icon_pixmap, tokens
from ui.widgets.layout import row
from ui.widgets.lights import draw_light

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QPaintEvent

_AIR, _LEAST_AIR = 14, 7  # px at each side of a tab's words
_TERSE = 80  # px of a button of the rail without its words
_ALIGN = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft


class TabButton(QAbstractButton):
    """One tab: words, perhaps a light's shape, and a count."""

    def __init__(self, shape: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shape = shape
        self._count = ""
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def set_words(self, words: str, count: str, spoken: str) -> None:
        """Set words and count; `spoken` is what a reader says. The same again draws nothing."""
        if (words, count) == (self.text(), self._count) and spoken == self.accessibleName():
            return
        self.setText(words)
        self._count = count
        self.setAccessibleName(spoken)
        self.updateGeometry()
        self.update()

    @property
    def count(self) -> str:
        """The count shown."""
        return self._count

    def sizeHint(self) -> QSize:
        """Room for all parts."""
        chosen = tokens()
        width = chosen.metrics().horizontalAdvance(self.text())
        if self._count:
            small = chosen.metrics("type-small")
            width += small.horizontalAdvance(self._count) + 12
        if self._shape:
            width += chosen.scaled(18)
        return QSize(width + 2 * _AIR, chosen.scaled(44))

    def minimumSizeHint(self) -> QSize:
        """Less air beside it; nothing of it is cut off."""
        hint = self.sizeHint()
        return QSize(hint.width() - 2 * (_AIR - _LEAST_AIR), hint.height())

    def changeEvent(self, event: QEvent) -> None:
        """Measure again after a change of theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.updateGeometry()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the tab; the chosen one has a line under it."""
        chosen = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
        on = self.isChecked()
        if self.underMouse() and not on:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(chosen.hue("hover"))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(2, 6, -2, -6), 6, 6)
        x = _AIR - (self.sizeHint().width() - self.width()) // 2
        if self._shape:
            live = self._count not in {"", "0"}
            shape = self._shape if live else "none"
            draw_light(painter, QPointF(x + chosen.scaled(6), self.height() / 2), shape)
            x += chosen.scaled(18)
        painter.setFont(chosen.font())
        painter.setPen(chosen.hue("accent" if on else "text"))
        painter.drawText(QRect(x, 0, self.width() - x, self.height()), _ALIGN, self.text())
        x += chosen.metrics().horizontalAdvance(self.text()) + 8
        painter.setFont(chosen.font("type-small"))
        painter.setPen(chosen.hue("accent" if on else "muted"))
        painter.drawText(QRect(x, 0, self.width() - x, self.height()), _ALIGN, self._count)
        if on:
            painter.fillRect(
                QRect(10, self.height() - 3, self.width() - 20, 3), chosen.hue("accent")
            )
        draw_focus(self, painter, QRectF(self.rect()).adjusted(3, 5, -3, -5))
        painter.end()


class CountTabs(QWidget):
    """A row of tabs; arrow keys move between them."""

    picked = Signal(str)

    def __init__(self, names: list[tuple[str, str]], parent: QWidget | None = None) -> None:
        """Make tabs from (name, light's shape or "")."""
        super().__init__(parent)
        box = row(self, gap=2)
        self.tabs: dict[str, TabButton] = {}
        for name, shape in names:
            tab = TabButton(shape, self)
            tab.clicked.connect(lambda _=False, chosen=name: self.picked.emit(chosen))
            box.addWidget(tab)
            self.tabs[name] = tab
        box.addStretch(1)
        next(iter(self.tabs.values())).setChecked(True)

    def current(self) -> str:
        """Return the chosen tab's name."""
        return next((name for name, tab in self.tabs.items() if tab.isChecked()), "")

    def choose(self, name: str) -> None:
        """Choose a tab without telling."""
        self.tabs[name].setChecked(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right move and choose."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        names = [name for name, tab in self.tabs.items() if not tab.isHidden()]
        name = names[(names.index(self.current()) + step) % len(names)]
        self.tabs[name].setChecked(True)
        self.tabs[name].setFocus(Qt.FocusReason.TabFocusReason)
        self.picked.emit(name)


class RailButton(QAbstractButton):
    """One act of the rail: its key first, then its words, perhaps a count at the end."""

    def __init__(self, icon: str, key: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = icon
        self._key = key
        self._count = 0
        self._reason = ""
        self._terse = False
        self.current = False
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def count(self) -> int:
        """The count shown."""
        return self._count

    @property
    def reason(self) -> str:
        """Why it is disabled, "" when it is not."""
        return self._reason

    def setText(self, text: str) -> None:
        """Set words and accessible name."""
        super().setText(text)
        self.setAccessibleName(f"{text} {self._key}".strip())
        self.setToolTip(self._reason or self._words_away())

    def set_count(self, count: int, spoken: str) -> None:
        """Set the count and what a reader says of it."""
        if spoken != self.accessibleDescription():
            self.setAccessibleDescription(spoken)
        if count != self._count:
            self._count = count
            self.update()

    def set_current(self, *, current: bool) -> None:
        """Mark as the page that is shown."""
        if current != self.current:
            self.current = current
            self.update()

    def set_blocked(self, reason: str) -> None:
        """Disable with a reason; "" enables."""
        if reason == self._reason and self.isEnabled() == (not reason):
            return
        self._reason = reason
        self.setEnabled(not reason)
        self.setToolTip(reason or self._words_away())
        self.setAccessibleDescription(reason)

    def set_terse(self, *, terse: bool) -> None:
        """Show icon and key alone, the words as a tool tip: for a narrow window."""
        self._terse = terse
        self.setToolTip(self._reason or self._words_away())
        self.updateGeometry()
        self.update()

    def _words_away(self) -> str:
        return self.text() if self._terse else ""

    def sizeHint(self) -> QSize:
        """Wide enough for key, icon, words and count."""
        chosen = tokens()
        words = chosen.metrics().horizontalAdvance("" if self._terse else self.text())
        tail = str(self._count) if self._count else self._key
        room = chosen.metrics("type-small").horizontalAdvance(tail) + 10 if tail else 0
        return QSize(words + chosen.px("icon") + 26 + room, chosen.px("control") + 2)

    def minimumSizeHint(self) -> QSize:
        """The words may be shortened, the height not."""
        return QSize(tokens().scaled(_TERSE), tokens().px("control") + 2)

    def changeEvent(self, event: QEvent) -> None:
        """Measure again after a change of theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.updateGeometry()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw ground, icon, words, and key or count at the right."""
        chosen = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
        ground = self._ground()
        if ground:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(chosen.hue(ground))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0, 1, 0, -1), 6, 6)
        ink = "on-disabled" if not self.isEnabled() else "accent" if self.current else "text"
        edge = chosen.px("icon")
        hue = chosen.colours["muted" if ink == "text" else ink]
        top = (self.height() - edge) // 2
        painter.drawPixmap(10, top, icon_pixmap(self._icon, hue, edge, self.devicePixelRatioF()))
        painter.setFont(chosen.font("type-small"))
        tail = str(self._count) if self._count else self._key
        room = chosen.metrics("type-small").horizontalAdvance(tail) + 10 if tail else 0
        self._draw_tail(painter, tail, room)
        painter.setFont(chosen.font())
        painter.setPen(chosen.hue(ink))
        if self._terse:
            draw_focus(self, painter, QRectF(self.rect()).adjusted(1, 2, -1, -2))
            painter.end()
            return
        words = QRect(10 + edge + 10, 0, self.width() - edge - 26 - room, self.height())
        shown = chosen.metrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, _ALIGN, shown)
        draw_focus(self, painter, QRectF(self.rect()).adjusted(1, 2, -1, -2))
        painter.end()

    def _ground(self) -> str:
        if self.isDown():
            return "pressed"
        if self.current:
            return "accent-ground"
        return "hover" if self.underMouse() and self.isEnabled() else ""

    def _draw_tail(self, painter: QPainter, tail: str, room: int) -> None:
        if not tail:
            return
        chosen = tokens()
        place = QRect(self.width() - room - 6, 0, room, self.height())
        if self._count:
            height = chosen.scaled(20)
            pill = QRectF(place.left(), (self.height() - height) / 2, max(room, height), height)
            pill.moveRight(self.width() - 6)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(chosen.hue("yellow-ground"))
            painter.drawRoundedRect(pill, height / 2, height / 2)
            painter.setPen(chosen.hue("yellow"))
            painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, tail)
            return
        painter.setPen(chosen.hue("faint" if self.isEnabled() else "on-disabled"))
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(place, right, tail)


def draw_focus(widget: QWidget, painter: QPainter, rect: QRectF, hue: str = "accent") -> None:
    """Draw the ring of two pixels around what has the keyboard."""
    if not widget.hasFocus():
        return
    chosen = tokens()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(chosen.hue(hue), chosen.sizes["ring"]))
    painter.drawRoundedRect(rect, 6, 6)
