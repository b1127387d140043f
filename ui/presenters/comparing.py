"""Paper and electronic file held against each other, page by page, before acceptance (IN09).

One implementation for 受理 and 容缺受理: a tick is this person's, is kept as a draft of his own,
and goes into the step that he then makes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from client.app.rows.materials import Compared
from sync.domain.failures import Failure
from sync.domain.fields import ms_of
from ui.presenters.flow import DraftKeeper
from ui.values import Problem

if TYPE_CHECKING:
    from client.app.rows.materials import MaterialRow
    from ui.presenters.desk import Desk


@dataclass(frozen=True, slots=True)
class Ticks:
    """The pages that were held against their originals."""

    compared: tuple[Compared, ...] = ()


class ComparingScreen(Protocol):
    """What a view can do over which pages are compared."""

    def show_materials(self, materials: tuple[MaterialRow, ...], *, first: bool) -> None:
        """Offer the pages to be compared; `first`: all of them, before anything is accepted."""

    def show_compared(self, compared: tuple[Compared, ...]) -> None:
        """Show which pages were."""

    def show_page(self, sha256: str, page: int, picture: tuple[int, int, bytes]) -> None:
        """Show the picture of a page that is being compared."""

    def show_failure(self, problem: Problem | None) -> None:
        """Show why a page cannot be shown; None clears it."""


class Comparing:
    """The pages of one case, and which of them were compared by whoever is logged in.

    Args:
        desk: shows pages, keeps the draft.
        screen: the view.
        case: its number; both kinds of acceptance share the ticks.
    """

    def __init__(self, desk: Desk, screen: ComparingScreen, case: str) -> None:
        self._desk = desk
        self._screen = screen
        session = desk.door.session
        # A key of the person's own: nobody signs for what a colleague has looked at.
        key = f"case/{case}/accept/{session.person if session is not None else ''}"
        self.keeper = DraftKeeper(desk.drafts, key, Ticks)
        self.compared: tuple[Compared, ...] = ()
        self._pages: frozenset[tuple[str, int]] = frozenset()
        self._first = False

    async def open(self, materials: tuple[MaterialRow, ...], *, first: bool) -> None:
        """Offer the pages; what was ticked before stays ticked.

        Args:
            materials: of the case.
            first: whether the hall wants all compared before acceptance (policy).
        """
        kept = await self.keeper.load() or self.keeper.newest
        files = [file for row in materials if not row.taken for file in row.pages]
        self._first = first
        self._pages = frozenset(
            (file.sha256, page) for file in files for page in range(max(file.pages, 1))
        )
        here = {file.sha256 for file in files}
        # A page that was exchanged since is another page.
        self.compared = tuple(
            each for each in (kept.compared if kept is not None else ()) if each.sha256 in here
        )
        self._screen.show_materials(materials, first=first)
        self._screen.show_compared(self.compared)

    @property
    def owed(self) -> int:
        """How many pages must still be compared before acceptance; 0 where the hall asks none."""
        done = {(each.sha256, each.page) for each in self.compared}
        return len(self._pages - done) if self._first else 0

    async def look(self, sha256: str, page: int) -> None:
        """Show the picture of a page."""
        try:
            shown = await self._desk.materials.image(sha256, page)
        except Failure as failure:
            self._screen.show_failure(Problem.of(failure))
            return
        self._screen.show_page(sha256, page, shown)

    def tick(self, sha256: str, page: int, *, on: bool) -> None:
        """Say of a page that it was held against its original now, or take it back."""
        others = tuple(each for each in self.compared if (each.sha256, each.page) != (sha256, page))
        mine = (Compared(sha256, page, ms_of(self._desk.now())),) if on else ()
        self.compared = others + mine
        self.keeper.note(Ticks(self.compared))
        self._screen.show_compared(self.compared)
