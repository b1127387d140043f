"""Steps that are an opinion or one text: handle, review, send back, hear a party, explain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from client.app.rows.words import Words
from ui.presenters.step import StepPresenter, StepScreen
from ui.values import WITH_OPINION, FieldProblem, OpinionForm

if TYPE_CHECKING:
    from client.app.rows.steps import StepDone
    from ui.presenters.desk import Desk
    from ui.presenters.flow import Flow


class OpinionPresenter(StepPresenter[OpinionForm]):
    """One page for all of them.

    Args:
        event: the urge that an explanation answers.
    """

    form_class = OpinionForm

    def __init__(
        self,
        desk: Desk,
        screen: StepScreen[OpinionForm],
        flow: Flow,
        case: str,
        kind: str,
        *,
        event: str = "",
    ) -> None:
        super().__init__(desk, screen, flow, case, kind)
        self._event = event

    def first_form(self) -> OpinionForm:
        """Nothing chosen, nothing written."""
        return OpinionForm()

    def check(self, form: OpinionForm) -> tuple[FieldProblem, ...]:
        """An opinion is chosen; whatever is not plain agreement says why."""
        found = []
        if self.kind in WITH_OPINION and form.agree is None:
            found.append(FieldProblem("opinion", Words("opinion.agree.missing")))
        needs_text = self.kind not in WITH_OPINION or form.agree is False
        if needs_text and not form.text.strip():
            found.append(FieldProblem("text", Words("opinion.text.missing")))
        return tuple(found)

    async def make(self, form: OpinionForm) -> StepDone:
        """Make the step."""
        steps, text = self.desk.steps, form.text.strip()
        if self.kind == "handle":
            return await steps.handle(self.case, agree=bool(form.agree), text=text)
        if self.kind == "review":
            return await steps.review(self.case, agree=bool(form.agree), text=text)
        if self.kind == "send_back":
            return await steps.send_back(self.case, text)
        if self.kind == "hear_party":
            return await steps.hear_party(self.case, text)
        return await steps.explain(self.case, self._event, text)
