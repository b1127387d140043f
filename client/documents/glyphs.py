"""Which characters the bundled fonts can print, and how a paper shows one that they cannot.

A missing glyph must never become an empty box on an official paper, and nobody is turned away for
his name: the paper prints the character's code in its place (`Stand`), and the clerk is told before
(`missing`). What has no shape at all, or no meaning outside one old system, is refused by code.
"""

from __future__ import annotations

import struct
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from client.documents.bundled import FONT_FILES
from client.documents.failures import DocumentFailure
from sync.initials import reading

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_LAYOUT = "\n\t "
_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
# Control, format, surrogate, private use; line and paragraph separators. Unassigned ones (Cn) may
# be newer than this Python, as Extension H is for 3.11: they print, by glyph or by code.
_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_EVERYDAY = range(0x4E00, 0x9FA6)  # the first block of ideographs, which both Noto fonts have
_OPEN, _CLOSE = "〔", "〕"

# GBK kept 80 characters in the private use area until Unicode had them: U+E815 is 0xFE50, in order.
# These are the ones that GB 18030-2022 moved last, and that Python's codec leaves there.
_GBK_FIRST, _GBK_LAST = 0xE815, 0xE864
_MOVED = {
    0xE816: 0x20087, 0xE817: 0x20089, 0xE818: 0x200CC, 0xE81E: 0x9FB4, 0xE826: 0x9FB5,
    0xE82B: 0x9FB6, 0xE82C: 0x9FB7, 0xE831: 0x215D7, 0xE832: 0x9FB8, 0xE83B: 0x2298F,
    0xE843: 0x9FB9, 0xE854: 0x9FBA, 0xE855: 0x241FE, 0xE864: 0x9FBB,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stand:
    """What stands on paper for a character without a glyph: "〔U+30EDD biáng〕"."""

    char: str
    shown: str


def _table(path: Path, tag: bytes) -> bytes:
    """Return one table of an OpenType file (ISO/IEC 14496-22 §4.5); nothing else is read."""
    with path.open("rb") as font:
        (count,) = struct.unpack_from(">H", font.read(12), 4)
        for name, _sum, start, length in struct.iter_unpack(">4sLLL", font.read(16 * count)):
            if name == tag:
                font.seek(start)
                return font.read(length)
    raise DocumentFailure("document.not_composed", template="font")


def _ranges(path: Path) -> Iterator[tuple[int, int]]:
    """Yield the (first, last) code points of a font's format 12 character map."""
    cmap = _table(path, b"cmap")
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
    """Say whether a font has it; everyday text does not wait for the fonts to be read."""
    return point in _EVERYDAY or _has_glyph(point)


def _has_glyph(point: int) -> bool:
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
            and not _hidden(char)
            and not _covered(ord(char))
        )
    )


def unprintable(text: str) -> str:
    """Return control, direction, private and other characters, which no paper may carry."""
    return "".join(dict.fromkeys(char for char in text if char not in _LAYOUT and _hidden(char)))


def _hidden(char: str) -> bool:
    point = ord(char)
    never = point & 0xFFFE == 0xFFFE or 0xFDD0 <= point <= 0xFDEF  # noncharacters
    return never or unicodedata.category(char) in _UNPRINTABLE


def standard_of(char: str) -> str:
    """Return the character that an old private code stood for in GBK, "" where nobody knows."""
    point = ord(char)
    if point in _MOVED:
        return chr(_MOVED[point])
    if not _GBK_FIRST <= point <= _GBK_LAST:
        return ""
    place = 0x50 + point - _GBK_FIRST
    found = bytes((0xFE, place + (place >= 0x7F))).decode("gb18030")
    return "" if unicodedata.category(found) == "Co" else found


def stands(texts: Iterable[str]) -> tuple[Stand, ...]:
    """Return what is printed for each character without a glyph: code, and reading if known."""
    lost = missing("".join(dict.fromkeys(char for text in texts for char in text)))
    return tuple(Stand(char, shown(char)) for char in lost)


def shown(char: str) -> str:
    """Return the code in brackets, with the pinyin where dictionaries know exactly one."""
    known = reading(char)
    return f"{_OPEN}{code_of(char)}{' ' * bool(known)}{known}{_CLOSE}"


def require_printable(texts: Iterable[str]) -> None:
    """Refuse the first text with a character that has no shape.

    Raises:
        DocumentFailure: document.text_private (point) or document.text_unprintable (point).
    """
    for text in texts:
        for char in unprintable(text):
            private = unicodedata.category(char) == "Co"
            code = "document.text_private" if private else "document.text_unprintable"
            raise DocumentFailure(code, point=code_of(char))
