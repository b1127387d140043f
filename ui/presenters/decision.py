"""Decisions that the card signs: grant, deny, decide at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from client.app.rows.words import Words
from ui.presenters.case import option_of
from ui.presenters.step import StepPresenter
from ui.values import DECISIONS, NEEDS_REASON, DecisionForm, FieldProblem

if TYPE_CHECKING:
    from client.app.rows.cases import StepOption
    from client.app.rows.steps import StepDone


class DecisionPresenter(StepPresenter[DecisionForm]):
    """Chooses and words the decision; the sheet that follows shows and signs it."""

    form_class = DecisionForm

    def draft_key(self) -> str:
        """Grant and deny are one question: one draft."""
        return f"case/{self.case}/decision"

    def choices(self) -> tuple[StepOption, ...]:
        """Return the decisions that the case knows now, blocked ones with their reason."""
        found = (option_of(self.detail, kind) for kind in DECISIONS)
        return tuple(option for option in found if option is not None)

    def first_form(self) -> DecisionForm:
        """Nothing is chosen."""
        return DecisionForm()

    def check(self, form: DecisionForm) -> tuple[FieldProblem, ...]:
        """A decision is chosen; what says no has its reason and its words."""
        found = []
        if not form.kind:
            found.append(FieldProblem("kind", Words("decision.kind.missing")))
        if form.kind in NEEDS_REASON:
            if not form.reason:
                found.append(FieldProblem("reason", Words("decision.reason.missing")))
            if not form.text.strip():
                found.append(FieldProblem("text", Words("decision.text.missing")))
        return tuple(found)

    async def make(self, form: DecisionForm) -> StepDone | None:
        """Prepare the sheet; the draft stays until it is signed."""
        text = form.text.strip()
        if form.kind in NEEDS_REASON:
            sheet = await self.desk.signing.prepare(
                form.kind, self.case, reason=form.reason, text=text
            )
        else:
            sheet = await self.desk.signing.prepare(form.kind, self.case, text=text)
        await self.keeper.save()
        self.flow.sign(sheet)
        return None
