"""A paper whose step was refused (补救): the chief representative confirms it, or takes it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from client.app.rows.words import Words
from ui.presenters.step import StepPresenter, StepScreen
from ui.values import CureForm, FieldProblem

if TYPE_CHECKING:
    from client.app.rows.messages import CureOwed
    from client.app.rows.steps import StepDone
    from ui.presenters.desk import Desk
    from ui.presenters.flow import Flow


class CureScreen(StepScreen[CureForm], Protocol):
    """What the view can do besides."""

    def show_owed(self, owed: CureOwed) -> None:
        """Show which step was refused, why, and the paper that it handed out."""


class CurePresenter(StepPresenter[CureForm]):
    """Chooses and gives the reason; the sheet that follows shows and signs it.

    Args:
        event: the refused step; "" for the case's first that owes a cure.
    """

    form_class = CureForm

    def __init__(
        self, desk: Desk, screen: CureScreen, flow: Flow, case: str, *, event: str = ""
    ) -> None:
        super().__init__(desk, screen, flow, case, "cure")
        self._view = screen
        self._event = event

    def first_form(self) -> CureForm:
        """Nothing chosen, nothing written."""
        return CureForm()

    async def prepare(self) -> None:
        """Read what is owed."""
        owed = await self.desk.messages.cure(self.case, self._event)
        self._event = owed.event
        self._view.show_owed(owed)

    def check(self, form: CureForm) -> tuple[FieldProblem, ...]:
        """A way is chosen, and the reason stands beside it."""
        found = []
        if not form.way:
            found.append(FieldProblem("way", Words("cure.way.missing")))
        if not form.text.strip():
            found.append(FieldProblem("text", Words("cure.text.missing")))
        return tuple(found)

    async def make(self, form: CureForm) -> StepDone | None:
        """Prepare the sheet; the draft stays until it is signed."""
        sheet = await self.desk.signing.prepare(
            "cure", self.case, step=self._event, way=form.way, text=form.text.strip()
        )
        await self.keeper.save()
        self.flow.sign(sheet)
        return None
