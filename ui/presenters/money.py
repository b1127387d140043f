"""The cashier's pages: what is owed, receipt forms, and the sums of a day, a week, a month."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from client.app.forms.reading import day_in
from client.app.rows.words import Words
from sync.domain.amounts import fen_in
from sync.domain.calendar import china_day
from sync.domain.events import MANNERS
from sync.domain.failures import Failure
from ui.presenters.flow import DraftKeeper
from ui.values import FieldProblem, Problem, Route

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from client.app.rows.money import FormsRow, SpanView, TillView
    from sync.engine.ports import ChangeSet
    from ui.presenters.desk import Desk
    from ui.presenters.flow import Flow

ACTS = ("draw", "give", "take", "cancel", "return")
SPANS = ("day", "week", "month")
_WEEK = timedelta(days=6)


class Screen(Protocol):
    """What every page of money can do."""

    def show_failure(self, problem: Problem | None) -> None:
        """Show what went wrong; None clears it."""

    def show_problems(self, problems: tuple[FieldProblem, ...]) -> None:
        """Show problems beside their fields."""

    def set_busy(self, *, busy: bool) -> None:
        """Say that a step is being made."""


class MoneyScreen(Screen, Protocol):
    """What the cashier's desk can do besides."""

    def show_till(self, till: TillView) -> None:
        """Show what is owed and today's sums."""


class MoneyPresenter:
    """The cashier's desk: finds the fee, goes to its page."""

    def __init__(self, desk: Desk, screen: MoneyScreen, flow: Flow) -> None:
        self._desk, self._screen, self._flow = desk, screen, flow
        self.text = ""
        self._turn = 0

    async def open(self) -> None:
        """Show it as it stands."""
        await self.find(self.text)

    async def find(self, text: str) -> None:
        """Narrow what is owed; an answer that another overtook is dropped."""
        self.text = text
        self._turn += 1
        turn = self._turn
        try:
            till = await self._desk.tills.view(text)
        except Failure as failure:
            self._screen.show_failure(Problem.of(failure))
            return
        if turn == self._turn:
            self._screen.show_failure(None)
            self._screen.show_till(till)

    async def changed(self, _change: ChangeSet) -> None:
        """Read again."""
        await self.find(self.text)

    def pay(self, case: str) -> None:
        """Go to the page that takes a payment."""
        if case:
            self._flow.go(Route("step", case, "pay"))


@dataclass(frozen=True, slots=True)
class StockForm:
    """What is typed on the page of receipt forms."""

    act: str = "draw"
    batch: str = ""
    first: str = ""
    last: str = ""
    to: str = ""
    reason: str = ""
    text: str = ""


class StockScreen(Screen, Protocol):
    """What the page of receipt forms can do besides."""

    def show_forms(self, rows: tuple[FormsRow, ...], keepers: tuple[tuple[str, str], ...]) -> None:
        """Show every run and to whom forms may be handed."""

    def show_form(self, form: StockForm) -> None:
        """Fill the fields."""

    def show_done(self, found: tuple[Words, ...]) -> None:
        """Say that it is recorded, and what was found."""


