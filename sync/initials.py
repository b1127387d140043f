"""Pinyin initials, by which clerks and supervisors find items: computed, never stored.

Outside sync.domain because pypinyin loads files.
"""

from __future__ import annotations

from functools import lru_cache

from pypinyin import Style, pinyin


@lru_cache(maxsize=4096)
def initials(text: str) -> str:
    """Return the first letter of each Chinese character, lower case; others stay as they are.

    "食品经营许可" gives "spjyxk". Punctuation and spaces are left out, for nobody types them.
    """
    letters = pinyin(text, style=Style.FIRST_LETTER, strict=False)
    return "".join(char for part in letters for char in part[0] if char.isalnum()).lower()
