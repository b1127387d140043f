"""Papers on the screen: look at one, save it, print it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from sync.domain.failures import Failure
from ui.values import Problem

if TYPE_CHECKING:
    from pathlib import Path

    from client.app.views import PaperRow
    from ui.presenters.desk import Desk

_SCREEN_WIDTH = 1200
_PRINT_WIDTH = 2480  # A4 at 300 dpi


class PapersScreen(Protocol):
    """What a view of papers can do."""

    def show_paper(self, paper: PaperRow, picture: tuple[int, int, bytes]) -> None:
        """Show a paper."""

    def show_saved(self, name: str) -> None:
        """Say where a paper was saved."""

    def print_page(self, paper: PaperRow, picture: tuple[int, int, bytes]) -> None:
        """Send a paper to the printer by the system's dialog."""

    def show_failure(self, problem: Problem | None) -> None:
        """Show what went wrong; None clears it."""


class PapersPresenter:
    """Some papers of one case."""

    def __init__(self, desk: Desk, screen: PapersScreen, papers: tuple[PaperRow, ...]) -> None:
        self._desk = desk
        self._screen = screen
        self.papers = papers

    async def open(self) -> None:
        """Show the first."""
        if self.papers:
            await self.look_at(self.papers[0].sha256)

    async def look_at(self, sha256: str) -> None:
        """Show one of the papers."""
        found = await self._picture(sha256, _SCREEN_WIDTH)
        if found is not None:
            self._screen.show_paper(*found)

    async def print(self, sha256: str) -> None:
        """Print one of the papers."""
        found = await self._picture(sha256, _PRINT_WIDTH)
        if found is not None:
            self._screen.print_page(*found)

    async def save(self, sha256: str, path: Path) -> None:
        """Save a paper as PDF where the person said."""
        try:
            await self._desk.papers.save(sha256, path)
        except Failure as failure:
            self._screen.show_failure(Problem.of(failure))
            return
        self._screen.show_saved(path.name)

    async def _picture(
        self, sha256: str, width: int
    ) -> tuple[PaperRow, tuple[int, int, bytes]] | None:
        paper = next((paper for paper in self.papers if paper.sha256 == sha256), None)
        if paper is None:
            return None
        try:
            return paper, await self._desk.papers.image(sha256, 0, width)
        except Failure as failure:
            self._screen.show_failure(Problem.of(failure))
            return None
