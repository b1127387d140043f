"""The books of a hall's till: what came in and went out, added up; what does not agree, exactly.

Pure, in integer fen, the same at window and centre (FE05, FE06): both make entries from accepted
steps, add them up here, and name every difference by code and amount.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping  # noqa: TC003  (decoded by these types)
from dataclasses import dataclass, field
from datetime import date, datetime  # noqa: TC003
from functools import lru_cache
from typing import TYPE_CHECKING

from sync.domain import bodies
from sync.domain.calendar import china_day
from sync.domain.events import MANNERS, Kind
from sync.domain.hall_steps import HallKind, advance_stock
from sync.domain.receipts import Fate, Stock, parse_receipt
from sync.domain.violations import Violation, violation

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sync.domain.events import Step

UNKNOWN = "other"
"""Stands for a manner that this version does not know: counted, and found."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One movement of money.

    Args:
        step: id of the step that moved it.
        paid: True of a payment, False of a refund.
        case: number of the case.
        scope: of the case: hall and department.
        fee: id of the fee notice's step.
        amount_fen: more than or equal to nothing.
        manner: one of MANNERS, or UNKNOWN. A refund goes back the way it came.
        receipt: number of the receipt; of a refund, that of the payment.
        person: the cashier.
        at: when it counts.
        bank_ref: the bank's number of a payment that came through it; "" where none was written.
    """

    step: str
    paid: bool
    case: str
    scope: str
    fee: str
    amount_fen: int
    manner: str
    receipt: str
    person: str
    at: datetime
    bank_ref: str = ""

    @property
    def day(self) -> date:
        """Return its day in China."""
        return china_day(self.at)


@dataclass(frozen=True, slots=True)
class OpenFee:
    """A fee that was noticed and not paid. `notice` is the number of its paper."""

    ref: str
    case: str
    scope: str
    amount_fen: int
    notice: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Closing:
    """One day closed by one cashier: what he counted, and what he said was booked."""

    day: date
    person: str
    counted: Mapping[str, int]
    taken_fen: int
    refunded_fen: int
    receipts: int
    at: datetime


EMPTY = Stock()


@dataclass(frozen=True, slots=True)
class Books:
    """Everything that was booked in a hall, as far as it is known."""

    stock: Stock = EMPTY
    entries: tuple[Entry, ...] = ()
    open_fees: tuple[OpenFee, ...] = ()
    closings: tuple[Closing, ...] = ()


def books_of(steps: Iterable[Step]) -> Books:
    """Make the books from accepted steps; a fee's notice comes before its payment. Total."""
    stock, closings = Stock(), []
    entries: dict[str, Entry] = {}
    fees: dict[str, OpenFee] = {}
    paid: dict[str, Entry] = {}
    for step in steps:
        stock = advance_stock(stock, step)
        ref = bodies.text(step.body, "fee")
        if step.kind == Kind.CHARGE:
            fees[step.id] = _fee(step)
        elif step.kind == Kind.PAY:
            fee = fees.pop(ref, None)
            paid[ref] = entries[step.id] = payment_of(step, None if fee is None else fee.amount_fen)
        elif step.kind == Kind.REFUND:
            entries[step.id] = refund_of(step, paid.get(ref))
        elif step.kind == HallKind.CLOSE:
            closings.append(closing_of(step))
    return Books(stock, tuple(entries.values()), tuple(fees.values()), tuple(closings))


def _fee(step: Step) -> OpenFee:
    notice = bodies.text(bodies.part(step.body, "paper"), "no")
    amount = max(0, bodies.whole(step.body, "amount_fen"))
    return OpenFee(step.id, step.case or "", step.scope, amount, notice, step.counted)


def _manner(step: Step) -> str:
    manner = bodies.text(step.body, "manner")
    return manner if manner in MANNERS else UNKNOWN


