"""Pages in their order: chosen by the arrows, moved by drag and drop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from ui.theme import icon_pixmap, tokens
from ui.widgets.bars import Bar

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex, QPersistentModelIndex
    from PySide6.QtWidgets import QWidget

_KEY = Qt.ItemDataRole.UserRole


class _Leaf(QStyledItemDelegate):
    """Draws a row flat, as every list of the window does; a bar while it has the keyboard."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw the row without the style's own shaded frame."""
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
        option.state &= ~QStyle.StateFlag.State_HasFocus
        super().paint(painter, option, index)
        if focused:
            bar = QRect(option.rect.topLeft(), QSize(3, option.rect.height()))
            painter.fillRect(bar, tokens().hue("accent"))


class Strip(QListWidget):
    """A list of small pictures with their names."""

    chosen = Signal(int)
    moved = Signal(int, int)  # from, to

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._showing = False
        self._pictures: dict[str, QPixmap] = {}
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBar(Bar(Qt.Orientation.Vertical))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragDropMode(QListWidget.DragDropMode.InternalMove)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setItemDelegate(_Leaf(self))
        self._dress()
        self.currentRowChanged.connect(self._chosen)
        self.model().rowsMoved.connect(self._moved)

    def show_rows(self, rows: tuple[tuple[str, str], ...], at: int) -> None:
        """Show the pages.

        Args:
            rows: (key of the picture, words) in order.
            at: which is chosen.
        """
        self._showing = True
        while self.count() > len(rows):
            self.takeItem(self.count() - 1)
        for place, (key, words) in enumerate(rows):
            if place >= self.count():
                self.addItem(QListWidgetItem())
            item = self.item(place)
            item.setText(words)
            item.setData(_KEY, key)
            item.setIcon(self._icon(key))
        self.setCurrentRow(at)
        self._showing = False

    def show_picture(self, key: str, page: QPixmap) -> None:
        """Show a page's small picture."""
        edge = self.iconSize() * self.devicePixelRatioF()
        kept = Qt.AspectRatioMode.KeepAspectRatio
        small = page.scaled(edge, kept, Qt.TransformationMode.SmoothTransformation)
        small.setDevicePixelRatio(self.devicePixelRatioF())
        self._pictures[key] = small
        for place in range(self.count()):
            item = self.item(place)
            if item.data(_KEY) == key:
                item.setIcon(_plain(small))

    def _icon(self, key: str) -> QIcon:
        known = self._pictures.get(key)
        if known is not None:
            return _plain(known)
        blank = QPixmap(self.iconSize())
        blank.fill(tokens().hue("paper"))
        painter = QPainter(blank)
        edge = tokens().px("icon")
        sign = icon_pixmap("file", tokens().colours["edge"], edge)
        painter.drawPixmap((blank.width() - edge) // 2, (blank.height() - edge) // 2, sign)
        painter.end()
        return _plain(blank)

    def _chosen(self, place: int) -> None:
        if not self._showing and place >= 0:
            self.chosen.emit(place)

    def _moved(
        self, _parent: QModelIndex, first: int, _last: int, _to: QModelIndex, before: int
    ) -> None:
        self.moved.emit(first, before - 1 if before > first else before)

    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of a new theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._dress()

    def _dress(self) -> None:
        chosen = tokens()
        made = self.palette()
        for group in (QPalette.ColorGroup.Active, QPalette.ColorGroup.Inactive):
            made.setColor(group, QPalette.ColorRole.Highlight, chosen.hue("accent-ground"))
            made.setColor(group, QPalette.ColorRole.HighlightedText, chosen.hue("text"))
        self.setPalette(made)
        self.setIconSize(QSize(chosen.scaled(48), chosen.scaled(66)))


def _plain(picture: QPixmap) -> QIcon:
    """Return an icon that looks the same whether its row is chosen or not."""
    made = QIcon(picture)
    made.addPixmap(picture, QIcon.Mode.Selected)
    return made
