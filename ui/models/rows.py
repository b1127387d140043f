"""One generic read-only table over row values, their cells preformatted as strings.

Roles are plain integers, and cells are made once per row, when it is first drawn: painting a screen
asks about seven times per cell (measured: half the repaint time of a naive model), and of a page of
a hundred rows a screen shows fifteen.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

R = TypeVar("R")
Index = QModelIndex | QPersistentModelIndex

DISPLAY = 0
ALIGNMENT = 7
ACCESSIBLE_TEXT = 11
ROW = 256  # the row value itself
MARK = 257  # a short code that a delegate draws: the light's shape, "bold", "quiet"

_HORIZONTAL = Qt.Orientation.Horizontal
RIGHT = 0x0002 | 0x0080
LEFT = 0x0001 | 0x0080


@dataclass(frozen=True, slots=True)
class Column:
    """What one column is: a title, its width, and how it stands."""

    name: str
    width: int  # pixels at 100 %; the least where it stretches
    right: bool = False
    stretch: bool = False
    faint: bool = False  # drawn in the muted colour
    spare: bool = False  # left out where the width does not suffice, the first of them first


@dataclass(frozen=True, slots=True)
class Cells:
    """One row as it is drawn: a string per column, a mark, and what a reader says."""

    texts: tuple[str, ...]
    mark: str = ""
    spoken: str = ""


class RowModel(QAbstractTableModel, Generic[R]):
    """Rows and their cells; more are asked for by `more_wanted` while `set_more` says so.

    Args:
        columns: left to right.
        form: makes the cells of one row; called once for each row that is looked at.
        key: what identifies a row, so that a refresh keeps the selection.
    """

    more_wanted = Signal()

    def __init__(
        self,
        columns: Sequence[Column],
        form: Callable[[R], Cells],
        key: Callable[[R], str],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.columns = self._plain = tuple(columns)
        self._form = form
        self._key = key
        self._titles: tuple[str, ...] = tuple("" for _ in columns)
        self._rows: list[R] = []
        self._cells: list[Cells | None] = []  # None until somebody looks
        self._more = False

    # ------------------------------------------------------------ filling

    def set_titles(self, titles: Sequence[str], widths: Mapping[str, int] | None = None) -> None:
        """Set the header's words, and by their names the columns that are wider in this language.

        A table over this model takes the widths that the columns then have. With other words above
        them the cells are made anew: they speak the same language.
        """
        wider = widths or {}
        columns = tuple(
            replace(column, width=wider.get(column.name, column.width)) for column in self._plain
        )
        if (columns, tuple(titles)) == (self.columns, self._titles):
            return
        self.columns, self._titles = columns, tuple(titles)
        self.form_again()
        self.headerDataChanged.emit(_HORIZONTAL, 0, len(self.columns) - 1)

    def set_rows(self, rows: Sequence[R], *, more: bool = False) -> None:
        """Show other rows."""
        self.beginResetModel()
        self._rows = list(rows)
        self._cells = [None] * len(rows)
        self._more = more
        self.endResetModel()

    def add_rows(self, rows: Sequence[R], *, more: bool) -> None:
        """Add a page at the end."""
        self._more = more
        if not rows:
            return
        first = len(self._rows)
        self.beginInsertRows(QModelIndex(), first, first + len(rows) - 1)
        self._rows.extend(rows)
        self._cells.extend([None] * len(rows))
        self.endInsertRows()

    def form_again(self) -> None:
        """Make all cells anew: the language changed, or time went on."""
        self._cells = [None] * len(self._rows)
        if self._rows:
            last = self.index(len(self._rows) - 1, len(self.columns) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    # ------------------------------------------------------------ asking

    def row_at(self, place: int) -> R | None:
        """Return a row by its place."""
        return self._rows[place] if 0 <= place < len(self._rows) else None

    def place_of(self, key: str) -> int:
        """Return a row's place by its key, -1 when it is not here."""
        for place, row in enumerate(self._rows):
            if self._key(row) == key:
                return place
        return -1

    def key_at(self, place: int) -> str:
        """Return a row's key, "" outside."""
        row = self.row_at(place)
        return "" if row is None else self._key(row)

    def cells_at(self, place: int) -> Cells:
        """Return a row's cells, formed when they are first looked at."""
        cells = self._cells[place]
        if cells is None:
            cells = self._cells[place] = self._form(self._rows[place])
        return cells

    # ------------------------------------------------------------ Qt

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  (Qt's signature)
        """Number of rows."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  (Qt's signature)
        """Number of columns."""
        return 0 if parent.isValid() else len(self.columns)

    def canFetchMore(self, parent: Index) -> bool:
        """Say whether another page exists."""
        return self._more and not parent.isValid()

    def fetchMore(self, parent: Index) -> None:
        """Ask for another page, once."""
        if self._more and not parent.isValid():
            self._more = False
            self.more_wanted.emit()

    def data(self, index: Index, role: int = DISPLAY) -> Any:
        """Return what a role asks of a cell."""
        place = index.row()
        if not 0 <= place < len(self._cells):
            return None
        cells, column = self.cells_at(place), index.column()
        if role == DISPLAY:
            return cells.texts[column]
        if role == ALIGNMENT:
            return RIGHT if self.columns[column].right else LEFT
        if role == ACCESSIBLE_TEXT:
            return cells.spoken if column == 0 else cells.texts[column]
        return {MARK: cells.mark, ROW: self._rows[place]}.get(role)

    def headerData(self, section: int, orientation: Any, role: int = DISPLAY) -> Any:
        """Return a column's title."""
        if orientation != _HORIZONTAL or not 0 <= section < len(self.columns):
            return None
        if role == DISPLAY:
            return self._titles[section]
        if role == ALIGNMENT:
            return RIGHT if self.columns[section].right else LEFT
        return None
