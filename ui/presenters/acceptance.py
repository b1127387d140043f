"""Acceptance (受理): the due time computed on the spot and explained line by line.

Before it, paper and electronic file are held against each other, page by page (IN09): a tick is
this person's, and goes into the step that he then signs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from client.app.rows.materials import Compared
from sync.domain.failures import Failure
from sync.domain.fields import ms_of
from ui.presenters.step import StepPresenter, StepScreen
from ui.values import Problem

if TYPE_CHECKING:
    from client.app.rows.materials import MaterialRow
    from client.app.rows.steps import AcceptancePreview, StepDone
    from ui.presenters.desk import Desk
    from ui.presenters.flow import Flow


@dataclass(frozen=True, slots=True)
class AcceptanceForm:
    """The pages that were held against their originals."""

    compared: tuple[Compared, ...] = ()


class AcceptanceScreen(StepScreen[AcceptanceForm], Protocol):
    """What the view can do besides."""

    def show_preview(self, preview: AcceptancePreview) -> None:
        """Show what accepting now would promise."""

    def show_materials(self, materials: tuple[MaterialRow, ...]) -> None:
        """Offer the pages to be compared."""

    def show_compared(self, compared: tuple[Compared, ...]) -> None:
        """Show which pages were."""

    def show_page(self, sha256: str, page: int, picture: tuple[int, int, bytes]) -> None:
        """Show the picture of a page that is being compared."""


class AcceptancePresenter(StepPresenter[AcceptanceForm]):
    """One press, after what it promises was read."""

    form_class = AcceptanceForm

    def __init__(self, desk: Desk, screen: AcceptanceScreen, flow: Flow, case: str) -> None:
        super().__init__(desk, screen, flow, case, "accept")
        self._view = screen
        self._compared: tuple[Compared, ...] = ()

    def draft_key(self) -> str:
        """Return a key of the person's own: nobody signs for what a colleague has looked at."""
        session = self.desk.door.session
        return f"case/{self.case}/accept/{session.person if session is not None else ''}"

    async def prepare(self) -> None:
        """Compute the due time as if accepted now; offer the pages to be compared."""
        self._view.show_preview(await self.desk.steps.preview_acceptance(self.case))
        kept = self.keeper.newest
        materials = self.detail.materials if self.detail is not None else ()
        here = {page.sha256 for material in materials for page in material.pages}
        # A page that was exchanged since is another page.
        self._compared = tuple(
            each for each in (kept.compared if kept is not None else ()) if each.sha256 in here
        )
        self._view.show_materials(materials)
        self._view.show_compared(self._compared)

    def first_form(self) -> AcceptanceForm:
        """Return the ticks as they stand."""
        return AcceptanceForm(self._compared)

    async def look(self, sha256: str, page: int) -> None:
        """Show the picture of a page."""
        try:
            shown = await self.desk.materials.image(sha256, page)
        except Failure as failure:
            self.screen.show_failure(Problem.of(failure))
            return
        self._view.show_page(sha256, page, shown)

    def tick(self, sha256: str, page: int, *, on: bool) -> None:
        """Say of a page that it was held against its original now, or take it back."""
        others = tuple(
            each for each in self._compared if (each.sha256, each.page) != (sha256, page)
        )
        mine = (Compared(sha256, page, ms_of(self.desk.now())),) if on else ()
        self._compared = others + mine
        self.edited(AcceptanceForm(self._compared))
        self._view.show_compared(self._compared)

    async def make(self, form: AcceptanceForm) -> StepDone:
        """Accept."""
        return await self.desk.steps.accept(self.case, form.compared)
