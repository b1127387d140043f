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

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from sync.initials import first_letters

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from client.store.connection import Database
    from sync.domain.case import Case

_LINE = "\n"
_NUMBERED = re.compile(r"[0-9]{4,8}\Z|[0-9]{8}-")
_HALL = range(8, 14)
"""Where trigrams begin that lie within the hall's part of a number, 20261122-339901-00001-7."""
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")

WAITING_MAX = 64
"""As many lines are compared plainly: 0.2 ms (measured), where indexing one costs 0.5 ms."""
GATHERED_MAX = 1000
LISTED_MAX = 16_000
"""Up to GATHERED_MAX cases are gathered by an index and sorted. Of more the list is walked in its
order, where so many are soon met: up to LISTED_MAX are listed once for that walk, of still more
each line that is met is looked at."""

_WORDS = "names, words, item FROM case_word JOIN case_line USING (id)"
_UPTO = "SELECT coalesce(max(upto), 0) FROM word_indexed"
_BY_GRAM = (
    "SELECT id FROM gram WHERE tok = ? UNION ALL"
    " SELECT id FROM case_word WHERE id > (SELECT coalesce(max(upto), 0) FROM word_indexed)"
    " AND instr(names, ?)"
)
_BY_TRIGRAM = (
    "SELECT rowid AS id FROM gram3(?) UNION ALL"
    " SELECT id FROM case_word WHERE id > (SELECT coalesce(max(upto), 0) FROM word_indexed)"
    " AND instr(words, ?)"
)
_BY_NUMBER = "SELECT id FROM case_line WHERE number >= ? AND number < ?"
_OF_ITEM = "item IN (SELECT item FROM item_word WHERE instr(words, ?))"
_BY_ITEM = (
    "SELECT g.id FROM item_word i JOIN gram g ON g.tok = 'item ' || i.item"  # noqa: S608  bound
    " WHERE instr(i.words, ?) UNION ALL SELECT id FROM case_line"
    f" WHERE id > (SELECT coalesce(max(upto), 0) FROM word_indexed) AND {_OF_ITEM}"
)

_HAS_GRAM = (
    "EXISTS (SELECT 1 FROM gram WHERE tok = ? AND id = l.id)"
    " OR (l.id > (SELECT coalesce(max(upto), 0) FROM word_indexed)"
    " AND EXISTS (SELECT 1 FROM case_word w WHERE w.id = l.id AND instr(w.names, ?)))"
)
_HAS_WORD = "EXISTS (SELECT 1 FROM case_word w WHERE w.id = l.id AND instr(w.words, ?))"


def normalise(text: str) -> str:
    """Return a text as it is compared: full-width as half-width, any case, single spaces."""
    flat = unicodedata.normalize("NFKC", text).casefold()
    if not flat.isprintable() or _SELECTORS.search(flat):  # hardly any text is so
        flat = "".join(map(_searchable, flat))
    return " ".join(flat.split())


def _searchable(character: str) -> str:
    kind = unicodedata.category(character)
    if kind == "Cc":
        return " "
    # Half pairs cannot be stored; joiners and variation selectors are not seen, so not typed.
    unseen = kind in ("Cs", "Cf") or (kind == "Mn" and _selects(character))
    return "" if unseen else character


def _selects(character: str) -> bool:
    return _SELECTORS.match(character) is not None


@dataclass(frozen=True, slots=True)
class Words:
    """What one case is found by, normalised; lines, so that no word reaches over two fields."""

    names: str
    """Names and initials: for words of any length."""
    words: str
    """These, and the numbers: for words of three characters and more."""
    item: str
    """The item's code, which leads from the item's words to the case."""

    @property
    def tokens(self) -> set[str]:
        """Return what stands in `gram`; the item's is longer than what is looked for in names."""
        return {f"item {self.item}", *grams(self.names)}


