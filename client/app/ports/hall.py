"""What the hall's use cases ask of the line: the centre's own state, asked and answered at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from msgspec import Struct

    A = TypeVar("A", bound=Struct)


class HallLine(Protocol):
    """The centre as far as the hall goes: `client.app.access.line.Line` fits.

    `sends` is False in the practice hall: there is no centre, now or later.
    """

    sends: bool

    async def filing_file(self, number: str, sha256: str) -> bytes:
        """Fetch a file of an online filing; raises LineFailure."""

    async def hall(self, path: str, form: type[A], request: Struct) -> A:
        """Ask; raises LineFailure when nobody answers, or with the rule's refusal."""
