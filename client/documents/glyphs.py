"""Which characters the bundled fonts can print; asked before a name is accepted or a paper made.

A missing glyph must never become an empty box on an official paper. The compiler refuses it too
(PDF/A), but by a sentence; this module answers by character.
"""

from __future__ import annotations

import struct
import unicodedata
from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING

from client.documents.bundled import FONT_FILES
from client.documents.failures import DocumentFailure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_LAYOUT = "\n\t "
_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
# Control, format, surrogate, private use, unassigned; line and paragraph separators.
_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def _table(font: bytes, tag: bytes) -> bytes:
    """Return one table of an OpenType file (ISO/IEC 14496-22 §4.5)."""
    (count,) = struct.unpack_from(">H", font, 4)
    for n in range(count):
        name, _sum, start, length = struct.unpack_from(">4sLLL", font, 12 + 16 * n)
        if name == tag:
            return font[start : start + length]
    raise DocumentFailure("document.not_composed", template="font")


def _ranges(path: Path) -> Iterator[tuple[int, int]]:
    """Yield the (first, last) code points of a font's format 12 character map."""
    cmap = _table(path.read_bytes(), b"cmap")
    (count,) = struct.unpack_from(">H", cmap, 2)
    for n in range(count):
        (start,) = struct.unpack_from(">L", cmap, 4 + 8 * n + 4)
        (shape,) = struct.unpack_from(">H", cmap, start)
        if shape != 12:
            continue
        (groups,) = struct.unpack_from(">L", cmap, start + 12)
        for group in struct.iter_unpack(">LLL", cmap[start + 16 : start + 16 + 12 * groups]):
            yield group[0], group[1]


@lru_cache(maxsize=1)
def _coverage() -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the sorted, merged ranges of all bundled fonts as (firsts, lasts)."""
    firsts: list[int] = []
    lasts: list[int] = []
    for first, last in sorted(pair for path in FONT_FILES for pair in _ranges(path)):
        if lasts and first <= lasts[-1] + 1:
            lasts[-1] = max(lasts[-1], last)
        else:
            firsts.append(first)
            lasts.append(last)
    return tuple(firsts), tuple(lasts)


def _covered(point: int) -> bool:
    firsts, lasts = _coverage()
    at = bisect_right(firsts, point) - 1
    return at >= 0 and point <= lasts[at]


def code_of(char: str) -> str:
    """Name a character in plain ASCII, e.g. "U+4DAE"."""
    return f"U+{ord(char):04X}"


def missing(text: str) -> str:
    """Return the characters of `text` that no bundled font can print, each once, in order."""
    return "".join(
        dict.fromkeys(
            char
            for char in text
            if char not in _LAYOUT
            and not any(ord(char) in part for part in _SELECTORS)
            and unicodedata.category(char) not in _UNPRINTABLE
            and not _covered(ord(char))
        )
    )


def unprintable(text: str) -> str:
    """Return control, direction and other invisible characters, which no paper may carry."""
    return "".join(
        dict.fromkeys(
            char
            for char in text
            if char not in _LAYOUT
            and unicodedata.category(char) in _UNPRINTABLE
            and not _covered_private(char)
        )
    )


def _covered_private(char: str) -> bool:
    """Unassigned in Python's Unicode version, yet drawn by the font: newer than this Python."""
    return unicodedata.category(char) == "Cn" and _covered(ord(char))


def require_printable(texts: Iterable[str]) -> None:
    """Refuse the first text with a character that would not come out on paper.

    Raises:
        DocumentFailure: document.glyph_missing (char, point) or document.text_unprintable (point).
    """
    for text in texts:
        for char in unprintable(text):
            raise DocumentFailure("document.text_unprintable", point=code_of(char))
        for char in missing(text):
            raise DocumentFailure("document.glyph_missing", char=char, point=code_of(char))
