"""A bank's statement as a file: CSV or workbook as Chinese banks export it, or ISO 20022 camt.053.

Whatever the bytes are, either a statement comes out, with the places that could not be read named,
or an `AppFailure` that says why not. Nothing is guessed about money.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from client.app.failures import AppFailure
from client.app.money.bank_book import ARCHIVE, OLD_WORKBOOK, read_book
from client.app.money.bank_camt import read_camt
from client.app.money.bank_csv import read_table
from sync.domain.bank import keyed

if TYPE_CHECKING:
    from pathlib import Path

    from sync.domain.bank import BankLine

LARGEST = 8 << 20
"""Bytes; some 60,000 lines."""
_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


@dataclass(frozen=True, slots=True)
class Statement:
    """What a file says. `unread` names lines of the file, or entries, that hold no readable sum."""

    lines: tuple[BankLine, ...]
    unread: tuple[int, ...]


def statement_in(path: Path) -> Statement:
    """Read a file. Crunch lane.

    Raises:
        AppFailure: app.bank_file: it cannot be opened; and as `statement_of`.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise AppFailure("app.bank_file") from error
    return statement_of(data)


def statement_of(data: bytes) -> Statement:
    """Read a statement's bytes; its lines have their keys.

    Raises:
        AppFailure: app.bank_large, app.bank_encoding, app.bank_columns (no head with a day and an
            amount), app.bank_unsafe (XML with a document type), app.bank_xml (no camt.053),
            app.bank_empty (a head and no line), app.bank_old_workbook (.xls, or under a password);
            for .xlsx as `bank_book.read_book`.
    """
    if len(data) > LARGEST:
        raise AppFailure("app.bank_large", mib=LARGEST >> 20)
    if data.startswith(OLD_WORKBOOK):
        raise AppFailure("app.bank_old_workbook")
    if data.startswith(ARCHIVE):
        lines, unread = read_book(data)
    elif data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<":
        lines, unread = read_camt(data)
    else:
        lines, unread = read_table(_text(data))
    if not lines and not unread:
        raise AppFailure("app.bank_empty")
    return Statement(keyed(lines), tuple(unread))


def _text(data: bytes) -> str:
    """Decode: by its mark, else as UTF-8, else as GB 18030, which holds GBK and GB 2312."""
    mark = next((codec for sign, codec in _MARKS.items() if data.startswith(sign)), None)
    for codec in (mark,) if mark else ("utf-8", "gb18030"):
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise AppFailure("app.bank_encoding")
