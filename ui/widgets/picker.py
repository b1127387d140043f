"""Find as you type: a line, and under it the few answers; arrows move, Enter takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ui.models.rows import ROW, Cells, Column, RowModel
from ui.theme import icon_pixmap, tokens
from ui.widgets.bars import Bar
from ui.widgets.fields import LineField
from ui.widgets.layout import column

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Option:
    """One answer: its key, a title, a line under it, and small words at the right."""

    key: str
    title: str
    under: str = ""
    tail: str = ""
    icon: str = ""
    live: bool = True


class _Delegate(QStyledItemDelegate):
    """Draws an option in one or two lines."""

    def __init__(self, parent: QWidget, *, tall: bool) -> None:
        super().__init__(parent)
        self._tall = tall

    def sizeHint(
        self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """One or two lines."""
        return QSize(100, tokens().scaled(52 if self._tall else 38))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw ground, icon, title, line under it, and tail."""
        chosen = tokens()
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        value = index.data(ROW)
        if not isinstance(value, Option):
            return
        painter.save()
        selected = bool(state & QStyle.StateFlag.State_Selected)
        painter.fillRect(rect, chosen.hue("accent-ground" if selected else "surface"))
        if selected:
            painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), chosen.hue("accent"))
        inside = rect.adjusted(12, 0, -12, 0)
        if value.icon:
            edge = chosen.px("icon")
            hue = chosen.colours["muted" if value.live else "on-disabled"]
            top = rect.center().y() - edge // 2
            dense = painter.device().devicePixelRatio()
            painter.drawPixmap(inside.left(), top, icon_pixmap(value.icon, hue, edge, dense))
            inside.setLeft(inside.left() + edge + 10)
        painter.setFont(chosen.font("type-small"))
        painter.setPen(chosen.hue("muted"))
        room = painter.fontMetrics().horizontalAdvance(value.tail)
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        if value.tail:
            painter.drawText(inside, right, value.tail)
            inside.setRight(inside.right() - room - 12)
        left = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        if self._tall and value.under:
            half = rect.height() // 2
            under = QRect(inside.left(), rect.top() + half - 3, inside.width(), half)
            words = painter.fontMetrics().elidedText(
                value.under, Qt.TextElideMode.ElideRight, inside.width()
            )
            painter.drawText(under, left, words)
            inside = QRect(inside.left(), rect.top() + 3, inside.width(), half)
        painter.setFont(chosen.font())
        painter.setPen(chosen.hue("text" if value.live else "on-disabled"))
        shown = painter.fontMetrics().elidedText(
            value.title, Qt.TextElideMode.ElideRight, inside.width()
        )
        painter.drawText(inside, left, shown)
        painter.restore()


class OptionList(QListView):
    """Options under each other; the height follows their number up to a limit."""

    taken = Signal(str)

    def __init__(self, parent: QWidget | None = None, *, tall: bool = True, shown: int = 6) -> None:
        super().__init__(parent)
        self._shown = shown
        self.options: RowModel[Option] = RowModel(
            (Column("option", 100),), _cells, lambda option: option.key, self
        )
        self.setVerticalScrollBar(Bar(Qt.Orientation.Vertical, self))
        self.setModel(self.options)
        self._delegate = _Delegate(self, tall=tall)
        self.setItemDelegate(self._delegate)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.clicked.connect(lambda index: self.taken.emit(self.options.key_at(index.row())))

    def show_options(self, options: Sequence[Option]) -> None:
        """Show other options; the first is chosen."""
        self.options.set_rows(options)
        self._size()
        if options:
            self.setCurrentIndex(self.options.index(0, 0))

    def changeEvent(self, event: QEvent) -> None:
        """Measure again after a change of theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and self.minimumHeight() == self.maximumHeight():
            self._size()

    def _size(self) -> None:
        line = self._delegate.sizeHint(QStyleOptionViewItem(), QModelIndex()).height()
        lines = max(1, min(self._shown, self.options.rowCount()))
        self.setFixedHeight(line * lines + 2 * self.frameWidth())

    def move_by(self, step: int) -> None:
        """Move the choice, staying inside."""
        count = self.options.rowCount()
        if count:
            place = min(max(self.currentIndex().row() + step, 0), count - 1)
            self.setCurrentIndex(self.options.index(place, 0))

    def take(self) -> str:
        """Take the chosen option; returns its key, "" when there is none."""
        key = self.options.key_at(self.currentIndex().row())
        if key:
            self.taken.emit(key)
        return key


def _cells(option: Option) -> Cells:
    return Cells((option.title,), "", f"{option.title} {option.under} {option.tail}".strip())


class Picker(QWidget):
    """A line with its answers beneath; what was taken stands in the line."""

    asked = Signal(str)
    picked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        box = column(self, gap=4)
        self.line = LineField(self)
        self.line.setProperty("enter", "own")
        self.line.textEdited.connect(self._edited)
        self.line.installEventFilter(self)
        self.list = OptionList(self)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setFrameShape(QFrame.Shape.Box)
        self.list.hide()
        self.list.taken.connect(self._taken)
        box.addWidget(self.line)
        box.addWidget(self.list)
        self.setFocusProxy(self.line)

    def show_options(self, options: Sequence[Option]) -> None:
        """Show the answers to what was asked."""
        self.list.show_options(options)
        self.list.setVisible(bool(options))

    def show_taken(self, words: str) -> None:
        """Show what was taken."""
        self.line.setText(words)
        self.list.hide()

    def setAccessibleName(self, words: str) -> None:
        """Name the line, which has the keyboard."""
        super().setAccessibleName(words)
        self.line.setAccessibleName(words)
        self.list.setAccessibleName(words)

    def setAccessibleDescription(self, words: str) -> None:
        """Describe the line, which has the keyboard."""
        super().setAccessibleDescription(words)
        self.line.setAccessibleDescription(words)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows move in the answers, Enter takes, Esc closes them before it leaves the page."""
        if watched is not self.line or not isinstance(event, QKeyEvent):
            return False
        if event.key() == Qt.Key.Key_Escape and not self.list.isHidden():
            event.accept()  # as an override: Esc is no shortcut of the page then
            if event.type() == QEvent.Type.KeyPress:
                self.list.hide()
            return True
        return event.type() == QEvent.Type.KeyPress and self._pressed(event)

    def _pressed(self, event: QKeyEvent) -> bool:
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            if self.list.isHidden():
                self.asked.emit(self.line.text())
            else:
                self.list.move_by(1 if key == Qt.Key.Key_Down else -1)
            return True
        plain = event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        )
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain:
            if not self.list.isHidden():
                return bool(self.list.take())
            self.line.focusNextChild()
            return True
        return False

    def _edited(self, text: str) -> None:
        self.asked.emit(text)

    def _taken(self, key: str) -> None:
        self.list.hide()
        self.picked.emit(key)
