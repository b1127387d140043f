"""Make resources/pinyin from pypinyin's dictionaries, which take 55 MB and 0.3 s in a process.

    python -m installer.pinyin

Run by hand after a new pypinyin or new fonts; a test compares what stands there with what it would
write. What is kept is what gives the same first letters: the letter of each character, and all
phrases, since a phrase without letters of its own still decides where the next one begins.
"""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import TYPE_CHECKING

from pypinyin import Style, lazy_pinyin, pinyin
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

from client.documents.glyphs import missing

if TYPE_CHECKING:
    from collections.abc import Iterator

OUT = Path(__file__).resolve().parent.parent / "resources" / "pinyin"
GAP = 64  # code points without a reading that are written as "-"; a wider gap begins a new line


def texts() -> dict[str, str]:
    """Return the files' contents by their names."""
    lines = {
        "characters.txt": _characters(),
        "phrases.txt": _phrases(),
        "rare.txt": _rare(),
    }
    return {name: "".join(f"{line}\n" for line in found) for name, found in lines.items()}


def _letter(char: str) -> str:
    return lazy_pinyin(char, style=Style.FIRST_LETTER)[0]


def _characters() -> Iterator[str]:
    """Yield "<first code point> <letters>" for each run of code points."""
    points = sorted(PINYIN_DICT)
    starts = [0, *(n for n, (a, b) in enumerate(itertools.pairwise(points), 1) if b - a > GAP)]
    for start, end in itertools.pairwise([*starts, len(points)]):
        run = range(points[start], points[end - 1] + 1)
        letters = (_letter(chr(point)) if point in PINYIN_DICT else "-" for point in run)
        yield f"{run.start:X} {''.join(letters)}"


def _phrases() -> Iterator[str]:
    """Yield "<first character><rest> <rest> …"; its letters follow a rest whose own differ."""
    for first, group in itertools.groupby(sorted(PHRASES_DICT), lambda phrase: phrase[0]):
        yield first + " ".join(phrase[1:] + _own(phrase) for phrase in group)


def _own(phrase: str) -> str:
    letters = "".join(lazy_pinyin(phrase, style=Style.FIRST_LETTER))
    return "" if letters == "".join(map(_letter, phrase)) else letters


def _rare() -> Iterator[str]:
    """Yield "<character><reading>" for what no font of ours has, where it has one reading."""
    for point in sorted(PINYIN_DICT):
        char = chr(point)
        readings = pinyin(char, heteronym=True)[0]
        if missing(char) and len(readings) == 1:
            yield f"{char}{readings[0]}"


if __name__ == "__main__":
    OUT.mkdir(exist_ok=True)
    for name, text in texts().items():
        (OUT / name).write_text(text, "utf-8")