def words_of(case: Case) -> Words:
    """Return what a case is found by, apart from its item."""
    named = [case.applicant.name]
    numbers = [case.number, case.applicant.id_no, case.applicant.phone]
    if case.agent is not None:
        named.append(case.agent.name)
        numbers += [case.agent.id_no, case.agent.phone]
    if case.project is not None:
        named.append(case.project.name)
    names = _joined([*named, first_letters(case.applicant.name)])
    return Words(names, _joined([names, *numbers], ready=1), case.item)


@lru_cache(maxsize=1024)
def item_words(code: str, name: str) -> str:
    """Return what an item is found by."""
    return _joined([name, first_letters(name), code])


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
    So the newest lines, those beyond `word_indexed`, are compared plainly until there are enough of
    them to be indexed together: what is found is the same at every moment.
    """

    def __init__(self, db: Database) -> None:
        self._db = db
        self._known_items: set[tuple[str, str]] = set()
        self._undone = db.undone

    def forget(self) -> None:
        """Drop what memory holds: the tables are emptied, or something was taken back."""
        self._known_items.clear()

    def put(self, line: int, new: Words, *, first: bool = False) -> None:
        """Let a case line be found by these words, and no longer by those it had.

        Args:
            line: its place.
            new: its words.
            first: the line is new, and had none.
        """
        old = None if first else self._words(line)
        if new == old:
            return
        self._db.run(
            "INSERT OR REPLACE INTO case_word (id, names, words) VALUES (?, ?, ?)",
            *(line, new.names, new.words),
        )
        upto = self._upto()
        if line <= upto:  # its name was corrected, or its place was another's
            if old is not None:
                self._take_out(line, old)
            self._index([(line, new)])
        elif line > upto + WAITING_MAX:
            self.settle()

    def drop(self, line: int) -> None:
        """Take a case line out."""
        old = self._words(line)
        if old is not None and line <= self._upto():
            self._take_out(line, old)
        self._db.run("DELETE FROM case_word WHERE id = ?", line)

    def settle(self) -> None:
        """Index the lines that wait."""
        upto = self._upto()
        rows = self._db.rows(f"SELECT id, {_WORDS} WHERE id > ? ORDER BY id", upto)
        if rows:
            self._index([(line, Words(*words)) for line, *words in rows])
            self._db.run(
                "INSERT OR REPLACE INTO word_indexed (one, upto) VALUES (1, ?)", rows[-1][0]
            )

    def _words(self, line: int) -> Words | None:
        row = self._db.one(f"SELECT {_WORDS} WHERE id = ?", line)
        return None if row is None else Words(*row)

    def _upto(self) -> int:
        upto: int = self._db.value(_UPTO)
        return upto

    def _index(self, lines: Sequence[tuple[int, Words]]) -> None:
        pairs = sorted((tok, line) for line, words in lines for tok in words.tokens)
        self._db.run_many("INSERT INTO gram (tok, id) VALUES (?, ?)", pairs)
        self._db.run_many(
            "INSERT INTO gram3 (rowid, words) VALUES (?, ?)",
            ((line, words.words) for line, words in lines),
        )

    def _take_out(self, line: int, old: Words) -> None:
        self._db.run_many(
            "DELETE FROM gram WHERE tok = ? AND id = ?", ((tok, line) for tok in old.tokens)
        )
        self._db.run("DELETE FROM gram3 WHERE rowid = ?", line)

    def put_item(self, code: str, name: str) -> None:
        """Index an item's words, under the name that lines of it have."""
        if self._undone != self._db.undone:
            self._known_items.clear()
            self._undone = self._db.undone
        if (code, name) not in self._known_items:
            self._db.run(
                "INSERT INTO item_word (item, item_name, words) VALUES (?, ?, ?)"
                " ON CONFLICT DO NOTHING",
                *(code, name, item_words(code, name)),
            )
            self._known_items.add((code, name))

    def drop_items(self) -> None:
        """Take the words out under which no line has its item any more; it looks at every line."""
        self._known_items.clear()
        self._db.run(
            "DELETE FROM item_word WHERE NOT EXISTS (SELECT 1 FROM case_line l"
            " WHERE l.item = item_word.item AND l.item_name = item_word.item_name)"
        )

    def fewest(self, words: Sequence[Word]) -> tuple[Word, list[int]]:
        """Return the word that the indexes find in fewest lines, and the places of these lines.

        What they find may be a little more than what holds the word. Of more than GATHERED_MAX one
        more than that is returned, of any of such words.
        """
        found = [(word, self._places(word)) for word in words]
        return min(found, key=lambda one: len(one[1]))

    def many(self, word: Word) -> bool:
        """Say whether the indexes find a word in more than LISTED_MAX lines."""
        more = f"SELECT 1 FROM ({word.found}) LIMIT 1 OFFSET {LISTED_MAX}"  # noqa: S608  bound
        return self._db.one(more, *word.found_values) is not None

    def _places(self, word: Word) -> list[int]:
        rows = self._db.rows(
            f"SELECT DISTINCT id FROM ({word.found}) LIMIT ?",  # noqa: S608  values are bound
            *word.found_values,
            GATHERED_MAX + 1,
        )
        return [row[0] for row in rows]


