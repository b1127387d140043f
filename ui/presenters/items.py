"""The catalogue of items: found, told whole (IN04, ST21), printed, and a case begun from it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from client.app.rows.steps import PreregisterForm
from sync.domain.failures import Failure
from ui.presenters.flow import DraftKeeper
from ui.values import Problem, Route

if TYPE_CHECKING:
    from pathlib import Path

    from client.app.rows.cases import PaperRow
    from client.app.rows.guide import ItemGuide, Shelf
    from client.app.rows.items import ItemRow
    from ui.presenters.desk import Desk
    from ui.presenters.flow import Flow

_MOST = 400
_SCREEN_WIDTH = 1200
_PRINT_WIDTH = 2480  # A4 at 300 dpi
PREREGISTER = Route("step", step="preregister")


class ItemsScreen(Protocol):
    """What the catalogue's view can do."""

    def show_shelves(self, shelves: tuple[Shelf, ...]) -> None:
        """Show the departments with their counts."""

    def show_items(self, items: tuple[ItemRow, ...]) -> None:
        """Show the items that fit what was typed and chosen."""

    def show_guide(self, guide: ItemGuide | None) -> None:
        """Show one item whole; None when none fits."""


class ItemsPresenter:
    """The page that F4 opens. Everything is in memory: each key is answered at once."""

    def __init__(self, desk: Desk, screen: ItemsScreen, flow: Flow, item: str = "") -> None:
        self._desk = desk
        self._screen = screen
        self._flow = flow
        self.item = item
        self.text = ""
        self.department = ""

    async def open(self) -> None:
        """Show departments and items; the item that was asked for, or looked at before, first."""
        self._screen.show_shelves(self._desk.catalogue.shelves())
        self._find()

    def search(self, text: str) -> None:
        """Narrow by name, code or pinyin initials."""
        self.text = text
        self._find()

    def pick_department(self, code: str) -> None:
        """Narrow to a department, "" for all."""
        if code != self.department:
            self.department = code
            self._find()

    def look_at(self, code: str) -> None:
        """Show an item whole."""
        self.item = code
        self._screen.show_guide(self._desk.catalogue.guide(code) if code else None)

    async def begin_case(self) -> None:
        """Go to pre-registration with this item; whatever is typed there already stays."""
        if not self.item:
            return
        keeper = DraftKeeper(self._desk.drafts, "preregister", PreregisterForm)
        kept = await keeper.load() or PreregisterForm("person", "resident_id", "", "", "", "")
        keeper.note(replace(kept, item=self.item))
        await keeper.save()
        self._flow.go(PREREGISTER)

    def hand_out(self, kind: str) -> None:
        """Show the notification sheet or a form of this item."""
        if self.item:
            self._flow.go(Route("handout", step=kind, item=self.item))

    def _find(self) -> None:
        found = self._desk.catalogue.find(self.text, _MOST, self.department)
        self._screen.show_items(found)
        codes = [row.code for row in found]
        self.look_at(self.item if self.item in codes else (codes[0] if codes else ""))


class HandoutScreen(Protocol):
    """What the view of a sheet can do."""

    def show_paper(self, paper: PaperRow, picture: tuple[int, int, bytes]) -> None:
        """Show a paper, its pages under each other."""

    def show_saved(self, name: str) -> None:
        """Say where a paper was saved."""

    def print_pages(self, paper: PaperRow, pictures: tuple[tuple[int, int, bytes], ...]) -> None:
        """Send every page to the printer by the system's dialog."""

    def show_failure(self, problem: Problem | None) -> None:
        """Show what went wrong; None clears it."""


class HandoutPresenter:
    """One sheet or form of an item, in the language of whoever takes it.

    Args:
        desk: composes it.
        screen: the view.
        item: code of the item.
        kind: "notification", "blank_form" or "sample_form".
    """

    def __init__(self, desk: Desk, screen: HandoutScreen, item: str, kind: str) -> None:
        self._desk = desk
        self._screen = screen
        self._item = item
        self._kind = kind
        self.language = "zh_CN"
        self.paper: PaperRow | None = None
        self._turn = 0

    async def open(self) -> None:
        """Compose and show; a sheet in a language that is no longer wanted is dropped."""
        self._turn += 1
        turn = self._turn
        try:
            paper = await self._make()
            pages = await self._pictures(paper, _SCREEN_WIDTH)
        except Failure as failure:
            if turn == self._turn:
                self._screen.show_failure(Problem.of(failure))
            return
        if turn == self._turn:
            self.paper = paper
            self._screen.show_failure(None)
            self._screen.show_paper(paper, stacked(pages))

    async def pick_language(self, language: str) -> None:
        """Compose it in another language."""
        if language != self.language:
            self.language = language
            await self.open()

    async def print(self, _sha256: str) -> None:
        """Print all its pages."""
        paper = self.paper
        if paper is None:
            return
        try:
            pages = await self._pictures(paper, _PRINT_WIDTH)
        except Failure as failure:
            self._screen.show_failure(Problem.of(failure))
            return
        self._screen.print_pages(paper, pages)

    async def save(self, sha256: str, path: Path) -> None:
        """Save it as PDF where the person said."""
        try:
            await self._desk.handouts.save(sha256, path)
        except Failure as failure:
            self._screen.show_failure(Problem.of(failure))
            return
        self._screen.show_saved(path.name)

    async def _make(self) -> PaperRow:
        made = self._desk.handouts
        if self._kind == "authorisation":
            return await self._desk.authorisations.paper(self._item, self.language)
        if self._kind == "notification":
            return await made.notification(self._item, self.language)
        sample = self._kind == "sample_form"
        return await made.form(self._item, sample=sample, language=self.language)

    async def _pictures(self, paper: PaperRow, width: int) -> tuple[tuple[int, int, bytes], ...]:
        made = self._desk.handouts
        count = await made.pages(paper.sha256)
        return tuple([await made.image(paper.sha256, page, width) for page in range(count)])


def stacked(pages: tuple[tuple[int, int, bytes], ...]) -> tuple[int, int, bytes]:
    """Return pages of one width as one picture, under each other."""
    width = pages[0][0]
    same = [page for page in pages if page[0] == width]
    return width, sum(high for _, high, _ in same), b"".join(rgb for _, _, rgb in same)
