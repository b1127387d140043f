"""Money at the centre: the same books as in the window, kept by hall (FE05, FE06).

Stock, movements and closed days are bookkeeping: they can be computed again from the accepted
lines. Judged and kept inside the unit that logs the step; whoever calls has taken the hall's scope.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from sync.domain import bodies, tills
from sync.domain.events import Kind
from sync.domain.hall_steps import (
    SCOPE,
    STOCK_KINDS,
    HallKind,
    advance_stock,
    hall_of,
    judge_hall,
)
from sync.domain.hall_steps import judge_payment as judge_receipt
from sync.domain.receipts import Stock
from sync.domain.tills import Books, Closing, Entry
from sync.domain.violations import SEVERITY, Severity, Violation, refusals, violation
from sync.server.services.cases.casework import Judged
from sync.server.services.rows.money import MoneyRow, StockRow
from sync.typed import json_reader

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from sync.domain.case import Case
    from sync.domain.events import Step
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.record.policy import Policy

_STOCK = json_reader(Stock)
_ENTRY, _CLOSING = json_reader(Entry), json_reader(Closing)
_OF_CASES = frozenset({Kind.PAY, Kind.REFUND})
ENTRY, CLOSED = "entry", "closing"


def hall_scope(kind: str, scope: str) -> str | None:
    """Return the scope of the hall whose books a step of a case moves, None where it moves none."""
    return f"{SCOPE}{hall_of(scope)}" if kind in _OF_CASES else None


class Money:
    """Judges steps of halls and receipts of payments, and keeps the books."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy

    def judge(self, tx: Transaction, step: Step) -> Judged:
        """Judge a step of a hall."""
        found = judge_hall(step, self.stock(tx, hall_of(step.scope)), self._policy.rules())
        if refused := refusals(found):
            return Judged("refused", refused)
        if any(SEVERITY[each.code] is Severity.DISPUTED for each in found):
            return Judged("disputed", found)
        return Judged("accepted", (*found, *self._wrong(tx, step)))

    def judge_payment(self, tx: Transaction, step: Step, judged: Judged) -> Judged:
        """Judge the receipt of a payment that its case's rules let pass."""
        if step.kind != Kind.PAY:
            return judged
        found = judge_receipt(step, self.stock(tx, hall_of(step.scope)))
        if refused := refusals(found):
            return Judged("refused", refused, paper=bool(step.body.get("paper")))
        return Judged("accepted", (*judged.violations, *found), judged.after, judged.due)

    def keep(self, tx: Transaction, step: Step, after: Case | None) -> None:
        """Write down what an accepted step did to the books."""
        hall = hall_of(step.scope)
        if step.kind == Kind.PAY or step.kind in STOCK_KINDS:
            stock = advance_stock(self.stock(tx, hall), step)
            tx.money.save_stock(StockRow(hall, msgspec.json.encode(stock).decode()))
        if step.kind == HallKind.CLOSE:
            closing = tills.closing_of(step)
            body = msgspec.json.encode(closing).decode()
            day = closing.day.isoformat()
            tx.money.keep(MoneyRow(hall, day, step.id, CLOSED, step.person, "", body))
        elif step.kind in _OF_CASES:
            entry = self._entry(tx, step, after)
            body = msgspec.json.encode(entry).decode()
            day = entry.day.isoformat()
            tx.money.keep(MoneyRow(hall, day, step.id, ENTRY, step.person, entry.fee, body))

    def stock(self, tx: Transaction, hall: str) -> Stock:
        """Return a hall's stock."""
        body = tx.money.stock(hall)
        return Stock() if body is None else _STOCK.decode(body)

    def books(self, tx: Transaction, hall: str, first: date, last: date) -> Books:
        """Return the books of some days, both included; the stock as it stands now."""
        rows = tx.money.between(hall, first.isoformat(), last.isoformat())
        return Books(
            self.stock(tx, hall),
            tuple(_ENTRY.decode(row.body) for row in rows if row.kind == ENTRY),
            closings=tuple(_CLOSING.decode(row.body) for row in rows if row.kind == CLOSED),
        )

    # ------------------------------------------------------------ inside

    def _wrong(self, tx: Transaction, step: Step) -> Iterable[Violation]:
        """Yield what a closing or a reconciliation leaves open, by the centre's own books."""
        hall = hall_of(step.scope)
        if step.kind == HallKind.CLOSE:
            closing = tills.closing_of(step)
            books = self.books(tx, hall, closing.day, closing.day)
            yield from tills.wrong_in_closing(books, closing)
            yield from tills.wrong_in_books(books, step.person)
        first, last = bodies.day(step.body, "from"), bodies.day(step.body, "to")
        if step.kind == HallKind.RECONCILE and first is not None and last is not None:
            books = self.books(tx, hall, first, last)
            banked = bodies.whole(step.body, "banked_fen")
            yield from tills.wrong_in_week(books, first, last, banked)
            known = tills.add_up(tills.between(books, first, last)).net_fen
            said = bodies.whole(step.body, "booked_fen")
            if said != known:
                yield violation("till_differs", what="booked", closed=said, known=known)

    @staticmethod
    def _entry(tx: Transaction, step: Step, after: Case | None) -> Entry:
        ref = bodies.text(step.body, "fee")
        if step.kind == Kind.REFUND:
            rows = tx.money.of_fee(hall_of(step.scope), ref)
            entries = (_ENTRY.decode(row.body) for row in rows)
            return tills.refund_of(step, next((each for each in entries if each.paid), None))
        fees = () if after is None else after.fees
        amount = next((fee.amount_fen for fee in fees if fee.ref == ref), None)
        return tills.payment_of(step, amount)
