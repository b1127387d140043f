"""Acceptance (受理): the due time computed on the spot and explained line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from client.app.rows.words import Words
from ui.presenters.comparing import Comparing, ComparingScreen, Ticks
from ui.presenters.step import StepPresenter, StepScreen

if TYPE_CHECKING:
    from client.app.rows.steps import AcceptancePreview, StepDone
    from ui.presenters.desk import Desk
    from ui.presenters.flow import Flow


class AcceptanceScreen(ComparingScreen, StepScreen[Ticks], Protocol):
    """What the view can do besides."""

    def show_preview(self, preview: AcceptancePreview) -> None:
        """Show what accepting now would promise."""

    def show_owed(self, why: Words | None) -> None:
        """Say what must be compared first; None when nothing must."""


class AcceptancePresenter(StepPresenter[Ticks]):
    """One press, after what it promises was read."""

    form_class = Ticks

    def __init__(self, desk: Desk, screen: AcceptanceScreen, flow: Flow, case: str) -> None:
        super().__init__(desk, screen, flow, case, "accept")
        self._view = screen
        self.comparing = Comparing(desk, screen, case)
        self.keeper = self.comparing.keeper  # what is compared is all there is to keep
        self._promised = False

    async def prepare(self) -> None:
        """Compute the due time as if accepted now; offer the pages to be compared."""
        preview = await self.desk.steps.preview_acceptance(self.case)
        self._view.show_preview(preview)
        self._promised = True
        materials = self.detail.materials if self.detail is not None else ()
        await self.comparing.open(materials, first=preview.compare_first)
        self._view.show_owed(owed_words(self.comparing))

    def first_form(self) -> Ticks:
        """Return the ticks as they stand."""
        return Ticks(self.comparing.compared)

    def tick(self, sha256: str, page: int, *, on: bool) -> None:
        """Take a tick; with the last one that the hall asks for, the press opens."""
        self.comparing.tick(sha256, page, on=on)
        self._view.show_owed(owed_words(self.comparing))

    async def submit(self, form: Ticks) -> None:
        """Accept once what it promises stands there: nobody promises what was not shown."""
        if self._promised:
            await super().submit(form)

    async def make(self, form: Ticks) -> StepDone:
        """Accept."""
        return await self.desk.steps.accept(self.case, form.compared)


def owed_words(comparing: Comparing) -> Words | None:
    """Say what must be compared first; None when nothing must."""
    return Words("compare.owed", {"pages": comparing.owed}) if comparing.owed else None
