"""The bank's statements at the cashier's desk: read, matched, explained (FE02, FE06, FE08).

Lines stay at this window. Nothing is booked here: a payment is made on its own page, by a cashier's
key, and what that page begins with is all that comes from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from client.app.money.bank_files import statement_in
from client.app.rows.money import BankFee, BankRead, BankRow, BankView
from client.app.rows.words import Words
from client.app.session.hall_books import hall_books
from sync.domain import bank, tills
from sync.domain.amounts import yuan

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date
    from pathlib import Path

    from client.app.rows.money import FeeRow
    from client.app.session.workplace import Workplace
    from sync.domain.bank import BankLine, Settled
    from sync.domain.tills import Books, Entry, OpenFee

_ORDER = {stand: place for place, stand in enumerate((*list(bank.Stand)[1:], bank.Stand.BOOKED))}
_WIRED = ("电汇", "wire")
_MOST = 500
"""Lines that a screen shows."""
LONGEST_NOTE = 200


class Bank:
    """Statements of this hall's account; each call needs an open session.

    Args:
        place: returns the open session's means, or raises app.locked.
        fee: makes a fee's row. Store lane.
    """

    def __init__(
        self, place: Callable[[], Workplace], fee: Callable[[Workplace, OpenFee], FeeRow]
    ) -> None:
        self._place = place
        self._fee = fee

    async def read(self, path: Path) -> BankRead:
        """Read a file and keep its lines; those of an earlier file are known again.

        Raises:
            AppFailure: as `bank_files.statement_in`; nothing is kept then.
        """
        place = self._place()
        statement = await place.lanes.crunch.run(statement_in, path)
        new = await place.on_store(place.store.keep_bank_lines, statement.lines)
        days = sorted(line.day for line in statement.lines)
        return BankRead(
            name=path.name,
            new=new,
            known=len(statement.lines) - new,
            unread=statement.unread,
            first=days[0] if days else None,
            last=days[-1] if days else None,
        )

    async def view(self, text: str = "") -> BankView:
        """Return the lines whose payer, remark, number or amount holds the text."""
        place = self._place()
        return await place.on_store(self._view, place, text)

    async def explain(self, key: str, note: str) -> None:
        """Write what a line is, where no fee explains it; "" takes it back."""
        place = self._place()
        await place.on_store(place.store.explain_bank_line, key, note.strip()[:LONGEST_NOTE])

    def _view(self, place: Workplace, text: str) -> BankView:
        books = hall_books(place.store, place.session.hall)
        notes, settled = settled_lines(place, books)
        rows = [self._row(place, each, notes) for each in settled]
        wanted = text.strip().casefold()
        said = [
            row
            for row in rows
            if wanted in f"{row.payer} {row.remark} {row.ref} {row.case} {yuan(row.fen)}".casefold()
        ]
        said.sort(key=lambda row: row.day, reverse=True)
        said.sort(key=lambda row: (bool(row.note), _ORDER[bank.Stand(row.stand)]))
        return BankView(tuple(said[:_MOST]), books.stock.next_of(place.session.person) or "")

    def _row(self, place: Workplace, each: Settled, notes: Mapping[str, str]) -> BankRow:
        line, entry = each.line, each.entry
        wired = any(word in line.remark.casefold() for word in _WIRED)
        return BankRow(
            key=line.key,
            day=line.day,
            fen=line.fen,
            payer=line.payer,
            remark=line.remark,
            ref=line.ref,
            number=line.number,
            stand=each.stand,
            fees=tuple(BankFee(self._fee(place, c.fee), c.by) for c in each.candidates),
            manner="wire" if wired else "transfer",
            receipt=entry.receipt if entry else "",
            case=entry.case if entry else "",
            note=notes[line.key],
        )


# -- store lane -----------------------------------------------------------------------------------


def settled_lines(place: Workplace, books: Books) -> tuple[dict[str, str], tuple[Settled, ...]]:
    """Return what was written about each line, by key, and how each stands."""
    kept = place.store.bank_lines()
    cases = ((fee.case, place.store.case(fee.case)) for fee in books.open_fees) if kept else ()
    names = {number: case.applicant.name for number, case in cases if case is not None}
    settled = bank.settle([each.line for each in kept], books, names)
    return {each.line.key: each.note for each in kept}, settled


@dataclass(frozen=True, slots=True)
class BankSpan:
    """Some days' statements against the books (周对账).

    Args:
        fen: what reached the account by the statements; None where none is of these days.
        unexplained: how many lines are neither booked nor explained.
        found: in words, each line that no booking explains, each transfer that no line shows.
        notes: what the cashier wrote about the former, with day and amount.
    """

    fen: int | None = None
    unexplained: int = 0
    found: tuple[Words, ...] = ()
    notes: tuple[str, ...] = ()


def bank_span(place: Workplace, books: Books, first: date, last: date) -> BankSpan:
    """Hold some days' statements against the books."""
    written, settled = settled_lines(place, books)
    span = [each for each in settled if first <= each.line.day <= last]
    if not span:
        return BankSpan()
    open_ = [(each, written[each.line.key]) for each in span if each.stand is not bank.Stand.BOOKED]
    absent = bank.unbanked(settled, tills.between(books, first, last))
    return BankSpan(
        fen=sum(each.line.fen for each in span),
        unexplained=sum(not note for _, note in open_),
        found=(
            *(_line_said(each.line, each.stand, note) for each, note in open_),
            *(_entry_said(entry) for entry in absent),
        ),
        notes=tuple(
            f"{each.line.day.isoformat()} {yuan(each.line.fen)} {note}"
            for each, note in open_
            if note
        ),
    )


def _entry_said(entry: Entry) -> Words:
    said = {
        "day": entry.day.isoformat(),
        "amount": yuan(entry.amount_fen),
        "receipt": entry.receipt,
    }
    return Words("bank.absent" if entry.paid else "bank.absent_refund", said)


def _line_said(line: BankLine, stand: bank.Stand, note: str) -> Words:
    args = {
        "day": line.day.isoformat(),
        "amount": yuan(line.fen),
        "payer": line.payer or "–",
        "remark": line.remark or "–",
        "note": note,
    }
    if note:
        return Words("bank.open.explained", args)
    return Words("bank.open.out" if line.fen < 0 else f"bank.open.{stand}", args)