@dataclass(frozen=True, slots=True)
class Word:
    """A typed word as SQL: where the indexes find it, and the condition that a line holds it.

    `found` selects ids of lines: all that hold the word, and others too unless it is `exact`;
    `holds` is a condition on case_line `l`. Their values are in order.
    """

    found: str
    found_values: tuple[str, ...]
    holds: str
    holds_values: tuple[str, ...]
    exact: bool


def words_in(typed: str) -> tuple[Word, ...]:
    """Return what was typed, word by word."""
    return tuple(_word(text) for text in normalise(typed).split())


def digits_in(typed: str) -> str:
    """Return the first word of plain digits that is looked for in numbers of every kind, or ""."""
    words = normalise(typed).split()
    return next((text for text in words if len(text) > 2 and _plain_digits(text)), "")


def _plain_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _word(text: str) -> Word:
    of_item = f"l.{_OF_ITEM}"
    if len(text) > 2:
        found, values = f"{_BY_TRIGRAM} UNION ALL {_BY_ITEM}", (_trigrams(text), text, text, text)
        holds, exact = f"{_HAS_WORD} OR {of_item}", len(text) == 3
        if not text[:4].isdigit() or not text.isascii():
            return Word(found, values, f"({holds})", (text, text), exact)
        return Word(
            found,
            values,
            # First what costs least: perhaps it is a case number's beginning, as of most cases.
            f"((l.number >= ? AND l.number < ?) OR {holds})",
            (text, text + "~", text, text),
            exact,
        )
    found, values = f"{_BY_GRAM} UNION ALL {_BY_ITEM}", (text, text, text, text)
    holds, held = f"{_HAS_GRAM} OR {of_item}", (text, text, text)
    if not _plain_digits(text):
        return Word(found, values, f"({holds})", held, exact=True)
    beyond = text + ":"  # the character after "9"
    return Word(
        f"{found} UNION ALL {_BY_NUMBER}",
        (*values, text, beyond),
        # First what costs least: most numbers begin alike.
        f"((l.number >= ? AND l.number < ?) OR {holds})",
        (text, beyond, *held),
        exact=True,
    )


def _trigrams(word: str) -> str:
    """Return the FTS5 query for a word's trigrams: without positions there is no phrase.

    Every third one and the last: what is found is looked at again, and a case number's twenty
    trigrams, each in most of the cases, cost more to intersect than they rule out. Its year and
    its hall, which stand in nearly all of them, are left out where others remain.
    """
    starts = {*range(0, len(word) - 2, 3), len(word) - 3}
    if _NUMBERED.match(word):
        telling = starts - {0, *_HALL}
        starts = telling if len(telling) > 1 else starts
    found = {word[start : start + 3] for start in starts}
    return " AND ".join('"' + gram.replace('"', '""') + '"' for gram in sorted(found))


def _joined(parts: Iterable[str], ready: int = 0) -> str:
    """Join fields as lines; the first `ready` of them are normalised already."""
    lines = [part if place < ready else normalise(part) for place, part in enumerate(parts)]
    return _LINE.join(line for line in lines if line)
