"""The words of the product in both languages, for window, centre and command line alike.

Keys, not sentences, travel through the code; this module turns a key into words. Catalogues are
gettext files, one per room, under resources/i18n/<language>/LC_MESSAGES; a key stands in one only.
"""

from __future__ import annotations

import gettext
from functools import lru_cache
from string import Formatter

from resources.folder import FOLDER

LANGUAGES = ("zh_CN", "en")


class Texts:
    """One language's words."""

    def __init__(self, language: str, messages: dict[str, str]) -> None:
        self.language = language
        self._messages = messages

    def has(self, key: str) -> bool:
        """Say whether the key has words."""
        return key in self._messages

    def t(self, key: str, /, **args: object) -> str:
        """Return the words of a key with its named arguments filled in.

        Raises:
            KeyError: the key has no words, or an argument is missing: a defect, found by tests.
        """
        return self._messages[key].format(**args)

    def arguments(self, key: str) -> frozenset[str]:
        """Return the names that the words of a key leave open."""
        parts = Formatter().parse(self._messages[key])
        return frozenset(name for _text, name, _spec, _how in parts if name)

    def under(self, prefix: str) -> dict[str, str]:
        """Return the unfilled words of all keys with a prefix, the prefix cut off.

        For templates, which fill the {names} themselves so that values can be set apart.
        """
        cut = len(prefix)
        return {key[cut:]: words for key, words in self._messages.items() if key.startswith(prefix)}

    def keys(self) -> frozenset[str]:
        """Return every key, for the tests that compare languages."""
        return frozenset(self._messages)


@lru_cache
def texts(language: str) -> Texts:
    """Load one language.

    Args:
        language: "zh_CN" or "en".

    Raises:
        ValueError: another language, or one key in two catalogues.
    """
    if language not in LANGUAGES:
        raise ValueError(language)
    messages: dict[str, str] = {}
    folder = FOLDER / "i18n" / language / "LC_MESSAGES"
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if not entry.name.endswith(".mo"):
            continue
        with entry.open("rb") as stream:
            catalogue: dict[str, str] = vars(gettext.GNUTranslations(stream))["_catalog"]
        for key, words in catalogue.items():
            if key and key in messages:
                raise ValueError(key)
            messages[key] = words
    messages.pop("", None)
    return Texts(language, messages)