class StockPresenter:
    """Receipt forms: drawn, handed over, cancelled, returned (领用缴销)."""

    def __init__(self, desk: Desk, screen: StockScreen) -> None:
        self._desk, self._screen = desk, screen
        self._keeper = DraftKeeper(desk.drafts, "money.stock", StockForm)
        self._rows: tuple[FormsRow, ...] = ()
        self._busy = False
        self.form = StockForm()

    @property
    def making(self) -> bool:
        """Whether a step is being made now: the page must not be left."""
        return self._busy

    async def open(self) -> None:
        """Show runs, and the form as it was left."""
        self.form = self._keeper.newest or await self._keeper.load() or self.form
        await self._read()
        self._screen.show_form(self.form)

    async def changed(self, _change: ChangeSet) -> None:
        """Read again; nothing typed is touched."""
        await self._read()

    async def save(self) -> None:
        """Keep what is typed."""
        await self._keeper.save()

    def edited(self, form: StockForm) -> None:
        """Remember what is typed."""
        self.form = form
        self._keeper.note(form)

    def pick(self, key: str) -> None:
        """Fill the numbers of a run in; what is offered to this person is to be taken."""
        row = next((each for each in self._rows if key_of(each) == key), None)
        if row is not None:
            act = "take" if row.for_me else self.form.act
            numbers = {"first": str(row.first), "last": str(row.last)}
            self.edited(replace(self.form, act=act, batch=row.batch, **numbers))
            self._screen.show_form(self.form)

    async def submit(self, form: StockForm) -> None:
        """Make the step; a second press meanwhile does nothing."""
        if self._busy:
            return
        problems = tuple(_wrong_stock(form))
        self._screen.show_problems(problems)
        if problems:
            return
        self._busy = True
        self._screen.set_busy(busy=True)
        try:
            found = await self._desk.tills.turn(
                form.act, form.batch, int(form.first), int(form.last), **self._more(form)
            )
        except Failure as failure:
            self._screen.show_failure(Problem.of(failure))
            return
        finally:
            self._busy = False
            self._screen.set_busy(busy=False)
        self._screen.show_failure(None)
        await self._keeper.drop()
        self.form = StockForm(act=form.act)
        self._screen.show_form(self.form)
        await self._read()
        self._screen.show_done(found)

    def _more(self, form: StockForm) -> dict[str, str]:
        if form.act == "give":
            return {"to": form.to}
        if form.act == "take":
            first = int(form.first)
            row = next((r for r in self._rows if r.batch == form.batch and r.first == first), None)
            return {"from": row.holder_id if row else ""}
        if form.act == "cancel":
            return {"reason": form.reason, "text": form.text}
        return {"text": form.text}

    async def _read(self) -> None:
        try:
            self._rows = await self._desk.tills.forms()
            keepers = await self._desk.tills.keepers()
        except Failure as failure:
            self._screen.show_failure(Problem.of(failure))
            return
        self._screen.show_forms(self._rows, keepers)


def key_of(row: FormsRow) -> str:
    """Return what tells one run from another."""
    return f"{row.batch}-{row.first}"


def _wrong_stock(form: StockForm) -> Iterator[FieldProblem]:
    if not form.batch.strip():
        yield FieldProblem("batch", Words("money.wrong.batch"))
    for name in ("first", "last"):
        typed = getattr(form, name).strip()
        if not (typed.isascii() and typed.isdigit() and len(typed) <= 8):
            yield FieldProblem(name, Words("money.wrong.number"))
    if form.act == "give" and not form.to:
        yield FieldProblem("to", Words("money.wrong.to"))
    if form.act == "cancel":
        if not form.reason:
            yield FieldProblem("reason", Words("money.wrong.reason"))
        if not form.text.strip():
            yield FieldProblem("text", Words("money.wrong.text"))


@dataclass(frozen=True, slots=True)
class TillForm:
    """What is typed on the page of sums; amounts in yuan, as typed.

    Attributes:
        typed_on: the day on which it was, YYYY-MM-DD; the presenter's own.
    """

    span: str = "day"
    day: str = ""
    counted: dict[str, str] = field(default_factory=dict)
    banked: str = ""
    text: str = ""
    typed_on: str = ""


class TillScreen(Screen, Protocol):
    """What the page of sums can do besides."""

    def show_span(self, view: SpanView) -> None:
        """Show sums and what does not agree."""

    def show_form(self, form: TillForm) -> None:
        """Fill the fields."""

    def show_done(self, found: tuple[Words, ...]) -> None:
        """Say that it is recorded, and what does not agree."""

    def show_saved(self, name: str) -> None:
        """Say that the table was written to a file."""


