"""Finding cases by what a clerk types: Chinese substrings from one character on, numbers, initials.

What is found, word by word (words are separated by spaces, and all must be found):

- three characters and more: anywhere in the case number, the names (applicant, agent, project),
  their initials, the identity numbers, the telephone, or the item's name, initials or code;
- one or two: anywhere in a name or its initials or in the item's words, or at the beginning of the
  case number.

Three indexes do it (measured over 100,000 cases): single characters and pairs of names in a plain
table, since a trigram index does not find names of two characters; trigrams without positions,
whose hits are checked again; and the few items, each with its words, so that a thousand cases of
one item are not indexed a thousand times.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from client.store.connection import Database
    from sync.domain.case import Case

_LINE = "\n"

WAITING_MAX = 64
"""As many lines are compared plainly: 0.2 ms (measured), where indexing one costs 0.5 ms."""

_BY_GRAM = (
    "SELECT id FROM gram WHERE tok = ? UNION ALL"
    " SELECT c.id FROM word_new w CROSS JOIN case_line c USING (id) WHERE instr(c.names, ?)"
)
_BY_NUMBER = "l.number >= ? AND l.number < ?"
_BY_TRIGRAM = (
    "SELECT g.rowid FROM gram3 g JOIN case_line c ON c.id = g.rowid"
    " WHERE gram3 MATCH ? AND instr(c.words, ?) UNION ALL"
    " SELECT c.id FROM word_new w CROSS JOIN case_line c USING (id) WHERE instr(c.words, ?)"
)
_BY_ITEM = (
    "SELECT id FROM case_line WHERE item IN (SELECT item FROM item_word WHERE instr(words, ?))"
)


def normalise(text: str) -> str:
    """Return a text as it is compared: full-width as half-width, any case, single spaces."""
    flat = unicodedata.normalize("NFKC", text).casefold()
    return " ".join("".join(map(_searchable, flat)).split())


def _searchable(character: str) -> str:
    kind = unicodedata.category(character)
    if kind == "Cc":
        return " "
    # Half pairs cannot be stored; joiners and variation selectors are not seen, so not typed.
    unseen = kind in ("Cs", "Cf") or (kind == "Mn" and _selects(character))
    return "" if unseen else character


def _selects(character: str) -> bool:
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


@lru_cache(4096)
def initials(text: str) -> str:
    """Return the pinyin initials of a text: 王芳 → wf; what is not Chinese is kept as it is."""
    # Imported late: its dictionaries take 0.3 s, and most starts search before they write.
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415

    return "".join(lazy_pinyin(text, style=Style.FIRST_LETTER))


@dataclass(frozen=True, slots=True)
class Words:
    """What one case is found by, normalised; lines, so that no word reaches over two fields."""

    names: str
    """Names and initials: for words of any length."""
    words: str
    """These, and the numbers: for words of three characters and more."""


def words_of(case: Case) -> Words:
    """Return what a case is found by, apart from its item."""
    named = [case.applicant.name]
    numbers = [case.number, case.applicant.id_no, case.applicant.phone]
    if case.agent is not None:
        named.append(case.agent.name)
        numbers += [case.agent.id_no, case.agent.phone]
    if case.project is not None:
        named.append(case.project.name)
    names = _joined([*named, initials(case.applicant.name)])
    return Words(names, _joined([names, *numbers], ready=1))


def item_words(code: str, name: str) -> str:
    """Return what an item is found by."""
    return _joined([name, initials(name), code])


def grams(names: str) -> set[str]:
    """Return every character and every pair of neighbours, line by line."""
    found: set[str] = set()
    for line in names.split(_LINE):
        found.update(line)
        found.update(line[i : i + 2] for i in range(len(line) - 1))
    return {gram for gram in found if " " not in gram}


class SearchIndex:
    """The indexes of one open store; every method works inside the caller's transaction.

    A case's words stand in many pages of the indexes, and each page written costs an encryption.
    So the newest lines wait in `word_new` and are compared plainly, until there are enough of them
    to be indexed together: what is found is the same at every moment.
    """

    def __init__(self, db: Database) -> None:
        self._db = db

    def put(self, line: int, new: Words, old: Words | None) -> None:
        """Let a case line be found by its new words, and no longer by its old ones.

        `case_line` holds the new ones already.
        """
        if new == old:
            return
        if old is not None:
            self._take_out(line, old)
        self._db.run("INSERT INTO word_new (id) VALUES (?)", line)
        if self._db.value("SELECT count(*) FROM word_new") > WAITING_MAX:
            self.settle()

    def drop(self, line: int, old: Words) -> None:
        """Take a case line out."""
        self._take_out(line, old)

    def settle(self) -> None:
        """Index the lines that wait."""
        waiting = self._db.rows(
            "SELECT c.id, c.words, c.names FROM word_new w CROSS JOIN case_line c USING (id)"
        )
        pairs = sorted((tok, line) for line, _, names in waiting for tok in grams(names))
        self._db.run_many("INSERT INTO gram (tok, id) VALUES (?, ?)", pairs)
        self._db.run_many(
            "INSERT INTO gram3 (rowid, words) VALUES (?, ?)", ((row[0], row[1]) for row in waiting)
        )
        self._db.run("DELETE FROM word_new")

    def _take_out(self, line: int, old: Words) -> None:
        if self._db.run("DELETE FROM word_new WHERE id = ?", line):
            return
        self._db.run_many(
            "DELETE FROM gram WHERE tok = ? AND id = ?", ((tok, line) for tok in grams(old.names))
        )
        self._db.run("DELETE FROM gram3 WHERE rowid = ?", line)

    def put_item(self, code: str, name: str) -> None:
        """Index an item's words, under the name that lines of it have."""
        self._db.run(
            "INSERT INTO item_word (item, item_name, words) VALUES (?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            *(code, name, item_words(code, name)),
        )

    def drop_item(self, code: str, name: str) -> None:
        """Take an item's words out if no line has them any more."""
        self._db.run(
            "DELETE FROM item_word WHERE item = ? AND item_name = ? AND NOT EXISTS"
            " (SELECT 1 FROM case_line WHERE item = ? AND item_name = ?)",
            *(code, name, code, name),
        )

    def conditions(self, typed: str) -> tuple[list[str], list[str]]:
        """Return SQL conditions on case_line `l`, one per word, with their values in order."""
        conditions: list[str] = []
        values: list[str] = []
        for word in normalise(typed).split():
            if word.isascii() and word.isdigit() and len(word) <= 2:
                # Most numbers begin alike: let the list be walked in its order, not be gathered.
                conditions.append(f"({_BY_NUMBER} OR l.id IN ({_BY_GRAM} UNION ALL {_BY_ITEM}))")
                values += (word, word + ":", word, word, word)
            elif len(word) <= 2:
                conditions.append(f"l.id IN ({_BY_GRAM} UNION ALL {_BY_ITEM})")
                values += (word, word, word)
            else:
                conditions.append(f"l.id IN ({_BY_TRIGRAM} UNION ALL {_BY_ITEM})")
                values += (_trigrams(word), word, word, word)
        return conditions, values


def _trigrams(word: str) -> str:
    """Return the FTS5 query for all trigrams of a word: without positions there is no phrase."""
    found = {word[i : i + 3] for i in range(len(word) - 2)}
    return " AND ".join('"' + gram.replace('"', '""') + '"' for gram in sorted(found))


def _joined(parts: Iterable[str], ready: int = 0) -> str:
    """Join fields as lines; the first `ready` of them are normalised already."""
    lines = [part if place < ready else normalise(part) for place, part in enumerate(parts)]
    return _LINE.join(line for line in lines if line)
