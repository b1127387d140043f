"""Which language the command line speaks: --lang, else the environment's."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sync.texts import texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sync.texts import Texts

_OPTION = "--lang"


def language(arguments: Sequence[str]) -> str:
    """Return "zh_CN" or "en": what --lang says, else LC_ALL, LC_MESSAGES, LANG."""
    wanted = ""
    for at, argument in enumerate(arguments):
        if argument == _OPTION and at + 1 < len(arguments):
            wanted = arguments[at + 1]
        elif argument.startswith(f"{_OPTION}="):
            wanted = argument.partition("=")[2]
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        wanted = wanted or os.environ.get(name, "")
    return "zh_CN" if wanted.lower().startswith("zh") else "en"


def words(arguments: Sequence[str]) -> Texts:
    """Return the words of the language that the command line speaks."""
    return texts(language(arguments))
