"""Papers on the screen: look at one, save it, print it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from client.app.files.prints import NARROW
from client.app.rows.ink import SIGNED_AFTERWARDS
from client.app.rows.words import Words
from sync.domain.failures import Failure
from ui.values import Problem

if TYPE_CHECKING:
    from pathlib import Path

    from client.app.rows.cases import CaseDetail, PaperRow
    from client.app.rows.ink import Ink
    from ui.presenters.desk import Desk

    Picture = tuple[int, int, bytes]
    """Width, height, RGB888."""

SIGNED = "_signed"  # after a paper's kind: the copy with ink on it
_SCREEN_WIDTH = 1200
_PRINT_WIDTH = 2480  # A4 at 300 dpi
_ROLL_WIDTH = 640  # 80 mm at 203 dpi, as thermal printers have


class PapersScreen(Protocol):
    """What a view of papers can do."""

    def show_paper(self, paper: PaperRow, picture: tuple[int, int, bytes]) -> None:
        """Show a paper."""

    def show_saved(self, name: str) -> None:
        """Say where a paper was saved."""

    def show_papers(self, papers: tuple[PaperRow, ...]) -> None:
        """Offer papers, an 80 mm slip beside the A4 paper that it is made of."""

    def print_paper(self, paper: PaperRow, pages: tuple[Picture, ...], stamp: Words | None) -> None:
        """Send a paper to the printer by the system's dialog.

        Args:
            paper: its kind says how wide it is.
            pages: at the printer's resolution.
            stamp: what is written onto one that was printed before (补打).
        """

    def show_failure(self, problem: Problem | None) -> None:
        """Show what went wrong; None clears it."""


class PapersPresenter:
    """Some papers of one case."""

    def __init__(self, desk: Desk, screen: PapersScreen, papers: tuple[PaperRow, ...]) -> None:
        self._desk = desk
        self._screen = screen
        self.papers = papers
        self._turn = 0

    async def open(self) -> None:
        """Show the first; beside it, its slip, which may still be under way."""
        for paper in self.papers[:1]:
            await self.look_at(paper.sha256)
        await self._offer_slips()

    async def _offer_slips(self) -> None:
        offered: list[PaperRow] = []
        for paper in self.papers:
            if paper.kind.endswith(NARROW):
                continue  # the page is come back to: it is offered again beside its paper
            offered.append(paper)
            slip = await self._desk.prints.narrow(paper.sha256)
            if slip:
                offered.append(replace(paper, kind=f"{paper.kind}{NARROW}", sha256=slip))
        self.papers = tuple(offered)
        self._screen.show_papers(self.papers)

    async def look_at(self, sha256: str) -> None:
        """Show one of the papers; a picture that another overtook is dropped."""
        self._turn += 1
        turn = self._turn
        found = await self._picture(sha256, _SCREEN_WIDTH)
        if found is not None and turn == self._turn:
            self._screen.show_paper(*found)

    async def print(self, sha256: str) -> None:
        """Print one of the papers, all its pages; one printed before says so on its face."""
        paper = self._paper(sha256)
        if paper is None:
            return
        width = _ROLL_WIDTH if paper.kind.endswith(NARROW) else _PRINT_WIDTH
        try:
            count = await self._desk.prints.pages(sha256)
            pages = [await self._desk.papers.image(sha256, n, width) for n in range(count)]
            before = await self._desk.prints.before(sha256)
        except Failure as failure:
            self._screen.show_failure(Problem.of(failure))
            return
        stamp = Words("print.again", {"at": self._desk.now(), "n": before.count + 1})
        self._screen.print_paper(paper, tuple(pages), stamp if before.count else None)

    async def printed(self, sha256: str) -> None:
        """Log that a paper went to the printer."""
        await self._desk.prints.printed(sha256)

    async def save(self, sha256: str, path: Path) -> None:
        """Save a paper as PDF where the person said."""
        try:
            await self._desk.papers.save(sha256, path)
        except Failure as failure:
            self._screen.show_failure(Problem.of(failure))
            return
        self._screen.show_saved(path.name)

    def _paper(self, sha256: str) -> PaperRow | None:
        return next((paper for paper in self.papers if paper.sha256 == sha256), None)

    async def _picture(
        self, sha256: str, width: int
    ) -> tuple[PaperRow, tuple[int, int, bytes]] | None:
        paper = self._paper(sha256)
        if paper is None:
            return None
        try:
            return paper, await self._desk.papers.image(sha256, 0, width)
        except Failure as failure:
            self._screen.show_failure(Problem.of(failure))
            return None


class SignedPapersScreen(PapersScreen, Protocol):
    """A view of papers over which the applicant may sign."""

    def offer_signing(self, kinds: frozenset[str]) -> None:
        """Offer the pad for papers of these kinds."""

    def open_ink(self, sha256: str, shown: Picture, name: str) -> None:
        """Open the pad beside the paper that is to be signed."""

    def show_signed(self) -> None:
        """Say that the signature is kept with the case."""


class SignedPapersPresenter(PapersPresenter):
    """Papers that the applicant may sign on the screen where they have a line for it (SE15).

    Args:
        case: its number; the papers are of its steps.
    """

    def __init__(
        self, desk: Desk, screen: SignedPapersScreen, papers: tuple[PaperRow, ...], case: str
    ) -> None:
        super().__init__(desk, screen, papers)
        self._pad = screen
        self._case = case
        self._signer = ""
        self._busy = False

    @property
    def making(self) -> bool:
        """Whether a signature is being kept now: the page must not be left."""
        return self._busy

    def know(self, detail: CaseDetail | None) -> None:
        """Offer the pad for what nobody signed yet; the agent signs where there is one."""
        if detail is None:
            return
        self._signer = detail.agent or detail.row.applicant
        signed = {paper.no for paper in detail.papers if paper.kind.endswith(SIGNED)}
        kinds = {paper.kind for paper in self.papers if paper.no not in signed}
        self._pad.offer_signing(SIGNED_AFTERWARDS & kinds)

    async def ask_ink(self, sha256: str) -> None:
        """Show a paper beside the pad."""
        found = await self._picture(sha256, _SCREEN_WIDTH)
        if found is not None:
            self._pad.open_ink(sha256, found[1], self._signer)

    async def sign(self, ink: Ink) -> None:
        """Keep what was signed: the copy stands beside the paper from then on."""
        paper = self._paper(ink.paper)
        if paper is None or self._busy:
            return
        self._busy = True
        self._pad.show_failure(None)
        try:
            done = await self._desk.steps.sign_paper(self._case, paper.no, ink)
        except Failure as failure:
            self._pad.show_failure(Problem.of(failure))
            return
        finally:
            self._busy = False
        self.papers = (*self.papers, *done.papers)
        self._pad.offer_signing(frozenset())
        self._pad.show_papers(self.papers)
        for copy in done.papers:
            await self.look_at(copy.sha256)
        self._pad.show_signed()
