"""Why the rules say no to a step, in the words of the trade: a material by its name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from client.app.rows.words import Words
from sync.domain.authority import Role
from sync.domain.rights import roles_for
from sync.domain.transitions import Who
from sync.texts import texts

if TYPE_CHECKING:
    from sync.domain.case import Case
    from sync.domain.policy import PolicyBook
    from sync.domain.violations import Violation


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
        args = dict(broken.args)
        item = self.book.catalogue.item(case.item, case.item_version)
        material = item.material(str(args.get("material", ""))) if item else None
        if material is not None:
            args["material"] = material.name.of(self.language)
        for name in ("department", "helper"):
            department = self.book.departments.get(str(args.get(name, "")))
            if department is not None:
                args[name] = department.name
        holder = self.book.roster.get(str(args.get("holder", "")))
        if holder is not None:
            args["holder"] = holder.name
        if broken.code == "no_authority":
            return Words("violation.no_authority.by", {"who": self._makers(str(args["who"]), case)})
        return Words(f"violation.{broken.code}", args)

    def _makers(self, letters: str, case: Case) -> str:
        """Name whose step it is: the roles that the table's letters stand for in this case."""
        item = self.book.catalogue.item(case.item, case.item_version)
        roles = dict.fromkeys(
            role for letter in letters.split() for role in roles_for(Who(letter), item, case)
        )
        said = texts(self.language)
        names = [said.t(f"role.{role.value}") for role in roles if role is not Role.APPLICANT]
        return said.t("role.or").join(names)
