"""Decisions that the card signs: grant, deny, decide at once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from client.app.rows.words import Words
from ui.presenters.case import option_of
from ui.presenters.drafting import Versions, drafted
from ui.presenters.step import StepPresenter, StepScreen
from ui.values import DECISIONS, NEEDS_REASON, DecisionForm, FieldProblem

if TYPE_CHECKING:
    from client.app.rows.cases import StepOption
    from client.app.rows.steps import StepDone
    from ui.presenters.desk import Desk
    from ui.presenters.drafting import Version
    from ui.presenters.flow import Flow


class DecisionScreen(StepScreen[DecisionForm], Protocol):
    """What the view can do besides."""

    def show_versions(self, versions: tuple[Version, ...]) -> None:
        """Offer the earlier drafts."""


class DecisionPresenter(StepPresenter[DecisionForm]):
    """Chooses and words the decision; the sheet that follows shows and signs it."""

    form_class = DecisionForm

    def __init__(
        self, desk: Desk, screen: DecisionScreen, flow: Flow, case: str, kind: str
    ) -> None:
        super().__init__(desk, screen, flow, case, kind)
        self._view = screen
        self._versions = Versions(desk.drafts, self.draft_key())

    async def prepare(self) -> None:
        """Offer the earlier drafts (拟文, ST08)."""
        await self._versions.load()
        self._view.show_versions(self._versions.kept)

    async def fill(self, form: DecisionForm) -> None:
        """Put the template's words in; what stood there is kept as a draft."""
        if self.detail is None:
            return
        text = drafted(self.detail, form)
        if text:
            await self._put(form, text)

    async def take_version(self, number: int, form: DecisionForm) -> None:
        """Put an earlier draft back; what stood there is kept as a draft."""
        found = next((each for each in self._versions.kept if each.number == number), None)
        if found is not None:
            await self._put(form, found.text)

    async def _put(self, form: DecisionForm, text: str) -> None:
        await self._keep(form.text)
        now = self.keeper.newest or form
        if now.text != form.text:  # somebody went on typing meanwhile
            await self._put(now, text)
            return
        fresh = replace(now, text=text)
        self.edited(fresh)
        self.screen.show_form(fresh)
        await self.keeper.save()

    async def _keep(self, text: str) -> None:
        session = self.desk.door.session
        await self._versions.keep(text, session.name if session else "", self.desk.now())
        self._view.show_versions(self._versions.kept)

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
        await self._keep(text)
        if form.kind in NEEDS_REASON:
            sheet = await self.desk.signing.prepare(
                form.kind, self.case, reason=form.reason, text=text
            )
        else:
            sheet = await self.desk.signing.prepare(form.kind, self.case, text=text)
        await self.keeper.save()
        self.flow.sign(sheet)
        return None
