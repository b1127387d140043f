"""The words of the product in both languages, for window, centre and command line alike.

Keys, not sentences, travel through the code; this module turns a key into words. Catalogues are
gettext files, one per room, under resources/i18n/<language>/LC_MESSAGES; a key stands in one only.

A sentence says how its values are called: `{part:member}` takes the words of `member.<part>`,
`{kind:money.manner|manner}` those of the first family that has them, `{amount_fen:yuan}` writes fen
as yuan. So no code and no fen reaches a reader, whoever asks for the sentence.
"""

from __future__ import annotations

import gettext
import re
from functools import lru_cache
from string import Formatter

from resources.folder import FOLDER
from sync.domain.amounts import yuan

LANGUAGES = ("zh_CN", "en")
MONEY = "yuan"
OPEN = "…"  # what a sentence names and nobody kept
_CALLED = re.compile(r"\{(\w+):([a-z_]+(?:[.|][a-z_]+)*)\}")


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
        words = self._messages[key]
        if ":" in words:
            for name, families in _CALLED.findall(words):
                args = {**args, name: self._called(args[name], families)}
            words = _CALLED.sub(r"{\1}", words)
        return words.format(**args)

    def calls(self, key: str) -> dict[str, tuple[str, ...]]:
        """Return by name what the words of a key call their values by, for the tests."""
        found = _CALLED.findall(self._messages[key])
        return {name: tuple(families.split("|")) for name, families in found}

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

    def _called(self, value: object, families: str) -> object:
        """Return a value in words; itself where no family knows it: a newer centre's code.

        A whole sentence goes without its stop into another; what it names itself is left open.
        """
        if families == MONEY:
            return yuan(value) if isinstance(value, int) else value
        known = (f"{family}.{value}" for family in families.split("|"))
        key = next((key for key in known if key in self._messages), None)
        if key is None:
            return value
        return self.t(key, **dict.fromkeys(self.arguments(key), OPEN)).rstrip("。.")

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
