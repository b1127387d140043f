"""The slip of a number drawn in the hall: 80 mm, nobody's name on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from client.documents.frame import Frame
    from client.documents.wording import Wording


@dataclass(frozen=True, slots=True)
class TicketData:
    """取号单: the number, its class, for whom, and how many are before it.

    `ahead` None: drawn without the line; the window that drew it calls it, too.
    """

    frame: Frame
    number: str
    group: str
    whom: str
    drawn: datetime
    ahead: int | None

    @property
    def kind(self) -> str:
        """Return the kind; it stands in no event."""
        return "ticket"

    @property
    def template(self) -> str:
        """Return the template's name for `compose`."""
        return "papers/ticket"

    def values(self, words: Wording) -> dict[str, Any]:
        """Return the template's own values, formatted."""
        return {
            "number": self.number,
            "group": self.group,
            "whom": self.whom,
            "drawn": words.moment(self.drawn),
            "ahead": "" if self.ahead is None else str(self.ahead),
            "local": "yes" if self.ahead is None else "",
        }
