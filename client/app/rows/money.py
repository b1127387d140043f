"""What the cashier's screens are given: fees owed, receipt forms, sums of days. Amounts in fen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

    from client.app.rows.words import Words


@dataclass(frozen=True, slots=True)
class FeeRow:
    """One fee that is owed; `sure` where a transfer's remark names it."""

    ref: str
    case: str
    applicant: str
    item: str
    amount_fen: int
    notice: str
    since: datetime
    sure: bool = False


@dataclass(frozen=True, slots=True)
class FormsRow:
    """Consecutive receipt forms with one fate in one hand; `offered` and `holder` are names."""

    batch: str
    first: int
    last: int
    fate: str  # code; words under money.fate.<code>
    holder: str
    holder_id: str
    offered: str
    mine: bool
    for_me: bool
    gap: bool


@dataclass(frozen=True, slots=True)
class MannerSum:
    """What came in and went out by one manner, and what was counted where a day is closed."""

    manner: str  # code; words under money.manner.<code>
    taken_fen: int
    refunded_fen: int
    counted_fen: int | None = None

    @property
    def net_fen(self) -> int:
        """Return what must be there."""
        return self.taken_fen - self.refunded_fen


@dataclass(frozen=True, slots=True)
class SpanView:
    """The sums of some days, of one cashier or of the hall, with everything that does not agree."""

    first: date
    last: date
    cashier: str
    manners: tuple[MannerSum, ...]
    departments: tuple[tuple[str, int], ...]
    payments: int
    refunds: int
    receipts: tuple[str, ...]
    closed: bool
    wrong: tuple[Words, ...]
    banked_fen: int | None = None  # by the bank's statements; None where none is of these days
    unexplained: int = 0  # lines of those that are neither booked nor explained

    @property
    def taken_fen(self) -> int:
        """Return what came in."""
        return sum(each.taken_fen for each in self.manners)

    @property
    def refunded_fen(self) -> int:
        """Return what went out."""
        return sum(each.refunded_fen for each in self.manners)

    @property
    def net_fen(self) -> int:
        """Return what must be there."""
        return self.taken_fen - self.refunded_fen


@dataclass(frozen=True, slots=True)
class TillView:
    """The cashier's desk: what is owed, the receipt that comes next, forms left, today's sums."""

    fees: tuple[FeeRow, ...]
    receipt: str
    left: int
    today: SpanView


@dataclass(frozen=True, slots=True)
class BankFee:
    """A fee that a line of a statement may pay; `by` says why, words under bank.by.<code>."""

    fee: FeeRow
    by: str


@dataclass(frozen=True, slots=True)
class BankRow:
    """A line of a bank's statement: more than nothing came in, less went out.

    `manner` and `number` are what a payment by it is booked with; `receipt` and `case` name what it
    is booked as.
    """

    key: str
    day: date
    fen: int
    payer: str
    remark: str
    ref: str
    number: str
    stand: str  # code; words under bank.stand.<code>
    fees: tuple[BankFee, ...]
    manner: str
    receipt: str = ""
    case: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class BankView:
    """Lines of statements, what is open first; `receipt` is the number that comes next."""

    rows: tuple[BankRow, ...]
    receipt: str


@dataclass(frozen=True, slots=True)
class BankRead:
    """What a file brought: lines that are new, known before, and places that cannot be read."""

    name: str
    new: int
    known: int
    unread: tuple[int, ...]
    first: date | None
    last: date | None
