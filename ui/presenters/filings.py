"""Online filings at the window: looked at, registered with one key, answered, given back."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import msgspec

from client.app.rows.words import Words
from sync.domain.failures import Failure
from ui.presenters.flow import DraftKeeper
from ui.values import FieldProblem, MaterialTick, Problem, ReceiveForm

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from client.app.rows.filings import FilingRow, FilingsView, Registered
    from ui.presenters.desk import Desk
    from ui.presenters.flow import Flow

T = TypeVar("T")

AGAIN_S = (0.5, 1.0, 2.0, 4.0, 8.0)  # until the centre knows the case; later the page asks again


class FilingsScreen(Protocol):
    """What the view can do."""

    def show_filings(self, view: FilingsView) -> None:
        """Show what waits."""

    def show_filing(self, row: FilingRow | None) -> None:
        """Show the chosen filing whole; None where there is none."""

    def show_done(self, words: Words) -> None:
        """Say what was done."""

    def show_failure(self, problem: Problem | None) -> None:
        """Show what went wrong; None clears it."""

    def show_problems(self, problems: tuple[FieldProblem, ...]) -> None:
        """Show problems beside their fields."""

    def set_busy(self, *, busy: bool) -> None:
        """Say that something is being asked."""

    def show_page(self, name: str, page: tuple[int, int, bytes]) -> None:
        """Show the first page of a file."""

    def show_text(self, text: str) -> None:
        """Show what was typed as the answer to the chosen filing."""


class AnswerForm(msgspec.Struct, frozen=True):
    """What was typed as the answer to one filing."""

    text: str


class FilingsPresenter:
    """What applicants filed on line, for a window of their hall.

    Args:
        desk: asks the centre.
        screen: the view.
        flow: shows what was registered.
        beside: does what goes on though the page is left.
    """

    def __init__(
        self,
        desk: Desk,
        screen: FilingsScreen,
        flow: Flow,
        beside: Callable[[Coroutine[Any, Any, None]], object],
    ) -> None:
        self._desk, self._screen, self._flow = desk, screen, flow
        self._beside = beside
        self._busy = False
        self.making = False  # a filing is being registered: the page must not be left
        self.rows: dict[str, FilingRow] = {}
        self._looked: tuple[str, int] = ("", -1)
        self._keepers: dict[str, DraftKeeper[AnswerForm]] = {}
        self._chosen = ""

    async def open(self) -> None:
        """Show what waits; what the centre was not told yet is told first."""
        try:
            await self._desk.filings.settle()
            view = await self._desk.filings.view()
            for row in view.rows:
                await self._keeper(row.number).load()
        except Failure as failure:
            self._screen.show_failure(Problem.of(failure))
            return
        self.rows = {row.number: row for row in view.rows}
        self._screen.show_filings(view)

    def choose(self, number: str) -> None:
        """Show one filing whole, with what was typed as its answer."""
        self._chosen = number
        self._screen.show_filing(self.rows.get(number))
        self._show_text()

    def typed(self, number: str, text: str) -> None:
        """Remember an answer, and take back what was said of it: somebody writes it."""
        self._keeper(number).note(AnswerForm(text))
        self._screen.show_problems(())

    async def save(self) -> None:
        """Keep what is typed, each for its own filing."""
        for keeper in tuple(self._keepers.values()):
            await keeper.save()

    async def look(self, number: str) -> None:
        """Show the first page of the chosen filing's next file."""
        row = self.rows.get(number)
        if row is None or not row.files:
            return
        before = self._looked[1] if self._looked[0] == number else -1
        at = (before + 1) % len(row.files)
        file = row.files[at]
        page = await self._ask(lambda: self._desk.filings.page(number, file.sha256))
        if page is not None:
            self._looked = (number, at)
            self._screen.show_page(f"{at + 1}/{len(row.files)} {file.material} {file.name}", page)

    async def register(self, number: str) -> None:
        """Register the chosen filing; its pages stand ready on the page of receipt."""
        if number not in self.rows:
            return
        if self.making:
            return
        self.making = True
        try:
            made = await self._ask(lambda: self._desk.filings.register(number))
            if made is not None:
                await self._registered(number, made)
        finally:
            self.making = False

    async def _registered(self, number: str, made: Registered) -> None:
        self.rows.pop(number, None)  # what waits may have been read anew meanwhile
        await self._keeper(number).drop()
        try:
            await self._ready(made)
        except Failure as failure:  # it is registered all the same
            self._flow.tell(Problem.of(failure))
        self._beside(self._settle())
        if made.done is not None:
            self._flow.done("preregister", made.done)

    async def lacks(self, number: str, text: str) -> None:
        """Tell the applicant what is missing."""
        if not text.strip():
            self._screen.show_problems((FieldProblem("text", Words("filing.wrong.text")),))
            return
        if await self._ask(lambda: self._done(self._desk.filings.lacks(number, text))):
            await self._keeper(number).drop()
            self._show_text()
            self._screen.show_done(Words("filing.told.lacks", {"number": number}))
            await self.open()

    async def release(self, number: str) -> None:
        """Give the chosen filing back."""
        if await self._ask(lambda: self._done(self._desk.filings.release(number))):
            self._screen.show_done(Words("filing.told.release", {"number": number}))
            await self.open()

    def _keeper(self, number: str) -> DraftKeeper[AnswerForm]:
        return self._keepers.setdefault(
            number, DraftKeeper(self._desk.drafts, f"filing/{number}", AnswerForm)
        )

    def _show_text(self) -> None:
        """Show what was typed for the chosen filing: never the answer to another applicant."""
        form = self._keeper(self._chosen).newest if self._chosen else None
        self._screen.show_text("" if form is None else form.text)

    async def _settle(self) -> None:
        for wait in AGAIN_S:
            try:
                if not await self._desk.filings.settle():
                    return
            except Failure:
                return  # locked, or the line is out: the page asks again when it is opened
            await asyncio.sleep(wait)

    async def _ready(self, made: Registered) -> None:
        """Lay the pages on the page of receipt, as if they had been brought there."""
        if made.pages:
            ticks = tuple(MaterialTick(code, given=True, original=False, pages=pages)
                          for code, pages in made.pages)  # fmt: skip
            text = msgspec.json.encode(ReceiveForm(ticks)).decode()
            await self._desk.drafts.save(f"case/{made.case}/receive", text)

    @staticmethod
    async def _done(work: Awaitable[None]) -> bool:
        await work
        return True

    async def _ask(self, work: Callable[[], Awaitable[T]]) -> T | None:
        """Ask one thing at a time; a press while one is under way is dropped."""
        if self._busy:
            return None
        self._busy = True
        self._screen.set_busy(busy=True)
        try:
            found = await work()
        except Failure as failure:
            self._screen.show_failure(Problem.of(failure))
            return None
        finally:
            self._busy = False
            self._screen.set_busy(busy=False)
        self._screen.show_failure(None)
        return found