class TillPresenter:
    """日结清, 周对账, 月汇总: counted, held against the books, printed, exported (FE05, FE06)."""

    def __init__(self, desk: Desk, screen: TillScreen, flow: Flow) -> None:
        self._desk, self._screen, self._flow = desk, screen, flow
        self._keeper = DraftKeeper(desk.drafts, "money.till", TillForm)
        self.form = TillForm()
        self._unexplained = 0
        self._busy = False

    @property
    def making(self) -> bool:
        """Whether a step is being made now: the page must not be left."""
        return self._busy

    async def open(self) -> None:
        """Show the sums of the day, and the form as it was left.

        What was counted another day is held against the books of that one.
        """
        self.form = self._keeper.newest or await self._keeper.load() or self.form
        counted = self.form.counted or self.form.banked or self.form.text
        if counted and not self.form.day and self.form.typed_on != self._today():
            self.form = replace(self.form, day=self.form.typed_on)
        self._screen.show_form(self.form)
        await self._read()

    async def changed(self, _change: ChangeSet) -> None:
        """Add up again; nothing typed is touched."""
        await self._read()

    async def save(self) -> None:
        """Keep what is typed."""
        await self._keeper.save()

    async def edited(self, form: TillForm) -> None:
        """Remember what is typed; another span or day is added up."""
        other = (form.span, form.day) != (self.form.span, self.form.day)
        self.form = replace(form, typed_on=self._today())
        self._keeper.note(self.form)
        if other:
            await self._read()

    async def submit(self, form: TillForm) -> None:
        """Close the day, hold the week against the bank, or print the month.

        A second press meanwhile does nothing.
        """
        if self._busy:
            return
        problems = tuple(self._wrong(form))
        self._screen.show_problems(problems)
        if problems:
            return
        if form.span == "month":
            await self.print()
            return
        self._busy = True
        self._screen.set_busy(busy=True)
        try:
            found = await self._make(form)
        except Failure as failure:
            self._screen.show_failure(Problem.of(failure))
            return
        finally:
            self._busy = False
            self._screen.set_busy(busy=False)
        self._screen.show_failure(None)
        await self._keeper.drop()
        await self._read()
        self._screen.show_done(found)

    async def print(self) -> None:
        """Make the sheet and show it: it is printed and saved from there."""
        first, last = self._days(self.form)
        try:
            row = await self._desk.tills.sheet(first, last, own=self.form.span == "day")
        except Failure as failure:
            self._screen.show_failure(Problem.of(failure))
            return
        self._flow.go(Route("paper", step=row.sha256, paper=row.kind))

    async def export(self, path: Path) -> None:
        """Write the movements as CSV."""
        first, last = self._days(self.form)
        try:
            await self._desk.tills.export(first, last, path, own=self.form.span == "day")
        except Failure as failure:
            self._screen.show_failure(Problem.of(failure))
        else:
            self._screen.show_saved(path.name)

    async def _make(self, form: TillForm) -> tuple[Words, ...]:
        first, last = self._days(form)
        if form.span == "week":
            banked = fen_in(form.banked) or 0
            return await self._desk.tills.reconcile(first, last, banked, form.text)
        counted = {name: fen_in(form.counted.get(name, "") or "0") or 0 for name in MANNERS}
        return await self._desk.tills.close(first, counted, form.text)

    async def _read(self) -> None:
        first, last = self._days(self.form)
        try:
            view = await self._desk.tills.span(first, last, own=self.form.span == "day")
        except Failure as failure:
            self._screen.show_failure(Problem.of(failure))
            return
        self._unexplained = view.unexplained
        self._screen.show_span(view)

    def _today(self) -> str:
        return china_day(self._desk.now()).isoformat()

    def _days(self, form: TillForm) -> tuple[date, date]:
        today = china_day(self._desk.now())
        day = day_in(form.day, today) or today
        if form.span == "week":
            monday = day - timedelta(days=day.weekday())
            return monday, monday + _WEEK
        if form.span == "month":
            first = day.replace(day=1)
            following = (first + timedelta(days=31)).replace(day=1)
            return first, following - timedelta(days=1)
        return day, day

    def _wrong(self, form: TillForm) -> Iterator[FieldProblem]:
        if form.day and day_in(form.day, china_day(self._desk.now())) is None:
            yield FieldProblem("day", Words("form.wrong.day"))
        if form.span == "day":
            for name in MANNERS:
                if fen_in(form.counted.get(name, "") or "0") is None:
                    yield FieldProblem(name, Words("money.wrong.amount"))
        if form.span == "week":
            if fen_in(form.banked) is None:
                yield FieldProblem("banked", Words("money.wrong.amount"))
            if self._unexplained and not form.text.strip():
                yield FieldProblem("text", Words("till.explain", {"count": self._unexplained}))