def payment_of(step: Step, amount_fen: int | None) -> Entry:
    """Return the movement of a payment; the amount is its fee's where that is known."""
    said = bodies.whole(step.body, "amount_fen")
    return Entry(
        step=step.id,
        paid=True,
        case=step.case or "",
        scope=step.scope,
        fee=bodies.text(step.body, "fee"),
        amount_fen=max(0, said) if amount_fen is None else amount_fen,
        manner=_manner(step),
        receipt=bodies.text(step.body, "receipt_no"),
        person=step.person,
        at=step.counted,
        bank_ref=bodies.text(step.body, "bank_ref"),
    )


def refund_of(step: Step, of: Entry | None) -> Entry:
    """Return the movement of a refund; amount, manner and receipt are its payment's."""
    said = bodies.whole(step.body, "amount_fen")
    return Entry(
        step=step.id,
        paid=False,
        case=step.case or "",
        scope=step.scope,
        fee=bodies.text(step.body, "fee"),
        amount_fen=max(0, said) if of is None else of.amount_fen,
        manner=_manner(step) if of is None else of.manner,
        receipt="" if of is None else of.receipt,
        person=step.person,
        at=step.counted,
    )


def closing_of(step: Step) -> Closing:
    """Return what a closing says."""
    return Closing(
        day=bodies.day(step.body, "day") or china_day(step.counted),
        person=step.person,
        counted={manner: bodies.whole(step.body, manner) for manner in MANNERS},
        taken_fen=bodies.whole(step.body, "taken_fen"),
        refunded_fen=bodies.whole(step.body, "refunded_fen"),
        receipts=bodies.whole(step.body, "receipts"),
        at=step.counted,
    )


# -- adding up ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sums:
    """Money added up, in fen; `taken` less `refunded` is what must be there."""

    taken: Mapping[str, int] = field(default_factory=dict)  # by manner
    refunded: Mapping[str, int] = field(default_factory=dict)  # by manner
    by_scope: Mapping[str, int] = field(default_factory=dict)  # net, by hall and department
    payments: int = 0
    refunds: int = 0
    receipts: tuple[str, ...] = ()  # those used, in order

    @property
    def taken_fen(self) -> int:
        """Return what came in."""
        return sum(self.taken.values())

    @property
    def refunded_fen(self) -> int:
        """Return what went out."""
        return sum(self.refunded.values())

    @property
    def net_fen(self) -> int:
        """Return what must be there; less than nothing where more went out."""
        return self.taken_fen - self.refunded_fen

    def net(self, manner: str) -> int:
        """Return what must be there of one manner."""
        return self.taken.get(manner, 0) - self.refunded.get(manner, 0)


def add_up(entries: Iterable[Entry]) -> Sums:
    """Add movements up."""
    taken: Counter[str] = Counter()
    refunded: Counter[str] = Counter()
    by_scope: Counter[str] = Counter()
    receipts: list[str] = []
    payments = refunds = 0
    for entry in entries:
        (taken if entry.paid else refunded)[entry.manner] += entry.amount_fen
        by_scope[entry.scope] += entry.amount_fen if entry.paid else -entry.amount_fen
        payments += entry.paid
        refunds += not entry.paid
        if entry.paid:
            receipts.append(entry.receipt)
    return Sums(
        dict(taken), dict(refunded), dict(by_scope), payments, refunds, tuple(sorted(receipts))
    )


def between(books: Books, first: date, last: date, person: str | None = None) -> tuple[Entry, ...]:
    """Return the movements of some days, both included; of one cashier, or of all."""
    return tuple(
        entry
        for entry in books.entries
        if first <= entry.day <= last and person in (None, entry.person)
    )


# -- what does not agree --------------------------------------------------------------------------


def wrong_in_books(books: Books, person: str | None = None) -> tuple[Violation, ...]:
    """Return what the books themselves leave open: gaps, and numbers not written once (FE10)."""
    found = [violation("receipt_missing", receipt=gap.said()) for gap in books.stock.gaps(person)]
    paid = [e for e in books.entries if e.paid]
    for receipt, times in sorted(Counter(e.receipt for e in paid).items()):
        if times > 1:
            found.append(violation("receipt_twice", receipt=receipt, times=times))
    for entry in paid:
        if person in (None, entry.person):
            number = parse_receipt(entry.receipt)
            run = None if number is None else books.stock.of(*number)
            if run is None or run.fate is not Fate.USED:
                found.append(violation("receipt_none", case=entry.case, receipt=entry.receipt))
    return tuple(found)


