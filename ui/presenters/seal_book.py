"""The register of seals and the day's close (SE09, SE10): seal uses, stock, prints, blank forms."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from client.app.rows.words import Words
from sync.domain.calendar import china_day
from sync.domain.failures import Failure
from ui.presenters.flow import DraftKeeper
from ui.values import CloseForm, FieldProblem, Problem, Route

if TYPE_CHECKING:
    from client.app.rows.seals import SealBookView
    from sync.domain.seal_register import DayClose
    from sync.engine.ports import ChangeSet
    from ui.presenters.desk import Desk
    from ui.presenters.flow import Flow

_MOST = 999_999


class SealBookScreen(Protocol):
    """What the view can do."""

    def show_book(self, book: SealBookView) -> None:
        """Show the register, the stock, and what today comes to."""

    def show_form(self, form: CloseForm) -> None:
        """Fill in what was counted."""

    def show_problems(self, problems: tuple[FieldProblem, ...]) -> None:
        """Show what is wrong, beside the fields; () clears it."""

    def show_close(self, closed: DayClose) -> None:
        """Show what a close came to, difference by difference."""

    def show_failure(self, problem: Problem | None) -> None:
        """Show what went wrong; None clears it."""

    def set_busy(self, *, busy: bool) -> None:
        """Show that it is being compared."""


class SealBookPresenter:
    """Reads the register and closes the day by what a person counted."""

    def __init__(self, desk: Desk, screen: SealBookScreen, flow: Flow) -> None:
        self._desk = desk
        self._screen = screen
        self._flow = flow
        self._keeper: DraftKeeper[CloseForm] = DraftKeeper(desk.drafts, "seal_close", CloseForm)
        self._busy = False

    async def open(self) -> None:
        """Show the register, and the count as it was left; each day's forms are counted anew."""
        form = await self._keeper.load()
        if form is not None and form.typed_on not in {"", self._today()}:
            await self._keeper.drop()
        elif form is not None:
            self._screen.show_form(form)
        await self.read()

    async def read(self) -> None:
        """Read the register anew."""
        try:
            self._screen.show_book(await self._desk.seal_book.view())
        except Failure as failure:
            self._screen.show_failure(Problem.of(failure))

    async def changed(self, change: ChangeSet) -> None:
        """Follow new uses."""
        if change.cases:
            await self.read()

    def edited(self, form: CloseForm) -> None:
        """Remember what was typed."""
        self._keeper.note(replace(form, typed_on=self._today()))

    async def save_draft(self) -> None:
        """Keep what was typed."""
        await self._keeper.save()

    def _today(self) -> str:
        return china_day(self._desk.now()).isoformat()

    def open_case(self, number: str) -> None:
        """Go to the case of a use."""
        if number:
            self._flow.go(Route("case", number))

    async def close(self, form: CloseForm) -> None:
        """Compare and keep; a second press meanwhile does nothing."""
        numbers = {"received": _count(form.received or "0"), "left": _count(form.left)}
        wrong = [name for name, number in numbers.items() if number is None]
        problems = tuple(FieldProblem(name, Words("seal.count_wrong")) for name in wrong)
        self._screen.show_problems(problems)
        received, left = numbers["received"], numbers["left"]
        if self._busy or received is None or left is None:
            return
        self._busy = True
        self._screen.show_failure(None)
        self._screen.set_busy(busy=True)
        try:
            closed = await self._desk.seal_book.close(received, left)
            await self._keeper.drop()
        except Failure as failure:
            self._screen.show_failure(Problem.of(failure))
        else:
            await self.read()
            self._screen.show_close(closed)
        finally:
            self._busy = False
            self._screen.set_busy(busy=False)


def _count(text: str) -> int | None:
    """Read a number of forms; full-width digits are digits too."""
    plain = text.strip()
    if not plain.isdecimal() or int(plain) > _MOST:
        return None
    return int(plain)
