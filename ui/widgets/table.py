"""The case list: rows of 36 pixels, light first, each drawn at once and without a style sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QModelIndex, QPointF, QRect, Qt, Signal
from PySide6.QtGui import QHelpEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QToolTip, QWidget

from ui.models.rows import ALIGNMENT, DISPLAY, LEFT, RIGHT, RowModel
from ui.theme import tokens
from ui.widgets.bars import Bar, plain_corner
from ui.widgets.lights import TOKENS, draw_light
from ui.widgets.ring import FocusRing

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QPaintEvent, QResizeEvent

    from ui.models.rows import Cells
    from ui.theme import Tokens

_PAD = 12
_LIGHT = 24  # px at 100 % that the light takes before the first words
_ELIDED = Qt.TextElideMode.ElideRight


class RowPainter:
    """Draws rows one after the other, each whole: its ground, hairline, light, words.

    A row is drawn at once, not cell by cell by a delegate: most of a delegate's time goes into
    being called (measured: 2.8 ms a screen where this takes 1.2).
    """

    def __init__(self, view: QTableView, rows: RowModel[Any]) -> None:
        self._view = view
        self._rows = rows
        self._take(tokens())

    def paint(self, painter: QPainter, area: QRect) -> None:
        """Draw the rows that an area of the viewport touches."""
        chosen = tokens()
        if chosen is not self._chosen:
            self._take(chosen)
        view, count = self._view, self._rows.rowCount()
        first = view.rowAt(area.top())
        columns = [
            (place, view.columnViewportPosition(place), view.columnWidth(place))
            for place in range(len(self._rows.columns))
            if not view.isColumnHidden(place)
        ]
        chosen_row = view.currentIndex().row()
        painter.setFont(self._font)
        for place in range(first, count) if first >= 0 else ():
            top = view.rowViewportPosition(place)
            if top > area.bottom():
                break
            rect = QRect(0, top, view.viewport().width(), view.rowHeight(place))
            self._ground(painter, rect, chosen=place == chosen_row)
            self._words(painter, rect, self._rows.cells_at(place), columns)

    def cut(self, place: int, column: int, width: int) -> str:
        """Return the whole words of a cell that are shortened at this width, "" where none are."""
        words = self._rows.cells_at(place).texts[column]
        return words if self.takes(place, column) > width else ""

    def takes(self, place: int, column: int) -> int:
        """Return the width in which a cell's words are whole."""
        words = self._rows.cells_at(place).texts[column]
        taken = 2 * _PAD + (self._chosen.scaled(_LIGHT) if column == 0 else 0)
        return self._metrics.horizontalAdvance(words) + taken

    def measure_again(self) -> None:
        """Take the letters in force: what words need is asked before they are drawn in them."""
        self._take(tokens())

    def _take(self, chosen: Tokens) -> None:
        self._chosen, self._font = chosen, chosen.font()
        self._metrics = chosen.metrics()

    def _ground(self, painter: QPainter, rect: QRect, *, chosen: bool) -> None:
        hue = self._chosen.hue
        if chosen:
            painter.fillRect(rect, hue("accent-ground"))
        painter.setPen(QPen(hue("line"), 1))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        if chosen and self._view.hasFocus():
            painter.fillRect(QRect(0, rect.top(), 3, rect.height()), hue("accent"))

    def _words(
        self, painter: QPainter, rect: QRect, cells: Cells, columns: list[tuple[int, int, int]]
    ) -> None:
        """Draw a row's words; `mark` is "<shape>" or "<shape>!" (statutory passed)."""
        scaled, hue = self._chosen.scaled, self._chosen.hue
        for place, left, width in columns:
            column, ink = self._rows.columns[place], "text"
            inside = QRect(left + _PAD, rect.top(), width - 2 * _PAD, rect.height())
            if place == 0:
                shape = cells.mark.rstrip("!") or "none"
                at = QPointF(inside.left() + scaled(7), rect.center().y() + 1)
                draw_light(painter, at, shape, passed=cells.mark.endswith("!"))
                painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
                ink = TOKENS[shape] if shape in {"yellow", "red"} else ink
                inside.setLeft(inside.left() + scaled(_LIGHT))
            elif column.faint:
                ink = "muted"
            painter.setPen(hue(ink))
            shown = self._metrics.elidedText(cells.texts[place], _ELIDED, inside.width())
            painter.drawText(inside, RIGHT if column.right else LEFT, shown)


