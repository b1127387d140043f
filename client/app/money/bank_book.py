"""Statements as workbooks (.xlsx, ISO/IEC 29500): the one sheet that holds a statement.

A workbook is a ZIP archive of XML parts, so the archive is unpacked here first, part by part, up
to a bound and without a document type in any of them: then nothing in it can grow. It is read row
by row in Python on purpose: a reader that lays a sheet out as a whole takes half a terabyte for a
sheet with one cell in its last corner, and takes the window with it.
"""

from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from datetime import date, datetime
from typing import TYPE_CHECKING

from openpyxl import load_workbook

from client.app.failures import AppFailure
from client.app.money.bank_csv import MOST_COLUMNS, body_of, cleaned, head_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

    from client.app.money.bank_csv import Head
    from sync.domain.bank import BankLine

ARCHIVE = b"PK\x03\x04"
OLD_WORKBOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How an .xls begins, and a workbook under a password: a compound file (MS-CFB)."""
LARGEST_UNPACKED = 96 << 20
MOST_ROWS = 200_000
MOST_SHEETS = 32
_PIECE = 1 << 20
_EXACT = 10**15  # below it a workbook's number is exact to the unit


def read_book(data: bytes) -> tuple[list[BankLine], list[int]]:
    """Return the lines, without keys, and the numbers of rows that could not be read.

    Rows are numbered as the sheet shows them. Hidden sheets count like others: a bank's do not
    hide what it exports.

    Raises:
        AppFailure: app.bank_book (damaged, no workbook, too large unpacked), app.bank_unsafe (a
            part with a document type), app.bank_columns (no sheet has a head with a day and an
            amount), app.bank_sheets (several have).
    """
    _check(data)
    try:
        found = list(_tables(data))
    except AppFailure:
        raise
    except Exception as error:  # whatever a damaged part makes of the reader
        raise AppFailure("app.bank_book") from error
    if not found:
        raise AppFailure("app.bank_columns")
    if len(found) > 1:
        raise AppFailure("app.bank_sheets")
    return body_of(*found[0])


def _tables(data: bytes) -> Iterator[tuple[list[tuple[int, list[str]]], Head]]:
    """Give the rows of each sheet that has a statement's head, with that head."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and extensions, which are not looked at
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    if len(book.worksheets) > MOST_SHEETS:
        raise AppFailure("app.bank_book")
    for sheet in book.worksheets:
        rows = list(_rows(sheet))
        head = head_in(rows)
        if head is not None:
            yield rows, head


def _check(data: bytes) -> None:
    """Unpack every part up to the bound, checksums included; refuse document types."""
    left = LARGEST_UNPACKED
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for part in archive.infolist():
                with archive.open(part) as stream:
                    tail = b""
                    while piece := stream.read(_PIECE):
                        left -= len(piece)
                        if left < 0:
                            raise AppFailure("app.bank_book")
                        seen = tail + piece.replace(b"\0", b"")  # UTF-16 reads like UTF-8 so
                        if b"<!DOCTYPE" in seen:
                            raise AppFailure("app.bank_unsafe")
                        tail = seen[-8:]
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
        raise AppFailure("app.bank_book") from error
    except (RuntimeError, ValueError) as error:  # under a password; a damaged directory
        raise AppFailure("app.bank_book") from error


def _rows(sheet: ReadOnlyWorksheet) -> Iterator[tuple[int, list[str]]]:
    """Give each row that holds something with its number, its cells as text."""
    sheet.reset_dimensions()  # what a sheet says of its own size is often wrong
    for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
        if number > MOST_ROWS:
            raise AppFailure("app.bank_book")
        cells = [cleaned(_text(cell)) for cell in row[:MOST_COLUMNS]]
        if any(cells):
            yield number, cells


def _text(cell: object) -> str:
    """Return a cell as a bank's CSV would have it: the day of a date, a number's own figures."""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        # A workbook keeps binary numbers and shows fifteen figures of them: so does this.
        return f"{cell:.15g}" if abs(cell) < _EXACT else repr(cell)
    return "" if cell is None else str(cell)
