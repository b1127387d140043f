"""Tables for people who go on counting: an Excel workbook whose figures say what they mean.

One sheet of figures with the definition of each column under it, as the page prints them. Every
text is written as text: none becomes a formula or a link, also not when its cell is edited (OWASP
ASVS 1.2.10); names are entered by people. Numbers are numbers.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    Cell = str | int | None
    _Look = dict[str, object]

_COMMANDS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
_LONGEST_CELL = 32_767  # characters, of the format
_LONGEST_NAME = 31
_FORBIDDEN_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
_WIDEST, _NARROWEST = 40, 9
_HEAD_ROW = 2  # under the title and the span


class Form(StrEnum):
    """How the numbers of a column are meant and shown."""

    TEXT = "text"
    NUMBER = "number"
    PER_MILLE = "per_mille"  # 985 is shown as 98.5 %
    HUNDREDTHS = "hundredths"  # 9850 is shown as 98.50


_SHOWN = {
    Form.TEXT: ("@", 1),
    Form.NUMBER: ("#,##0", 1),
    Form.PER_MILLE: ("0.0%", 1000),
    Form.HUNDREDTHS: ("0.00", 100),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its head, what its figures mean, how they are shown."""

    title: str
    how: str = ""
    form: Form = Form.NUMBER


@dataclass(frozen=True, slots=True)
class Table:
    """A page's table. Cells stand in the order of the columns; None is an empty one.

    Attributes:
        name: of the file, without its ending, and of nothing that a person reads.
        title: what the table is.
        told: of what time, and how fresh.
        rows: text, or numbers in the unit of their column's form.
        definitions: what stands over the columns' meanings.
        notes: what holds for the whole table.
    """

    name: str
    title: str
    told: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    definitions: str = ""
    notes: tuple[str, ...] = ()


def workbook_of(table: Table, made: datetime) -> bytes:
    """Return a table as an .xlsx file (ISO/IEC 29500).

    Args:
        table: what to write.
        made: when, UTC, as the format has it.
    """
    import xlsxwriter  # noqa: PLC0415  # a tenth of a centre's start, for a button seldom pressed

    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": table.title, "created": made.replace(tzinfo=None)})
        _write(book, book.add_worksheet(_sheet_name(table.title)), table)
    return out.getvalue()


def _write(book: Workbook, sheet: Worksheet, table: Table) -> None:
    looks = _Looks(book)
    last = len(table.columns) - 1
    looks.text(sheet, 0, 0, table.title, looks.title)
    looks.text(sheet, 1, 0, table.told, looks.muted)
    for place, column in enumerate(table.columns):
        looks.text(sheet, _HEAD_ROW, place, column.title, looks.head)
    for down, row in enumerate(table.rows, _HEAD_ROW + 1):
        for place, (column, cell) in enumerate(zip(table.columns, row, strict=True)):
            looks.cell(sheet, down, place, cell, column.form)
    end = _HEAD_ROW + len(table.rows)
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, _width(column, table.rows, place))
    if table.rows:
        sheet.autofilter(_HEAD_ROW, 0, end, last)
    sheet.freeze_panes(_HEAD_ROW + 1, 1)
    sheet.repeat_rows(_HEAD_ROW)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    below = end + 2
    explained = [column for column in table.columns if column.how]
    if explained:
        looks.text(sheet, below, 0, table.definitions, looks.title)
        for column in explained:
            below += 1
            looks.text(sheet, below, 0, column.title, looks.term)
            looks.text(sheet, below, 1, column.how, looks.plain)
        below += 1
    for note in table.notes:
        below += 1
        looks.text(sheet, below, 0, note, looks.muted)


class _Looks:
    """The formats of one workbook; a text that could be read as a command is marked as text."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self.title: _Look = {"bold": True, "font_size": 14}
        self.head: _Look = {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}
        self.term: _Look = {"bold": True}
        self.muted: _Look = {"font_color": "#595959"}
        self.plain: _Look = {}
        self._made: dict[str, Format] = {}

    def text(self, sheet: Worksheet, row: int, place: int, text: str, look: _Look) -> None:
        """Write a text and nothing but a text."""
        quoted = text.lstrip(" ").startswith(_COMMANDS)
        sheet.write_string(
            row, place, text[:_LONGEST_CELL], self._format({**look, "quote_prefix": quoted})
        )

    def cell(self, sheet: Worksheet, row: int, place: int, cell: Cell, form: Form) -> None:
        """Write a cell of the table; an empty one is left out."""
        if isinstance(cell, str):
            self.text(sheet, row, place, cell, {"num_format": _SHOWN[Form.TEXT][0]})
        elif cell is not None:
            shown, divisor = _SHOWN[form]
            number = cell if divisor == 1 else cell / divisor
            sheet.write_number(row, place, number, self._format({"num_format": shown}))

    def _format(self, look: _Look) -> Format:
        known = repr(sorted(look.items()))
        if known not in self._made:
            self._made[known] = self._book.add_format(look)
        return self._made[known]


def _width(column: Column, rows: Sequence[tuple[Cell, ...]], place: int) -> int:
    """Return a column's width; a Chinese character takes two places."""
    cells = [column.title, *(row[place] for row in rows)]
    widest = max(
        sum(1 if ord(letter) < 0x2E80 else 2 for letter in str(cell or "")) for cell in cells
    )
    return min(_WIDEST, max(_NARROWEST, widest + 2))


def _sheet_name(title: str) -> str:
    return title.translate(_FORBIDDEN_IN_NAMES).strip()[:_LONGEST_NAME]
