"""Figures as a table for other programs: CSV that a spreadsheet opens and that commands nothing."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_COMMANDS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def csv_of(titles: Sequence[str | int], rows: Iterable[Sequence[str | int]]) -> bytes:
    """Return a table as UTF-8 with a mark of its order, lines ended by CR LF (RFC 4180).

    A text that a spreadsheet would read as a formula is begun with an apostrophe, which makes it
    text there (OWASP "CSV injection"); names are entered by people. Numbers stay numbers.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for row in (titles, *rows):
        writer.writerow([_safe(cell) if isinstance(cell, str) else cell for cell in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _safe(text: str) -> str:
    return f"'{text}" if text.lstrip(" ").startswith(_COMMANDS) else text
