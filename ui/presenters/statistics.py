"""Statistics at the window: a span and a grouping are chosen; counted, printed, exported (PE09)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from sync.domain.calendar import china_day
from sync.domain.failures import Failure
from sync.domain.statistics import SPANS as SPANS  # noqa: PLC0414  (the view offers them)
from sync.domain.statistics import By, span_of
from ui.values import Problem

if TYPE_CHECKING:
    from pathlib import Path

    from client.app.hall.statistics import Report
    from client.app.rows.cases import PaperRow
    from ui.presenters.desk import Desk

GROUPS = (By.PERSON, By.WINDOW, By.ITEM, By.DAY, By.MONTH)
_PRINT_WIDTH = 2480  # A4 at 300 dpi


class StatisticsScreen(Protocol):
    """What the view can do."""

    def show_report(self, report: Report) -> None:
        """Show figures."""

    def show_saved(self, name: str) -> None:
        """Say that the table was written to a file."""

    def print_pages(self, paper: PaperRow, pages: tuple[tuple[int, int, bytes], ...]) -> None:
        """Send pages to the printer."""

    def show_failure(self, problem: Problem | None) -> None:
        """Show what went wrong; None clears it."""


class StatisticsPresenter:
    """Keeps what was chosen; a count that another overtook is dropped."""

    def __init__(self, desk: Desk, screen: StatisticsScreen) -> None:
        self._desk = desk
        self._screen = screen
        self.span, self.by = "month", By.PERSON
        self.report: Report | None = None
        self._turn = 0

    async def open(self) -> None:
        """Count what is chosen and show it."""
        self._turn += 1
        turn, span = self._turn, span_of(self.span, china_day(self._desk.now()))
        try:
            report = await self._desk.statistics.report(span, self.by)
        except Failure as failure:
            self._screen.show_failure(Problem.of(failure))
            return
        if turn == self._turn:
            self.report = report
            self._screen.show_failure(None)
            self._screen.show_report(report)

    async def pick_span(self, name: str) -> None:
        """Count other days."""
        self.span = name
        await self.open()

    async def pick_group(self, name: str) -> None:
        """Group otherwise."""
        self.by = By(name)
        await self.open()

    async def export(self, path: Path) -> None:
        """Write the table as CSV."""
        if self.report is None:
            return
        try:
            await self._desk.statistics.export(self.report, path)
        except Failure as failure:
            self._screen.show_failure(Problem.of(failure))
        else:
            self._screen.show_saved(path.name)

    async def print(self) -> None:
        """Print the table on paper."""
        if self.report is None:
            return
        made = self._desk.handouts
        try:
            paper = await self._desk.statistics.paper(self.report)
            count = await made.pages(paper.sha256)
            pages = [await made.image(paper.sha256, at, _PRINT_WIDTH) for at in range(count)]
        except Failure as failure:
            self._screen.show_failure(Problem.of(failure))
            return
        self._screen.print_pages(paper, tuple(pages))