def differences(booked: Sums, counted: Mapping[str, int]) -> tuple[Violation, ...]:
    """Return where what was counted differs from what was booked, by manner, to the fen."""
    names = (*MANNERS, *sorted({*booked.taken, *booked.refunded} - {*MANNERS}))
    return tuple(
        _off(booked.net(manner), counted.get(manner, 0), manner)
        for manner in names
        if booked.net(manner) != counted.get(manner, 0)
    )


def _off(booked: int, counted: int, what: str) -> Violation:
    code = "till_over" if counted > booked else "till_short"
    return violation(
        code, what=what, off_fen=abs(counted - booked), booked_fen=booked, counted_fen=counted
    )


def wrong_in_closing(books: Books, closing: Closing) -> tuple[Violation, ...]:
    """Return what is wrong with a closed day: what was counted, said, or written down since."""
    sums = add_up(between(books, closing.day, closing.day, closing.person))
    found = [*differences(sums, closing.counted)]
    said = {
        "taken": (closing.taken_fen, sums.taken_fen),
        "refunded": (closing.refunded_fen, sums.refunded_fen),
    }
    for what, (closed, known) in said.items():
        if closed != known:
            found.append(violation("till_differs", what=what, closed=closed, known=known))
    if closing.receipts != sums.payments:
        counts = {"closed": closing.receipts, "known": sums.payments}
        found.append(violation("receipts_differ", **counts))
    return tuple(found)


def wrong_in_week(
    books: Books, first: date, last: date, banked_fen: int | None = None
) -> tuple[Violation, ...]:
    """Return what is wrong with a span of days (周对账): unclosed, differing, and against the bank.

    Args:
        books: of the hall.
        first: first day.
        last: last day, included.
        banked_fen: what reached the fiscal account; None leaves it out (FE06).
    """
    found = [*wrong_in_books(books)]
    closed = {(c.day, c.person): c for c in books.closings if first <= c.day <= last}
    entries = between(books, first, last)
    for day, person in sorted({(e.day, e.person) for e in entries}):
        if (day, person) not in closed:
            found.append(violation("till_open", day=day.isoformat(), person=person))
    for closing in closed.values():
        found += wrong_in_closing(books, closing)
    net = add_up(entries).net_fen
    if banked_fen is not None and banked_fen != net:
        found.append(_off(net, banked_fen, "bank"))
    return tuple(found)


# -- transfers ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Match:
    """An open fee that a transfer may be for; `sure`: its number stands in the remark."""

    fee: OpenFee
    sure: bool


def matching(fees: Iterable[OpenFee], amount_fen: int, remark: str) -> tuple[Match, ...]:
    """Return the open fees that a transfer of this amount may pay; those that it names first.

    Only the exact amount fits. The remark names a fee by the number of its notice or of its case,
    whatever stands around it; a clerk confirms in any case (FE02).
    """
    fits = [
        Match(fee, says(remark, fee.notice) or says(remark, fee.case))
        for fee in fees
        if fee.amount_fen == amount_fen
    ]
    return tuple(sorted(fits, key=lambda match: (not match.sure, match.fee.at)))


def says(remark: str, number: str) -> bool:
    """Say whether a number stands in a remark, whatever stands between its parts.

    As a part of a longer number it does not count: FN1 is not named by FN10.
    """
    letters = _letters(number)
    if not letters or letters not in _letters(remark):
        return False
    spread = r"[\W_]*".join(map(re.escape, letters))
    plain = unicodedata.normalize("NFKC", remark).casefold()
    return re.search(rf"(?<!\d){spread}(?!\d)", plain) is not None


@lru_cache(maxsize=4096)
def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in plain if letter.isalnum())
