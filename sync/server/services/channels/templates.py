"""The words of messages: versioned data in both languages (resources/messages)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from resources.folder import FOLDER

if TYPE_CHECKING:
    from collections.abc import Mapping


class MessageKind(StrEnum):
    """Whether a message may ring at night: notices wait for the morning."""

    NOTICE = "notice"
    CODE = "code"  # somebody waits for it
    REPLY = "reply"  # he has just written himself


@dataclass(frozen=True, slots=True)
class Template:
    """One message in both languages; `version` grows with every change of its words."""

    name: str
    version: int
    kind: MessageKind
    channels: tuple[str, ...]
    words: Mapping[str, str]

    def text(self, lang: str, args: Mapping[str, object]) -> str:
        """Return the words filled in."""
        return self.words[lang].format(**args)


@cache
def templates() -> Mapping[str, Template]:
    """Return every template by its name."""
    data = json.loads((FOLDER / "messages" / "templates.json").read_text("utf-8"))
    return {
        name: Template(
            name=name,
            version=each["version"],
            kind=MessageKind(each["kind"]),
            channels=tuple(each["channels"]),
            words={lang: each[lang] for lang in ("zh_CN", "en")},
        )
        for name, each in data["templates"].items()
    }
