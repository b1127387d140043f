"""Pinyin initials, by which clerks and supervisors find items and people: computed, never stored.

From tables that `installer.pinyin` makes of pypinyin's: 2 MB and 8 ms where those take 55 MB and a
third of a second, during which nothing else of Python runs. Outside sync.domain because they are
files.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache
from string import ascii_lowercase
from typing import NamedTuple

from resources.folder import FOLDER


class _Tables(NamedTuple):
    """The letters of characters, run by run, and what may follow a phrase's first character."""

    firsts: tuple[int, ...]
    letters: tuple[str, ...]
    phrases: dict[str, str]


@lru_cache(maxsize=4096)
def initials(text: str) -> str:
    """Return the first letter of each Chinese character, lower case; others stay as they are.

    "食品经营许可" gives "spjyxk". Punctuation and spaces are left out, for nobody types them.
    """
    return "".join(filter(str.isalnum, first_letters(text))).lower()


@lru_cache(maxsize=4096)
def first_letters(text: str) -> str:
    """Return a text with each Chinese character as the first letter of its pinyin: 王芳A → wfA.

    A phrase is read as a phrase, the longest first: 银行 is yh, 步行 bx.
    """
    tables = _tables()
    found, place = [], 0
    while place < len(text):
        size, letters = _phrase_at(text, place, tables.phrases)
        found.append(letters or "".join(map(_letter, text[place : place + size])))
        place += size
    return "".join(found)


def reading(char: str) -> str:
    """Return the one pinyin of a character that no font of ours has, "" where none or several are.

    "𰀡" gives "qiān".
    """
    lines = _lines("rare.txt")
    return next((line[1:] for line in lines if line[0] == char), "")


def _phrase_at(text: str, place: int, phrases: dict[str, str]) -> tuple[int, str]:
    """Return (length, letters) of the longest phrase that stands here; letters "" as of each."""
    longest, letters = 1, ""
    rests = phrases.get(text[place])
    if rests is None or place + 1 == len(text):
        return longest, letters
    for entry in rests.split(" "):
        rest = entry.rstrip(ascii_lowercase)
        if len(rest) >= longest and text.startswith(rest, place + 1):
            longest, letters = 1 + len(rest), entry[len(rest) :]
    return longest, letters


def _letter(char: str) -> str:
    firsts, letters, _phrases = _tables()
    run = bisect_right(firsts, ord(char)) - 1
    at = ord(char) - firsts[run]
    letter = letters[run][at] if run >= 0 and at < len(letters[run]) else "-"
    return char if letter == "-" else letter


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    runs = [line.split(" ") for line in _lines("characters.txt")]
    return _Tables(
        tuple(int(first, 16) for first, _letters in runs),
        tuple(letters for _first, letters in runs),
        {line[0]: line[1:] for line in _lines("phrases.txt")},
    )


def _lines(name: str) -> list[str]:
    return (FOLDER / "pinyin" / name).read_text("utf-8").splitlines()
