"""The cashier's desk: open fees, transfers matched, receipt forms, days closed (FE01–FE07)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from client.app.failures import AppFailure
from client.app.money.bank import Bank, BankSpan, bank_span
from client.app.money.sums import span_csv, span_sheet
from client.app.papers.saving import saved
from client.app.rows.cases import PaperRow
from client.app.rows.money import FeeRow, FormsRow, MannerSum, SpanView, TillView
from client.app.rows.words import Words, said
from client.app.session.hall_books import hall_books
from client.app.steps.stepping import kept_paper
from sync.domain import tills
from sync.domain.amounts import fen_in
from sync.domain.authority import Role
from sync.domain.calendar import china_day
from sync.domain.events import MANNERS
from sync.domain.hall_steps import SCOPE, HallKind
from sync.domain.receipts import Fate
from sync.domain.shapes import LONGEST_TEXT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date
    from pathlib import Path

    from client.app.items.catalogue import CatalogueDesk
    from client.app.session.recorder import Recorded
    from client.app.session.workplace import Workplace
    from sync.domain.receipts import Run
    from sync.domain.tills import Books, OpenFee
    from sync.domain.violations import Violation

_KEEPERS = (Role.CASHIER, Role.HALL_MANAGER)


class Tills:
    """Money in this hall; each call needs an open session.

    Args:
        place: returns the open session's means, or raises app.locked.
        catalogue: gives items their names in the screen's language.
        done: told of each durable step, on the screen lane.
    """

    def __init__(
        self,
        place: Callable[[], Workplace],
        catalogue: CatalogueDesk,
        done: Callable[[Recorded], None],
    ) -> None:
        self._place = place
        self._catalogue = catalogue
        self._done = done
        self.bank = Bank(place, self._fee)

    async def view(self, text: str = "") -> TillView:
        """Return the desk.

        Args:
            text: narrows what is owed: an amount with a transfer's remark, or a part of the case's
                or the notice's number or of the applicant's name.
        """
        place = self._place()
        return await place.on_store(self._view, place, text)

    async def forms(self) -> tuple[FormsRow, ...]:
        """Return every run of receipt forms of the hall."""
        place = self._place()
        return await place.on_store(_forms, place)

    async def keepers(self) -> tuple[tuple[str, str], ...]:
        """Return (roster id, name) of those to whom forms may be handed."""
        place = self._place()
        return await place.on_store(_keepers, place)

    async def span(self, first: date, last: date, *, own: bool = False) -> SpanView:
        """Return the sums of some days, both included; own=True: of whoever is logged in."""
        place = self._place()
        return await place.on_store(partial(_span, place, first, last, own=own))

    # ------------------------------------------------------------ steps

    async def turn(
        self, act: str, batch: str, first: int, last: int, **more: str
    ) -> tuple[Words, ...]:
        """Draw, give, take, cancel or return receipt forms; return what was found.

        Args:
            act: the step's code after "receipt.".
            batch: code printed on the forms.
            first: lowest number.
            last: highest number, included.
            more: to; from; reason, text.

        Raises:
            AppFailure: a violation's code when the rules refuse it; nothing is changed then.
        """
        span = {"batch": batch, "first": first, "last": last}
        return await self._commit(f"receipt.{act}", {**span, **_given(more)})

    async def close(
        self, day: date, counted: Mapping[str, int], text: str = ""
    ) -> tuple[Words, ...]:
        """Close a day by what was counted of each manner, in fen; return what does not agree.

        What is booked goes into the step as this window knows it: the centre holds it against its
        own books.

        Raises:
            AppFailure: a violation's code when the rules refuse it; nothing is changed then.
        """
        place = self._place()
        booked = await place.on_store(partial(_span, place, day, day, own=True))
        members = {
            "day": day.isoformat(),
            **{manner: counted.get(manner, 0) for manner in MANNERS},
            "taken_fen": booked.taken_fen,
            "refunded_fen": booked.refunded_fen,
            "receipts": booked.payments,
            **_given({"text": text}),
        }
        await self._commit(HallKind.CLOSE, members)
        return (await self.span(day, day, own=True)).wrong

    async def reconcile(
        self, first: date, last: date, banked_fen: int, text: str = ""
    ) -> tuple[Words, ...]:
        """Hold some days against what reached the fiscal account; return what does not agree.

        What was written about lines of the bank's statements goes into the step's text.

        Raises:
            AppFailure: a violation's code when the rules refuse it; nothing is changed then.
        """
        place = self._place()
        books = await place.on_store(hall_books, place.store, place.session.hall)
        booked = tills.add_up(tills.between(books, first, last)).net_fen
        shown = await place.on_store(bank_span, place, books, first, last)
        said_all = "; ".join((text.strip(), *shown.notes)).removeprefix("; ")
        members = {
            "from": first.isoformat(),
            "to": last.isoformat(),
            "booked_fen": booked,
            "banked_fen": banked_fen,
            **_given({"text": said_all[:LONGEST_TEXT]}),
        }
        await self._commit(HallKind.RECONCILE, members)
        found = tills.wrong_in_week(books, first, last, banked_fen)
        return (*await place.on_store(_said, place, found), *shown.found)

    # ------------------------------------------------------------ out of the house

    async def sheet(self, first: date, last: date, *, own: bool) -> PaperRow:
        """Make the sheet of some days; it belongs to no case and is kept sealed."""
        place = self._place()
        view = await self.span(first, last, own=own)
        data = await place.on_store(span_sheet, place, view)
        paper = await kept_paper(place, data)
        return PaperRow(paper.kind, paper.no or "", paper.sha256, place.now())

    async def table(self, first: date, last: date, *, own: bool) -> bytes:
        """Return the movements of some days as CSV for a spreadsheet."""
        place = self._place()

        def read() -> bytes:
            books = hall_books(place.store, place.session.hall)
            person = place.session.person if own else None
            return span_csv(tills.between(books, first, last, person), self._catalogue.language)

        return await place.on_store(read)

    async def export(self, first: date, last: date, path: Path, *, own: bool) -> None:
        """Write the movements of some days to a file that the person chose.

        Raises:
            AppFailure: app.file_not_written: what stood there stays.
        """
        table = await self.table(first, last, own=own)
        await self._place().lanes.crunch.run(saved, path, table)

    # ------------------------------------------------------------ inside

    async def _commit(self, kind: str, members: Mapping[str, Any]) -> tuple[Words, ...]:
        place = self._place()

        def work() -> Recorded:
            draft = place.recorder.draft(kind, f"{SCOPE}{place.session.hall}", None, members)
            return place.recorder.commit(draft)

        async with place.steps:
            recorded = await place.on_store(work)
        self._done(recorded)
        return tuple(said(each) for each in recorded.findings)

    def _view(self, place: Workplace, text: str) -> TillView:
        books = hall_books(place.store, place.session.hall)
        stock, person = books.stock, place.session.person
        today = china_day(place.now())
        return TillView(
            fees=tuple(self._fees(place, books, text)),
            receipt=stock.next_of(person) or "",
            left=sum(run.count for run in stock.held_by(person)),
            today=_sums(place, books, today, today, person),
        )

    def _fees(self, place: Workplace, books: Books, text: str) -> list[FeeRow]:
        amount, _, remark = text.strip().partition(" ")
        fen = fen_in(amount)
        if fen is not None:
            found = tills.matching(books.open_fees, fen, remark)
            return [self._fee(place, match.fee, sure=match.sure) for match in found]
        rows = [self._fee(place, fee) for fee in sorted(books.open_fees, key=lambda f: f.at)]
        wanted = text.strip().casefold()
        return [row for row in rows if wanted in f"{row.case} {row.notice} {row.applicant}".lower()]

    def _fee(self, place: Workplace, fee: OpenFee, *, sure: bool = False) -> FeeRow:
        case = place.store.case(fee.case)
        item = place.rules().item_of(case.item, case.item_version) if case else None
        return FeeRow(
            ref=fee.ref,
            case=fee.case,
            applicant=case.applicant.name if case else "",
            item=item.name.of(self._catalogue.language) if item else "",
            amount_fen=fee.amount_fen,
            notice=fee.notice,
            since=fee.at,
            sure=sure,
        )


def days_between(first: date, last: date) -> int:
    """Return how many days a span has.

    Raises:
        AppFailure: app.span_wrong: it ends before it begins.
    """
    if last < first:
        raise AppFailure("app.span_wrong")
    return (last - first).days + 1


# -- store lane -----------------------------------------------------------------------------------


def _said(place: Workplace, found: Iterable[Violation]) -> tuple[Words, ...]:
    """Say what does not agree, people by their names."""
    return tuple(said(place.recorder.named(each, None)) for each in found)


def _given(more: Mapping[str, str]) -> dict[str, str]:
    return {name: value.strip() for name, value in more.items() if value.strip()}


def _name(place: Workplace, person: str) -> str:
    known = place.store.policy_book().roster.get(person)
    return known.name if known else person


def _keepers(place: Workplace) -> tuple[tuple[str, str], ...]:
    book, scope = place.store.policy_book(), f"{SCOPE}{place.session.hall}"
    authority, own = book.rules().authority, place.session.person
    return tuple(
        (person, known.name)
        for person, known in book.roster.items()
        if person != own and authority.roles_of(person, scope, place.now()).intersection(_KEEPERS)
    )


def _forms(place: Workplace) -> tuple[FormsRow, ...]:
    stock = hall_books(place.store, place.session.hall).stock
    gaps = stock.gaps()
    return tuple(_row(place, run, gaps) for run in stock.runs)


def _row(place: Workplace, run: Run, gaps: tuple[Run, ...]) -> FormsRow:
    person = place.session.person
    return FormsRow(
        batch=run.batch,
        first=run.first,
        last=run.last,
        fate=run.fate,
        holder=_name(place, run.holder),
        holder_id=run.holder,
        offered=_name(place, run.offered) if run.offered else "",
        mine=run.fate is Fate.HELD and run.holder == person and not run.offered,
        for_me=run.offered == person,
        gap=any(gap.batch == run.batch and gap.first == run.first for gap in gaps),
    )


def _span(place: Workplace, first: date, last: date, *, own: bool) -> SpanView:
    days_between(first, last)
    books = hall_books(place.store, place.session.hall)
    return _sums(place, books, first, last, place.session.person if own else None)


def _sums(place: Workplace, books: Books, first: date, last: date, person: str | None) -> SpanView:
    sums = tills.add_up(tills.between(books, first, last, person))
    closing = next(
        (c for c in reversed(books.closings) if (c.day, c.person) == (first, person)), None
    )
    own_day = person is not None and first == last
    if own_day:
        found = tills.wrong_in_books(books, person)
        found += tills.wrong_in_closing(books, closing) if closing else ()
    else:
        found = tills.wrong_in_week(books, first, last)
    shown = bank_span(place, books, first, last) if person is None else BankSpan()
    departments = place.store.policy_book().departments
    names = {scope: scope.partition("/")[2] for scope in sums.by_scope}
    return SpanView(
        first=first,
        last=last,
        cashier="" if person is None else _name(place, person),
        manners=tuple(
            MannerSum(
                manner,
                sums.taken.get(manner, 0),
                sums.refunded.get(manner, 0),
                closing.counted.get(manner, 0) if closing and own_day else None,
            )
            for manner in dict.fromkeys((*MANNERS, *sums.taken, *sums.refunded))
        ),
        departments=tuple(
            (departments[code].name if code in departments else code, sums.by_scope[scope])
            for scope, code in sorted(names.items())
        ),
        payments=sums.payments,
        refunds=sums.refunds,
        receipts=sums.receipts,
        closed=closing is not None and own_day,
        wrong=(*_said(place, found), *shown.found),
        banked_fen=shown.fen,
        unexplained=shown.unexplained,
    )
