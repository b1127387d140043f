"""Items and people's numbers as a clerk looks them up: in memory, at once, on the screen lane.

The policy's catalogue is handed over whenever it changes; nothing here waits for the store.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

from client.app.failures import AppFailure
from client.app.items.item_guide import guide_of
from client.app.rows.guide import Shelf
from client.app.rows.items import ItemDetail, ItemRow
from client.app.rows.limits import limit_words
from client.app.rows.materials import MaterialRow
from client.app.rows.steps import Checked
from client.app.rows.words import Words, said
from client.documents import glyphs
from sync.domain import identity
from sync.domain.spans import halved
from sync.domain.violations import Violation
from sync.initials import initials

if TYPE_CHECKING:
    from client.app.rows.guide import ItemGuide
    from sync.domain.catalogue import Item, Material
    from sync.domain.policy import PolicyBook


class CatalogueDesk:
    """Find items by name, code or pinyin initials; check what is typed into a form."""

    def __init__(self) -> None:
        self.language = "zh_CN"
        self._book: PolicyBook | None = None
        self._index: list[tuple[str, Item]] = []

    def take(self, book: PolicyBook) -> None:
        """Use the policy as it stands now."""
        if book is self._book:
            return
        self._book = book
        self._index = [(_haystack(item), item) for item in book.catalogue.current()]

    def forget(self) -> None:
        """Drop everything: the window is locked."""
        self._book, self._index = None, []

    def find(self, text: str, limit: int = 20, department: str = "") -> tuple[ItemRow, ...]:
        """Return items whose name, code or initials contain what is typed; all for nothing.

        Args:
            text: as typed.
            limit: so many at most.
            department: code of the one whose items are wanted, "" for all.
        """
        wanted = _plain(text.strip())
        found = [
            item
            for hay, item in self._index
            if wanted in hay and department in {"", item.department}
        ]
        found.sort(key=lambda item: not _haystack(item).startswith(wanted))
        return tuple(self._row(item, self.language) for item in found[:limit])

    def item(self, code: str) -> ItemDetail:
        """Return one item with all that is told to an applicant before he files (IN04).

        Raises:
            AppFailure: app.no_such_item.
        """
        return self.item_in(code, self.language)

    def item_in(self, code: str, language: str) -> ItemDetail:
        """Return one item in a language: papers need not be in the window's.

        Raises:
            AppFailure: app.no_such_item.
        """
        item = self._book.catalogue.item(code) if self._book else None
        if item is None:
            raise AppFailure("app.no_such_item", item=code)
        warned = tuple(Words("app.words", {"text": w.of(language)}) for w in item.warnings)
        return ItemDetail(
            row=self._row(item, language),
            materials=tuple(_material(material, language) for material in item.materials),
            legal_basis=item.basis,
            conditions=tuple(words.of(language) for words in item.conditions),
            steps=tuple(step.step for step in item.flow),
            certificate=item.certificate.name.of(language) if item.certificate else None,
            fast=limit_words(halved(item.promised)),
            warnings=warned,
        )

    def guide(self, code: str) -> ItemGuide:
        """Return everything that may be told of an item, with its flow chart (IN04, LW03, ST21).

        Raises:
            AppFailure: app.no_such_item.
        """
        item = self._book.catalogue.item(code) if self._book else None
        if item is None or self._book is None:
            raise AppFailure("app.no_such_item", item=code)
        return guide_of(item, self.item(code), self._book, self.language)

    def shelves(self) -> tuple[Shelf, ...]:
        """Return all items, then the departments that have some, in the catalogue's order."""
        known = self._book.departments if self._book else {}
        counts = Counter(item.department for _, item in self._index)
        names = {code: known[code].name if code in known else code for code in counts}
        every = Shelf("", "", len(self._index))
        return (every, *(Shelf(code, names[code], count) for code, count in counts.items()))

    def name_of(self, code: str) -> str:
        """Return an item's name in the desk's language, or its code."""
        item = self._book.catalogue.item(code) if self._book else None
        return item.name.of(self.language) if item else code

    def check_identity(self, id_kind: str, text: str) -> Checked:
        """Check a resident ID (GB 11643) or a credit code (GB 32100)."""
        check = identity.resident_id if id_kind == "resident_id" else identity.credit_code
        return _checked(text, check(text))

    def check_phone(self, text: str) -> Checked:
        """Check and normalise a phone number."""
        return _checked(text, identity.phone(text))

    def check_name(self, text: str) -> Checked:
        """Check a name: rare characters, ethnic names with ·, up to 64 characters.

        A character that no font of ours has is no problem, but the clerk is told what the papers
        will show; what cannot stand in a name is named by its code, and an old system's private
        code by the character that it stood for.
        """
        name = identity.person_name(text)
        if not isinstance(name, Violation):
            codes = "".join(stand.shown for stand in glyphs.stands([name]))
            hint = Words("name.by_code", {"codes": codes}) if codes else None
            return Checked(name, hint=hint)
        if name.code != "name_characters":
            return _checked(text, name)
        return Checked(text, problem=_name_problem(identity.stranger_in_name(text)))

    def _row(self, item: Item, language: str) -> ItemRow:
        departments = self._book.departments if self._book else {}
        department = departments.get(item.department)
        return ItemRow(
            code=item.code,
            name=item.name.of(language),
            department=department.name if department else item.department,
            kind=item.kind.value,
            statutory=limit_words(item.statutory),
            promised=limit_words(item.promised),
        )


def _material(material: Material, language: str) -> MaterialRow:
    note = material.condition or material.exemption
    return MaterialRow(
        code=material.code,
        name=material.name.of(language),
        required=material.required,
        minor=material.minor,
        note=note.of(language) if note else "",
    )


def _haystack(item: Item) -> str:
    return _plain(f"{item.name.zh} {item.code} {initials(item.name.zh)} {item.name.en}")


def _plain(text: str) -> str:
    """Return a text as it is compared: （新办） is found by (新办), SCJG by its full-width form."""
    return unicodedata.normalize("NFKC", text).lower()


def _name_problem(char: str) -> Words:
    """Say which character cannot stand in a name; invisible ones are never repeated."""
    point, standard = glyphs.code_of(char), glyphs.standard_of(char)
    if standard:
        told = {"point": point, "char": standard, "standard": glyphs.code_of(standard)}
        return Words("name.old_code", told)
    if not glyphs.unprintable(char):
        return Words("name.character", {"char": char, "point": point})
    private = unicodedata.category(char) == "Co"
    return Words("name.private_code" if private else "name.invisible", {"point": point})


def _checked(text: str, result: str | Violation) -> Checked:
    if isinstance(result, Violation):
        return Checked(text, problem=said(result))
    return Checked(result)
