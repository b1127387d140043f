"""Items and people's numbers as a clerk looks them up: in memory, at once, on the screen lane.

The policy's catalogue is handed over whenever it changes; nothing here waits for the store.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from client.app.failures import AppFailure
from client.app.views import Checked, ItemDetail, ItemRow, MaterialRow, Words
from client.documents import glyphs
from sync.domain import identity
from sync.domain.catalogue import Limit, Unit
from sync.domain.spans import halved
from sync.domain.violations import Violation
from sync.initials import initials

if TYPE_CHECKING:
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

    def find(self, text: str, limit: int = 20) -> tuple[ItemRow, ...]:
        """Return items whose name, code or initials contain what is typed; all for nothing."""
        wanted = text.strip().lower()
        found = [item for hay, item in self._index if wanted in hay]
        found.sort(key=lambda item: not _haystack(item).startswith(wanted))
        return tuple(self._row(item) for item in found[:limit])

    def item(self, code: str) -> ItemDetail:
        """Return one item with all that is told to an applicant before he files (IN04).

        Raises:
            AppFailure: app.no_such_item.
        """
        item = self._book.catalogue.item(code) if self._book else None
        if item is None:
            raise AppFailure("app.no_such_item", item=code)
        said = self.language
        return ItemDetail(
            row=self._row(item),
            materials=tuple(self._material(material) for material in item.materials),
            legal_basis=item.basis,
            conditions=tuple(words.of(said) for words in item.conditions),
            steps=tuple(step.step for step in item.flow),
            certificate=item.certificate.name.of(said) if item.certificate else None,
            fast=limit_words(halved(item.promised)),
            warnings=tuple(Words("app.words", {"text": w.of(said)}) for w in item.warnings),
        )

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

    def _row(self, item: Item) -> ItemRow:
        departments = self._book.departments if self._book else {}
        department = departments.get(item.department)
        return ItemRow(
            code=item.code,
            name=item.name.of(self.language),
            department=department.name if department else item.department,
            kind=item.kind.value,
            statutory=limit_words(item.statutory),
            promised=limit_words(item.promised),
        )

    def _material(self, material: Material) -> MaterialRow:
        note = material.condition or material.exemption
        return MaterialRow(
            code=material.code,
            name=material.name.of(self.language),
            required=material.required,
            minor=material.minor,
            note=note.of(self.language) if note else "",
        )


_PARTS = {Unit.HALF: 2, Unit.QUARTER: 4}  # exact: halves and quarters have short decimals


def limit_words(limit: Limit | None) -> Words:
    """Return a limit in words: "5 working days", "on the spot", "none set"."""
    if limit is None:
        return Words("limit.none")
    if limit.unit is Unit.AT_ONCE:
        return Words("limit.at_once")
    if limit.unit in _PARTS:
        return Words("limit.wd", {"amount": f"{limit.amount / _PARTS[limit.unit]:g}"})
    return Words(f"limit.{limit.unit.value}", {"amount": limit.amount})


def _haystack(item: Item) -> str:
    return f"{item.name.zh} {item.code} {initials(item.name.zh)} {item.name.en}".lower()


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
        return Checked(text, problem=Words(f"violation.{result.code}", dict(result.args)))
    return Checked(result)