class RowTable(QTableView):
    """A read-only list of rows: Enter opens, arrows choose, one row at a time."""

    opened = Signal(str)  # the key of the row
    chosen = Signal(str)  # "" when nothing is chosen

    def __init__(self, model: RowModel[Any], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = model
        self._needed: dict[int, int] = {}  # px that the words shown took in a column that stretches
        self._kept = self._empty = ""
        self.setVerticalScrollBar(Bar(Qt.Orientation.Vertical, self))
        self.setModel(model)
        self._painter = RowPainter(self, model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBar(Bar(Qt.Orientation.Horizontal, self))
        plain_corner(self)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self._ring = FocusRing(self, lambda: not model.rowCount())  # else the row has its bar
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head = PlainHeader(self)
        self.setHorizontalHeader(head)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head.setHighlightSections(False)
        head.setSectionsClickable(False)
        self.doubleClicked.connect(lambda index: self.opened.emit(self._rows.key_at(index.row())))
        self.selectionModel().currentRowChanged.connect(self._moved)
        model.modelAboutToBeReset.connect(self._keep)
        model.modelReset.connect(self._restore)
        model.modelReset.connect(self._fit)
        model.headerDataChanged.connect(self._begin_again)
        self._measure()

    def teach(self, words: str) -> None:
        """Set what stands here while there is no row: what will be here, and what puts it here."""
        self._empty = words
        self.setAccessibleDescription(words)
        self.viewport().update()

    def current_key(self) -> str:
        """Return the chosen row's key."""
        return self._rows.key_at(self.currentIndex().row())

    def choose(self, key: str) -> None:
        """Choose a row by its key; the first when it is not here."""
        place = self._rows.place_of(key)
        if place < 0 and self._rows.rowCount():
            place = 0
        if place >= 0:
            self.setCurrentIndex(self._rows.index(place, 0))

    def shortened(self, cell: QModelIndex) -> str:
        """Return the whole words of a cell that has no room for them, "" of any other."""
        if not cell.isValid():
            return ""
        return self._painter.cut(cell.row(), cell.column(), self.columnWidth(cell.column()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the row."""
        plain = event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        )
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain and self.current_key():
            self.opened.emit(self.current_key())
            return
        super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Measure again after a change of theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._measure()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the free width to the columns that stretch."""
        super().resizeEvent(event)
        self._widths()

    def focusInEvent(self, event: Any) -> None:
        """Draw the bar of the chosen row."""
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: Any) -> None:
        """Draw the chosen row without its bar."""
        super().focusOutEvent(event)
        self.viewport().update()

    def viewportEvent(self, event: QEvent) -> bool:
        """Say the whole words of a cell that had to be shortened."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            words = self.shortened(self.indexAt(event.pos()))
            QToolTip.showText(event.globalPos(), words, self.viewport())
            return True
        return super().viewportEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows; the viewport has drawn its ground."""
        painter = QPainter(self.viewport())
        if self._rows.rowCount():
            self._painter.paint(painter, event.rect())
        elif self._empty:
            painter.setFont(tokens().font())
            painter.setPen(tokens().hue("muted"))
            room = self.viewport().rect().adjusted(24, 8, -24, -8)
            flags = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
            painter.drawText(room, flags, self._empty)
        painter.end()

    def _measure(self) -> None:
        chosen = tokens()
        self._painter.measure_again()
        self.verticalHeader().setDefaultSectionSize(chosen.px("row"))
        self.verticalHeader().setMinimumSectionSize(chosen.px("row"))
        head = self.horizontalHeader()
        head.setFont(chosen.font("type-small"))
        head.setFixedHeight(chosen.px("control-table"))
        self._begin_again()

    def _begin_again(self) -> None:
        """Look what is needed in other letters or in another language."""
        self._needed.clear()
        self._fit()
        self._widths()

    def _fit(self) -> None:
        """Look what the rows now shown need; widths change only where that is more than before."""
        before = dict(self._needed)
        shown = self.viewport().height() // max(1, self.verticalHeader().defaultSectionSize()) + 1
        rows = range(min(shown, self._rows.rowCount()))
        for place, column in enumerate(self._rows.columns):
            if column.stretch:
                wide = max((self._painter.takes(row, place) for row in rows), default=0)
                self._needed[place] = max(wide, self._needed.get(place, 0))
        if self._needed != before:
            self._widths()

    def _widths(self) -> None:
        chosen = tokens()
        columns = self._rows.columns
        widths = [chosen.scaled(column.width) for column in columns]
        room = self.viewport().width()
        for place, column in enumerate(columns):
            hidden = column.spare and sum(widths) > room
            self.setColumnHidden(place, hidden)
            if hidden:
                widths[place] = 0
        stretching = [
            place for place, column in enumerate(columns) if column.stretch and widths[place]
        ]
        spare = max(0, room - sum(widths))
        lacks = {place: max(0, self._needed.get(place, 0) - widths[place]) for place in stretching}
        for place, share in _shared(spare, lacks).items():
            widths[place] += share
        for place, width in enumerate(widths):
            if width:
                self.setColumnWidth(place, width)

    def _moved(self, current: QModelIndex, _before: QModelIndex) -> None:
        self.chosen.emit(self._rows.key_at(current.row()))

    def _keep(self) -> None:
        self._kept = self.current_key()

    def _restore(self) -> None:
        if self._rows.rowCount():
            self.choose(self._kept)
        else:
            self.chosen.emit("")


def _shared(spare: int, lacks: dict[int, int]) -> dict[int, int]:
    """Share free pixels out: what each column lacks first, the rest alike.

    Where not all can have what they lack, those that lack little are served, the others alike.
    """
    shares = dict.fromkeys(lacks, 0)
    for left, place in enumerate(sorted(lacks, key=lambda each: lacks[each])):
        shares[place] = min(lacks[place], spare // (len(lacks) - left))
        spare -= shares[place]
    for left, place in enumerate(lacks):
        more = spare // (len(lacks) - left)
        shares[place] += more
        spare -= more
    return shares


class PlainHeader(QHeaderView):
    """A header of small muted words on the surface, with a hairline under it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        """Draw one title."""
        chosen = tokens()
        painter.save()
        painter.fillRect(rect, chosen.hue("surface"))
        painter.setPen(QPen(chosen.hue("line"), 1))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.setFont(chosen.font("type-small"))
        painter.setPen(chosen.hue("faint"))
        inside = rect.adjusted(_PAD, 0, -_PAD, 0)
        if section == 0:
            inside.setLeft(inside.left() + chosen.scaled(_LIGHT))
        model = self.model()
        words = str(model.headerData(section, Qt.Orientation.Horizontal, DISPLAY) or "")
        side = int(model.headerData(section, Qt.Orientation.Horizontal, ALIGNMENT))
        painter.drawText(inside, side, words)
        painter.restore()
