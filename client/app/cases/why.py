"""Why the rules say no to a step, in the words of the trade: a material, a person by its name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from client.app.rows.words import Words, said
from sync.domain.authority import Role
from sync.domain.rights import roles_for
from sync.domain.transitions import Who
from sync.domain.violations import Violation
from sync.texts import texts

if TYPE_CHECKING:
    from sync.domain.case import Case
    from sync.domain.catalogue import Helper, Item, Material
    from sync.domain.policy import PolicyBook


@dataclass(frozen=True, slots=True)
class Why:
    """Says violations by one policy book.

    Args:
        book: names materials, departments and people.
        language: "zh_CN" or "en".
    """

    book: PolicyBook
    language: str

    def words(self, broken: Violation, case: Case) -> Words:
        """Say a violation of a step of this case."""
        if broken.code == "no_authority":
            who = self._makers(str(broken.args["who"]), case)
            return Words("violation.no_authority.by", {"who": who})
        return said(self.named(broken, case))

    def named(self, broken: Violation, case: Case | None = None) -> Violation:
        """Return a violation with names for codes of the policy, as far as it knows them.

        Codes of the product itself stay: their sentence in the catalogue says how they are called.
        """
        return Violation(
            broken.code,
            {name: self._called(name, value, case) for name, value in broken.args.items()},
        )

    def _called(self, name: str, value: str | int, case: Case | None) -> str | int:
        if not isinstance(value, str):
            return value
        book, catalogue = self.book, self.book.catalogue
        if name in {"holder", "person"}:
            person = book.roster.get(value)
            return person.name if person else value
        if name == "department":
            department = book.departments.get(value)
            return department.name if department else value
        if name == "scope":
            return self._office(value)
        found: Item | Material | Helper | None = None
        if name == "item":
            found = catalogue.item(value)
        elif name == "material" and case is not None:
            item = catalogue.item(case.item, case.item_version)
            found = item.material(value) if item else None
        elif name == "helper" and case is not None:
            bundle = catalogue.bundles.get(case.item)
            helpers = bundle.helpers if bundle else ()
            found = next((each for each in helpers if each.code == value), None)
        return found.name.of(self.language) if found else value

    def _office(self, scope: str) -> str:
        """Name a desk: its hall and its department."""
        code, _, part = scope.partition("/")
        hall, department = self.book.halls.get(code), self.book.departments.get(part)
        names = (hall.name if hall else code, department.name if department else part)
        return texts(self.language).t("list.gap").join(name for name in names if name)

    def _makers(self, letters: str, case: Case) -> str:
        """Name whose step it is: the roles that the table's letters stand for in this case."""
        item = self.book.catalogue.item(case.item, case.item_version)
        roles = dict.fromkeys(
            role for letter in letters.split() for role in roles_for(Who(letter), item, case)
        )
        said = texts(self.language)
        names = [said.t(f"role.{role.value}") for role in roles if role is not Role.APPLICANT]
        return said.t("role.or").join(names)
