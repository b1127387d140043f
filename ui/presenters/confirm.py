"""Steps for which nothing is asked but that deserve a look first: make (制证), close (办结)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ui.presenters.step import StepPresenter

if TYPE_CHECKING:
    from client.app.rows.steps import StepDone


@dataclass(frozen=True, slots=True)
class ConfirmForm:
    """Nothing is typed here."""


class ConfirmPresenter(StepPresenter[ConfirmForm]):
    """Kind "make" or "close"."""

    form_class = ConfirmForm

    def first_form(self) -> ConfirmForm:
        """Nothing."""
        return ConfirmForm()

    async def make(self, form: ConfirmForm) -> StepDone:
        """Make the step."""
        del form
        if self.kind == "make":
            return await self.desk.steps.make(self.case)
        return await self.desk.steps.close(self.case)
