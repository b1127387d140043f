"""What the services ask about lists of revoked certificates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable


class Lists(Protocol):
    """Lists of revoked certificates."""

    def look(self) -> None:
        """Look for lists that are new."""

    def stamp(self) -> object:
        """Return what changes when a list does, as of the last look."""

    def read(self) -> Iterable[bytes]:
        """Return every list as DER."""
