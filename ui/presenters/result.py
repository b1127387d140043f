"""After a step: what was done, the papers it made, and what comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from sync.domain.failures import Failure
from ui.presenters.case import begin_step
from ui.values import Problem

if TYPE_CHECKING:
    from pathlib import Path

    from client.app.views import CaseDetail, PaperRow, StepDone
    from ui.presenters.desk import Desk
    from ui.presenters.flow import Flow

_PRINT_WIDTH = 2480  # A4 at 300 dpi


class ResultScreen(Protocol):
    """What the result's view can do."""

    def show_result(self, kind: str, done: StepDone, detail: CaseDetail | None) -> None:
        """Show what was done and what comes next."""

    def show_paper(self, paper: PaperRow, picture: tuple[int, int, bytes]) -> None:
        """Show a paper."""

    def show_saved(self, name: str) -> None:
        """Say where a paper was saved."""

    def print_page(self, paper: PaperRow, picture: tuple[int, int, bytes]) -> None:
        """Send a paper to the printer by the system's dialog."""

    def show_failure(self, problem: Problem | None) -> None:
        """Show what went wrong; None clears it."""

    def set_busy(self, *, busy: bool) -> None:
        """Show that something is being made."""


class ResultPresenter:
    """One result."""

    def __init__(
        self, desk: Desk, screen: ResultScreen, flow: Flow, kind: str, done: StepDone
    ) -> None:
        self._desk = desk
        self._screen = screen
        self._flow = flow
        self.kind = kind
        self.step_done = done
        self.detail: CaseDetail | None = None

    async def open(self) -> None:
        """Show the result and its first paper."""
        try:
            self.detail = await self._desk.cases.open(self.step_done.case)
        except Failure as failure:
            self._screen.show_failure(Problem.of(failure))
        self._screen.show_result(self.kind, self.step_done, self.detail)
        if self.step_done.papers:
            await self.look_at(self.step_done.papers[0].sha256)

    async def look_at(self, sha256: str) -> None:
        """Show one of the papers."""
        paper = self.paper(sha256)
        if paper is None:
            return
        try:
            picture = await self._desk.papers.image(sha256, 0, 1200)
        except Failure as failure:
            self._screen.show_failure(Problem.of(failure))
            return
        self._screen.show_paper(paper, picture)

    async def save(self, sha256: str, path: Path) -> None:
        """Save a paper as PDF where the person said."""
        try:
            await self._desk.papers.save(sha256, path)
        except Failure as failure:
            self._screen.show_failure(Problem.of(failure))
            return
        self._screen.show_saved(path.name)

    async def print(self, sha256: str) -> None:
        """Print a paper."""
        paper = self.paper(sha256)
        if paper is None:
            return
        try:
            picture = await self._desk.papers.image(sha256, 0, _PRINT_WIDTH)
        except Failure as failure:
            self._screen.show_failure(Problem.of(failure))
            return
        self._screen.print_page(paper, picture)

    async def step(self, kind: str) -> None:
        """Go on with the next step."""
        await begin_step(self._desk, self._flow, self._screen, self.step_done.case, kind)

    def paper(self, sha256: str) -> PaperRow | None:
        """Return one of the papers."""
        papers = self.step_done.papers
        return next((paper for paper in papers if paper.sha256 == sha256), None)
