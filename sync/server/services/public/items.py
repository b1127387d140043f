"""What strangers may read of an item: what an office must publish (行政许可法 Art. 30, LW03, CH06).

The one-time notification sheets' QR codes lead here. Everything comes from the policy in force.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from sync.initials import initials

if TYPE_CHECKING:
    from sync.domain.catalogue import Item
    from sync.server.services.record.policy import Policy

FOUND_MAX = 500  # by a text that somebody types: he can type more of it
_ASKED_MAX = 64


@dataclass(frozen=True, slots=True)
class PublicItem:
    """An item with the names that its codes stand for."""

    item: Item
    department: str
    hall: str
    catalogue: str


class PublicItems:
    """Answers strangers' questions about items.

    Args:
        policy: the catalogue and the offices in force.
    """

    def __init__(self, policy: Policy) -> None:
        self._policy = policy

    def every(self) -> tuple[PublicItem, ...]:
        """Return every item that is offered, in the catalogue's order: all must be published."""
        return tuple(self._told(item) for item in self._policy.book.catalogue.current())

    def find(self, text: str) -> tuple[PublicItem, ...]:
        """Return the first items whose name, code or initials hold a text; all for no text."""
        wanted = text.strip().lower()[:_ASKED_MAX]
        if not wanted:
            return self.every()
        current = self._policy.book.catalogue.current()
        found = (item for item in current if wanted in _hay(item))
        return tuple(self._told(item) for item in islice(found, FOUND_MAX))

    def item(self, code: str) -> PublicItem | None:
        """Return one item as it is now; None where there is none, or it is no longer offered."""
        item = self._policy.book.catalogue.item(code)
        return None if item is None or item.retired else self._told(item)

    def _told(self, item: Item) -> PublicItem:
        book = self._policy.book
        return PublicItem(
            item=item,
            department=book.department_name(item.department),
            hall=book.hall_name(item.hall),
            catalogue=book.catalogue.version,
        )


def _hay(item: Item) -> str:
    return f"{item.name.zh} {item.code} {initials(item.name.zh)} {item.name.en}".lower()
