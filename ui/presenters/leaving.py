"""How a case ends at the applicant's side: withdrawal (撤回申请) and leaving the queue (弃号)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from client.app.forms.table import Filled
from client.app.rows.words import Words
from sync.domain.failures import Failure
from ui.presenters.receive import ReceivePresenter
from ui.presenters.step import StepPresenter
from ui.values import (
    REQUEST,
    FieldProblem,
    LeaveForm,
    MaterialTick,
    Problem,
    ReceiveForm,
    Route,
)

if TYPE_CHECKING:
    from client.app.rows.steps import StepDone
    from ui.presenters.desk import Desk
    from ui.presenters.flow import Flow
    from ui.presenters.receive import ReceiveScreen


class WithdrawPresenter(ReceivePresenter):
    """The applicant's right: nothing is asked but the request that he signed, as one file."""

    def __init__(self, desk: Desk, screen: ReceiveScreen, flow: Flow, case: str) -> None:
        super().__init__(desk, screen, flow, case, "withdraw")

    def first_form(self) -> ReceiveForm:
        """No request yet."""
        return ReceiveForm((MaterialTick(REQUEST),))

    def check(self, form: ReceiveForm) -> tuple[FieldProblem, ...]:
        """The signed request is here, as one file: an image, or a PDF of several pages."""
        pages = form.tick(REQUEST).pages
        if not pages:
            return (FieldProblem("materials", Words("withdraw.no_request")),)
        if len(pages) > 1:
            return (FieldProblem("materials", Words("withdraw.one_file")),)
        return ()

    async def print_blank(self) -> None:
        """Print the form of the request, for the applicant to sign."""
        try:
            row = await self.desk.forms.blank(self.case, self.kind, Filled())
        except Failure as failure:
            self.screen.show_failure(Problem.of(failure))
            return
        self.flow.go(Route("paper", self.case, step=row.sha256, paper=row.kind))

    async def make(self, form: ReceiveForm) -> StepDone:
        """Withdraw."""
        return await self.desk.steps.withdraw(self.case, form.tick(REQUEST).pages[0])


class LeavePresenter(StepPresenter[LeaveForm]):
    """Whether materials were offered must be said: leaving with them unreceived is a finding."""

    form_class = LeaveForm

    def first_form(self) -> LeaveForm:
        """Nothing said."""
        return LeaveForm()

    def check(self, form: LeaveForm) -> tuple[FieldProblem, ...]:
        """The question is answered; materials that were not received need their reason."""
        found = []
        if form.offered is None:
            found.append(FieldProblem("answer", Words("leaving.offered.missing")))
        if form.offered and not form.text.strip():
            found.append(FieldProblem("text", Words("leaving.text.missing")))
        return tuple(found)

    async def make(self, form: LeaveForm) -> StepDone:
        """Give the number back."""
        return await self.desk.steps.leave(
            self.case, offered=bool(form.offered), text=form.text.strip()
        )
