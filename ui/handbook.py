"""The clerks' handbook as the program reads it: chapters of plain words, one for each page.

The text stands once, in resources/handbook/<language>.md. F1 shows the chapter of the page that
one is on; docs/HANDBOOK.md is put together from the same chapters (`installer.handbook`). Qt-free.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from resources.folder import FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEADING = re.compile(r"## (?P<title>.+) \{#(?P<code>[a-z]+)\}")
_PICTURE = re.compile(r"!\[[^]]*\]\((?P<name>[\w-]+)\)")
_STEP = re.compile(r"(?P<number>\d+)\. (?P<words>.+)")

_OF_PAGES = {
    "door": "door",
    "setup": "setup",
    "enrol": "enrol",
    "recover": "recover",
    "card_pin": "pin",
    "workbench": "workbench",
    "case": "case",
    "paper": "case",
    "result": "case",
    "colleague": "door",
    "queue": "queue",
    "bookings": "queue",
    "filings": "filings",
    "pages": "receive",
    "money": "money",
    "stock": "money",
    "till": "money",
    "bank": "money",
    "batch": "decide",
    "sheet": "decide",
    "seal_book": "certificate",
    "messages": "messages",
    "exceptions": "messages",
    "items": "lookup",
    "handout": "lookup",
    "people": "lookup",
    "statistics": "statistics",
    "pace": "statistics",
    "authorisations": "statistics",
    "doctor": "trouble",
    "former": "trouble",
    "settings": "trouble",
    "updates": "updates",
    "crashes": "trouble",
}
_OF_STEPS = {
    "register": ("preregister", "ask_precheck", "answer_precheck", "file"),
    "receive": ("receive",),
    "correct": ("notify_correction", "correct", "fix_on_spot", "lapse"),
    "accept": (
        "accept",
        "accept_pending",
        "supply_pending",
        "refuse",
        "tell_not_required",
        "not_at_once",
    ),
    "money": ("charge", "pay", "refund"),
    "decide": ("grant", "deny", "decide_at_once", "hear_party"),
    "certificate": (
        "make",
        "spoil",
        "seal",
        "issue",
        "sign_for",
        "serve",
        "close",
        "archive",
        "correct_paper",
        "change",
        "renew",
        "replace",
        "cancel",
        "revoke",
        "redo",
    ),
    "messages": ("explain", "reply_order", "cure"),
    "leaving": ("leave", "withdraw", "terminate"),
}
_CHAPTERS_OF_STEPS = {step: code for code, steps in _OF_STEPS.items() for step in steps}
_BETWEEN = "flow"  # whatever else happens between acceptance and decision


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph.

    Attributes:
        kind: "text", "step" (numbered), "point", or "picture".
        words: as read; keys stand in back quotes; a picture's name without its ending.
        number: of a step.
    """

    kind: str
    words: str
    number: int = 0

    @property
    def plain(self) -> str:
        """The words without the quotes around keys."""
        return self.words.replace("`", "")


@dataclass(frozen=True, slots=True)
class Chapter:
    """One task of a clerk's day."""

    code: str
    title: str
    blocks: tuple[Block, ...]


@lru_cache
def chapters(language: str) -> tuple[Chapter, ...]:
    """Read the handbook of a language, "zh_CN" or "en".

    Raises:
        FileNotFoundError: there is none in that language.
    """
    text = (FOLDER / "handbook" / f"{language}.md").read_text(encoding="utf-8")
    made: list[Chapter] = []
    for part in re.split(r"^(?=## )", text, flags=re.MULTILINE):
        heading = _HEADING.match(part)
        if heading is not None:
            blocks = tuple(_blocks(part[heading.end() :]))
            made.append(Chapter(heading["code"], heading["title"], blocks))
    return tuple(made)


def chapter(language: str, code: str) -> Chapter:
    """Return one chapter; of a code that is unknown, the one about the workbench.

    Raises:
        FileNotFoundError: there is no handbook in that language.
    """
    known = {each.code: each for each in chapters(language)}
    return known.get(code, known["workbench"])


def chapter_of(page: str, step: str = "") -> str:
    """Return the code of the chapter about a page (`Route.page`, `Route.step`)."""
    if page == "step":
        return _CHAPTERS_OF_STEPS.get(step, _BETWEEN)
    return _OF_PAGES.get(page, "workbench")


def pages_known() -> frozenset[str]:
    """Return the pages that have a chapter of their own choice."""
    return frozenset(_OF_PAGES)


def _blocks(text: str) -> Iterator[Block]:
    for line in filter(None, map(str.strip, text.splitlines())):
        picture, step = _PICTURE.fullmatch(line), _STEP.fullmatch(line)
        if picture is not None:
            yield Block("picture", picture["name"])
        elif step is not None:
            yield Block("step", step["words"], int(step["number"]))
        elif line.startswith("- "):
            yield Block("point", line[2:])
        else:
            yield Block("text", line)
