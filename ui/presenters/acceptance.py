"""Acceptance (受理): the due time computed on the spot and explained line by line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from ui.presenters.step import StepPresenter, StepScreen

if TYPE_CHECKING:
    from client.app.rows.steps import AcceptancePreview, StepDone
    from ui.presenters.desk import Desk
    from ui.presenters.flow import Flow


@dataclass(frozen=True, slots=True)
class AcceptanceForm:
    """Nothing is typed here."""


class AcceptanceScreen(StepScreen[AcceptanceForm], Protocol):
    """What the view can do besides."""

    def show_preview(self, preview: AcceptancePreview) -> None:
        """Show what accepting now would promise."""


class AcceptancePresenter(StepPresenter[AcceptanceForm]):
    """One press, after what it promises was read."""

    form_class = AcceptanceForm

    def __init__(self, desk: Desk, screen: AcceptanceScreen, flow: Flow, case: str) -> None:
        super().__init__(desk, screen, flow, case, "accept")
        self._view = screen

    async def prepare(self) -> None:
        """Compute the due time as if accepted now."""
        self._view.show_preview(await self.desk.steps.preview_acceptance(self.case))

    def first_form(self) -> AcceptanceForm:
        """Nothing."""
        return AcceptanceForm()

    async def make(self, form: AcceptanceForm) -> StepDone:
        """Accept."""
        del form
        return await self.desk.steps.accept(self.case)
