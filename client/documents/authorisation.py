"""授权委托书: who may do what for a department at the window, for its leader's hand and seal.

Source: RO02 (the five powers of a chief representative), RO03 (signed by the main leader), TM26
(AB岗). It is no paper of a case: its number is the authorisation's own in the policy log, where two
administrators' cards signed it; without that entry the paper gives no right.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from client.documents.frame import Frame
    from client.documents.wording import Wording


@dataclass(frozen=True, slots=True)
class AuthorisationData:
    """One authorisation.

    `roles`, powers and steps are codes; `scopes` and `items` names, () for all items. `ends` is
    the moment from which it gives nothing; `over`: it gives nothing any more, which the paper says.
    """

    frame: Frame
    person: str
    number: str
    roles: tuple[str, ...]
    powers: tuple[tuple[str, tuple[str, ...]], ...]
    scopes: tuple[str, ...]
    items: tuple[str, ...]
    starts: datetime
    ends: datetime | None
    deputy_of: str = ""
    over: bool = False

    @property
    def kind(self) -> str:
        """Return the kind; it stands in no event."""
        return "authorisation"

    @property
    def template(self) -> str:
        """Return the template's name for `compose`."""
        return "papers/authorisation"

    def values(self, words: Wording) -> dict[str, Any]:
        """Return the template's own values, formatted."""
        comma = words.t("list_comma")
        every = words.t("authorisation.every_item")
        return {
            "person": self.person,
            "number": self.number,
            "roles": comma.join(words.coded("role", role) for role in self.roles),
            "powers": [
                {
                    "name": words.coded("power", power),
                    "steps": comma.join(words.coded("step", step) for step in steps),
                }
                for power, steps in self.powers
            ],
            "scopes": comma.join(self.scopes),
            "items": comma.join(self.items) or every,
            "starts": words.moment(self.starts),
            "ends": words.moment(self.ends) if self.ends else words.t("authorisation.no_end"),
            "deputy_of": self.deputy_of,
            "over": "yes" if self.over else "",
        }
