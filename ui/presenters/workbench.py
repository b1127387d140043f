"""The workbench: tabs with counts, rows as one types, and the case that is looked at."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from client.app.rows.cases import Tab
from sync.domain.failures import Failure
from ui.values import Problem

if TYPE_CHECKING:
    from client.app.rows.cases import CaseDetail, CasePage, CaseRow, TabCounts
    from sync.engine.ports import ChangeSet
    from ui.presenters.desk import Desk

_PAGE = 100
_MOST = 1000  # rows that a list read anew has again; who goes further down does better to search


class WorkbenchScreen(Protocol):
    """What the workbench's view can do."""

    def show_counts(self, counts: TabCounts) -> None:
        """Show the numbers on the tabs."""

    def show_page(self, page: CasePage, tab: Tab, text: str) -> None:
        """Show a list from its top, under its tab; a chosen row still there stays chosen."""

    def add_page(self, page: CasePage) -> None:
        """Add rows at the end."""

    def show_detail(self, detail: CaseDetail | None) -> None:
        """Show the chosen case in the preview; None clears it."""

    def show_failure(self, problem: Problem | None) -> None:
        """Show what went wrong with reading; None clears it."""


class WorkbenchPresenter:
    """Answers that come late are dropped: only the newest question counts."""

    def __init__(self, desk: Desk, screen: WorkbenchScreen) -> None:
        self._desk = desk
        self._screen = screen
        self.tab = Tab.MINE
        self.text = ""
        self._after: str | None = None
        self._asked = 0
        self._found_in = self.tab
        self._everywhere = False
        self._looked = self._choices = 0
        self._chosen = ""  # the case: its detail may still be that of the one before
        self.settled = asyncio.Event()  # unset while the case that was chosen is being read
        self.settled.set()
        self.detail: CaseDetail | None = None
        self.rows: tuple[CaseRow, ...] = ()
        self._shown: tuple[CasePage, Tab, str] | None = None  # with the pages that were added

    async def refresh(self) -> None:
        """Ask for counts, the list and the chosen case anew."""
        self._screen.show_counts(await self._desk.cases.counts())
        if await self._same() and self._chosen:
            await self.look_at(self._chosen)

    async def pick_tab(self, name: str) -> None:
        """Show another tab."""
        self.tab = Tab(name)
        self._everywhere = False
        await self._ask()

    async def search(self, text: str) -> None:
        """Show what fits the text.

        A search that begins looks through all cases from any tab but the closed; a tab picked
        while it stands narrows it.
        """
        if not self.text:
            self._everywhere = self.tab is not Tab.CLOSED
        self.text = text.strip()
        await self._ask()

    async def more(self) -> None:
        """Add the next page."""
        if self._after is None:
            return
        question = self._asked
        after, self._after = self._after, None
        try:
            page = await self._desk.cases.page(self._found_in, self.text, after)
        except Failure as failure:
            if question == self._asked:
                self._after = after  # scrolling on asks again
                self._screen.show_failure(Problem.of(failure))
            return
        if question == self._asked:
            self._after = page.after
            self.rows += page.rows
            self._screen.show_failure(None)
            if self._shown is not None:
                whole, tab, text = self._shown
                self._shown = (replace(whole, rows=self.rows, after=page.after), tab, text)
            self._screen.add_page(page)

    def choose(self, number: str) -> None:
        """Take note at once that another case is chosen, before `look_at` has its turn."""
        self._chosen = number
        self._choices += 1
        self.settled.clear()

    async def look_at(self, number: str) -> None:
        """Show a case in the preview; what cannot be read is no case to act on."""
        self._looked += 1
        question = self._looked
        self._chosen = number
        self.settled.clear()
        detail = None
        try:
            if number:
                detail = await self._desk.cases.open(number)
        except Failure as failure:
            if question == self._looked:
                self._screen.show_failure(Problem.of(failure))
        finally:
            if question == self._looked:
                self.detail = detail
                self._screen.show_detail(detail)
                self.settled.set()

    async def changed(self, change: ChangeSet) -> None:
        """Refresh what a durable change touches."""
        self._screen.show_counts(await self._desk.cases.counts())
        if not change.cases and not change.policy:
            return
        if await self._same() and self._chosen in change.cases:
            await self.look_at(self._chosen)

    async def time_passed(self) -> None:
        """Show lights, places and counts as they are by now, and the chosen case where they moved.

        A limit passes without a step: in a quiet hour, or without the line, nothing else says so.
        """
        before = self.rows
        self._screen.show_counts(await self._desk.cases.counts())
        if await self._same() and self._chosen and self.rows != before:
            await self.look_at(self._chosen)

    async def _same(self) -> bool:
        """Ask for the list anew; say whether the chosen case stands there as it was chosen.

        Of other rows the view chooses its own again, and has it looked at.
        """
        choices = self._choices
        await self._ask(again=True)
        return self._choices == choices

    async def _ask(self, *, again: bool = False) -> None:
        """Ask for the list; again, for as much of it as was shown: nobody is taken back up."""
        self._asked += 1
        question = self._asked
        # With a text, "all" holds the closed ones too: who asks for a name asks for all of it.
        tab, text = self.tab, self.text
        if text and self._everywhere:
            tab = Tab.ALL
        same = again and self._shown is not None and self._shown[1:] == (tab, text)
        rows = min(max(_PAGE, len(self.rows) if same else 0), _MOST)
        try:
            page = await self._desk.cases.page(tab, text, None, rows)
        except Failure as failure:
            self._screen.show_failure(Problem.of(failure))
            return
        if question != self._asked:
            return
        self._after = page.after
        self._found_in = tab
        self.rows = page.rows
        self._screen.show_failure(None)
        if again and self._shown == (page, tab, text):
            return
        self._shown = (page, tab, text)
        self._screen.show_page(page, tab, text)
