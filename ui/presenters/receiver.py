"""Who takes the certificate away (发证) and who signs for it (签收)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from client.app.rows.cases import Receiver
from client.app.rows.words import Words
from sync.domain.failures import Failure
from ui.presenters.step import StepPresenter, StepScreen
from ui.values import FieldProblem, Problem

if TYPE_CHECKING:
    from client.app.rows.cases import PaperRow
    from client.app.rows.ink import Ink
    from client.app.rows.steps import Checked, StepDone
    from ui.presenters.desk import Desk
    from ui.presenters.flow import Flow


LEGAL = "legal_representative"


class ReceiverScreen(StepScreen[Receiver], Protocol):
    """What the view can do besides."""

    def show_checked(self, field: str, checked: Checked) -> None:
        """Show what a field's check says."""

    def open_ink(self, sha256: str, shown: tuple[int, int, bytes], name: str) -> None:
        """Open the pad under the paper that is to be signed."""

    def show_ink(self, ink: Ink | None) -> None:
        """Show whether there is a signature."""

    def block_ink(self, why: Words | None) -> None:
        """Say why nothing can be signed on the screen; None opens it."""


class ReceiverPresenter(StepPresenter[Receiver]):
    """Kind "issue" or "sign_for"."""

    form_class = Receiver

    def __init__(
        self, desk: Desk, screen: ReceiverScreen, flow: Flow, case: str, kind: str
    ) -> None:
        super().__init__(desk, screen, flow, case, kind)
        self._view = screen
        self._ink: Ink | None = None
        self._signer = ""

    begins_filled = True

    async def prepare(self) -> None:
        """Offer the screen where there is a slip to sign."""
        self._view.block_ink(None if self._slip() else Words("ink.no_slip"))

    async def ask_ink(self, form: Receiver) -> None:
        """Show the delivery slip with the pad under it."""
        slip = self._slip()
        if slip is None:
            return
        try:
            shown = await self.desk.papers.image(slip.sha256)
        except Failure as failure:
            self.screen.show_failure(Problem.of(failure))
            return
        self._signer = (self.keeper.newest or form).name  # whoever stands there by now
        self._view.open_ink(slip.sha256, shown, self._signer)

    def edited(self, form: Receiver) -> None:
        """Remember what was typed; what somebody else signed does not stay."""
        super().edited(form)
        if self._ink is not None and form.name != self._signer:
            self.ink(None)

    def ink(self, ink: Ink | None) -> None:
        """Take a signature, or take it back."""
        self._ink = ink
        self._view.show_ink(ink)

    def _slip(self) -> PaperRow | None:
        papers = self.detail.papers if self.detail is not None else ()
        return next((paper for paper in reversed(papers) if paper.kind == "delivery"), None)

    def first_form(self) -> Receiver:
        """Whoever took the paper signs for it; whoever takes it is the applicant, if a person.

        An organisation takes nothing by itself: its agent does, or the person who represents it.
        """
        detail = self.detail
        if detail is None:
            return Receiver("", "", "self")
        if self.kind == "sign_for" and detail.receiver is not None:
            return detail.receiver
        if detail.applicant_kind != "org":
            return Receiver(detail.row.applicant, "", "self")
        return Receiver(detail.agent or "", "", "agent" if detail.agent else LEGAL)

    def relate(self, relation: str, form: Receiver) -> None:
        """Another relation: the name is the applicant's or the agent's where it is known."""
        detail = self.detail
        known = {"self": detail.row.applicant, "agent": detail.agent or ""} if detail else {}
        if known.get(relation, "") != form.name:
            form = replace(form, name=known.get(relation, ""), id_no="")
        form = replace(form, relation=relation)
        self.edited(form)
        self.screen.show_form(form)

    def left(self, field: str, form: Receiver) -> None:
        """Check a field as it is left."""
        checked = self._checked(field, form)
        if checked is not None:
            self._view.show_checked(field, checked)

    def check(self, form: Receiver) -> tuple[FieldProblem, ...]:
        """Name and number of whoever stands there."""
        found = []
        if form.relation == "self" and self.detail and self.detail.applicant_kind == "org":
            found.append(FieldProblem("relation", Words("receiver.self.org")))
        for field in ("name", "id_no"):
            checked = self._checked(field, form)
            if checked is None:
                found.append(FieldProblem(field, Words(f"receiver.{field}.missing")))
            elif checked.problem is not None:
                found.append(FieldProblem(field, checked.problem))
        return tuple(found)

    async def make(self, form: Receiver) -> StepDone:
        """Issue, or have it signed for."""
        values = {}
        for field in ("name", "id_no"):
            checked = self._checked(field, form)
            values[field] = "" if checked is None else checked.value
        receiver = replace(form, **values)
        if self.kind == "issue":
            return await self.desk.steps.issue(self.case, receiver)
        return await self.desk.steps.sign_for(self.case, receiver, self._ink)

    def _checked(self, field: str, form: Receiver) -> Checked | None:
        value = (form.name if field == "name" else form.id_no).strip()
        if not value:
            return None
        if field == "name":
            return self.desk.catalogue.check_name(value)
        return self.desk.catalogue.check_identity("resident_id", value)
