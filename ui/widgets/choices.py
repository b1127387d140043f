"""Options as big tiles: two to four answers that a person chooses between with care."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QPainter, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from ui.theme import tokens
from ui.widgets.fold import fold_beside
from ui.widgets.layout import column, row
from ui.widgets.tabs import draw_focus

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QPaintEvent, QResizeEvent

_CHANGES = (QEvent.Type.HideToParent, QEvent.Type.ShowToParent, QEvent.Type.EnabledChange)


class Tile(QAbstractButton):
    """One option: a ring or dot, a title, a line of explanation, perhaps why it is closed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = ""
        self._reason = ""
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_words(self, title: str, words: str) -> None:
        """Set title and explanation."""
        self.setText(title)
        self._words = words
        self.setAccessibleName(title)
        self.setAccessibleDescription(self._reason or words)
        self.updateGeometry()
        self.update()

    def set_blocked(self, reason: str) -> None:
        """Close with a reason shown in place of the explanation; "" opens."""
        self._reason = reason
        self.setEnabled(not reason)
        self.setAccessibleDescription(reason or self._words)
        self.updateGeometry()
        self.update()

    @property
    def under(self) -> str:
        """The line beneath the title."""
        return self._reason or self._words

    def sizeHint(self) -> QSize:
        """Title and explanation in one line each."""
        chosen = tokens()
        title = chosen.metrics().horizontalAdvance(self.text())
        words = chosen.metrics("type-small").horizontalAdvance(self.under)
        width = min(max(title, words), chosen.scaled(260)) + chosen.scaled(56)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """The title in one line."""
        chosen = tokens()
        title = chosen.metrics().horizontalAdvance(self.text())
        width = title + chosen.scaled(56)
        return QSize(width, self.heightForWidth(width))

    def hasHeightForWidth(self) -> bool:
        """The explanation wraps."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height at a width."""
        chosen = tokens()
        height = chosen.metrics().height() + 24
        if self.under:
            room = max(40, width - chosen.scaled(56))
            box = chosen.metrics("type-small").boundingRect(
                0, 0, room, 1000, int(Qt.TextFlag.TextWordWrap), self.under
            )
            height += box.height() + 2
        return height

    def changeEvent(self, event: QEvent) -> None:
        """Measure again after a change of theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.updateGeometry()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the tile."""
        chosen = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
        on, live = self.isChecked(), self.isEnabled()
        rect = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        edge = "accent" if on else "edge" if live else "line"
        painter.setPen(QPen(chosen.hue(edge), 2 if on else 1))
        ground = "accent-ground" if on else "surface" if live else "disabled"
        painter.setBrush(chosen.hue("hover" if self.underMouse() and live and not on else ground))
        painter.drawRoundedRect(rect, 6, 6)
        title = chosen.metrics().height()
        middle = QPointF(chosen.scaled(24), 12 + title / 2)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(chosen.hue(edge if live else "on-disabled"), 1.5))
        painter.drawEllipse(middle, chosen.scaled(7), chosen.scaled(7))
        if on:
            painter.setBrush(chosen.hue("accent"))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawEllipse(middle, chosen.scaled(4), chosen.scaled(4))
        left = chosen.scaled(42)
        painter.setFont(chosen.font())
        painter.setPen(chosen.hue("text" if live else "on-disabled"))
        words = QRectF(left, 12, self.width() - left - 12, title)
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft, self.text())
        painter.setFont(chosen.font("type-small"))
        painter.setPen(chosen.hue("muted" if live else "on-disabled"))
        under = QRectF(left, 12 + title + 2, self.width() - left - 12, self.height())
        painter.drawText(under, int(Qt.TextFlag.TextWordWrap), self.under)
        draw_focus(self, painter, QRectF(self.rect()).adjusted(3, 3, -3, -3))
        painter.end()


class Tiles(QWidget):
    """A set of tiles, of which one is chosen; arrows move, digits choose."""

    picked = Signal(str)
    reader_role = QAccessible.Role.Grouping

    def __init__(
        self, names: list[str], parent: QWidget | None = None, *, upright: bool = False
    ) -> None:
        super().__init__(parent)
        self._upright = upright
        box = self._box = column(self, gap=8) if upright else row(self, gap=8)
        self.tiles: dict[str, Tile] = {}
        for name in names:
            tile = Tile(self)
            tile.clicked.connect(lambda _=False, chosen=name: self.picked.emit(chosen))
            box.addWidget(tile)
            tile.toggled.connect(self._aim)
            tile.installEventFilter(self)
            self.tiles[name] = tile
        self._aim()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Aim anew when a tile is hidden, shown, closed or opened."""
        if event.type() in _CHANGES:
            self._aim()
        return super().eventFilter(watched, event)

    def _aim(self, *_: object) -> None:
        """Let the keyboard come to the chosen tile, else to the first that may be chosen."""
        here = [tile for tile in self.tiles.values() if not tile.isHidden() and tile.isEnabled()]
        chosen = [tile for tile in here if tile.isChecked()]
        self.setFocusProxy(next(iter(chosen or here), next(iter(self.tiles.values()))))

    def minimumSizeHint(self) -> QSize:
        """The widest tile alone: they go one below the other."""
        hint = super().minimumSizeHint()
        wide = max(tile.minimumSizeHint().width() for tile in self.tiles.values())
        return QSize(wide, hint.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lie one below the other where the width does not hold all."""
        super().resizeEvent(event)
        if not self._upright:
            fold_beside(self._box, event.size().width())

    def current(self) -> str:
        """Return the chosen name, "" when none is."""
        return next((name for name, tile in self.tiles.items() if tile.isChecked()), "")

    def choose(self, name: str) -> None:
        """Choose without telling; "" for none."""
        for key, tile in self.tiles.items():
            tile.setAutoExclusive(False)
            tile.setChecked(key == name)
            tile.setAutoExclusive(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits choose by place among what is shown."""
        place = event.key() - Qt.Key.Key_1
        names = [name for name, tile in self.tiles.items() if not tile.isHidden()]
        if 0 <= place < len(names) and self.tiles[names[place]].isEnabled():
            self.tiles[names[place]].click()
            self.tiles[names[place]].setFocus(Qt.FocusReason.ShortcutFocusReason)
            return
        super().keyPressEvent(event)
