"""The register of seals and the day's close as their page shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime  # noqa: TC003  (kept closes are decoded by these types)
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sync.domain.seal_register import DayClose


@dataclass(frozen=True, slots=True)
class UseRow:
    """One use of a seal; `pending`: the centre has not answered it yet."""

    serial: str
    case: str
    seal: str  # name of the department whose seal it is
    counter: int
    document: str  # SHA-256, hex
    person: str  # name
    at: datetime
    printed: int
    pending: bool


@dataclass(frozen=True, slots=True)
class StockRow:
    """One number of the stock that is not sealed: in hand, intended or spoilt."""

    serial: str
    case: str
    fate: str  # text under seal.fate.<fate>
    drawn: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class KeptClose:
    """A close as it was kept, with whoever counted."""

    day: date
    person: str
    at: datetime
    received: int
    left: int
    differences: int


@dataclass(frozen=True, slots=True)
class SealBookView:
    """The page: uses newest first, numbers that are not sealed, what is left, the last closes.

    Attributes:
        left: numbers of the lease's block that this window may still draw.
        opening: blank forms that the last close before today left, None before the first.
        today: what today comes to so far, with nothing counted yet (received 0, left as expected).
    """

    uses: tuple[UseRow, ...]
    stock: tuple[StockRow, ...]
    left: int
    opening: int | None
    today: DayClose
    closes: tuple[KeptClose, ...]
