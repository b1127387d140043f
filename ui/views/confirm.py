"""The page of a step for which nothing is asked but that deserves a look: make, close."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.views.case_brief import CaseBrief
from ui.views.step_page import StepPage
from ui.widgets.facts import Facts
from ui.widgets.layout import Face, column
from ui.widgets.text import Text

if TYPE_CHECKING:
    from client.app.rows.cases import CaseDetail
    from ui.i18n import Tongue


class ConfirmPage(StepPage):
    """Kind "make" or "close"."""

    def __init__(self, tongue: Tongue, kind: str) -> None:
        super().__init__(tongue, kind, f"page.{kind}", f"act.{kind}")
        self._kind = kind
        card = Face("surface")
        box = column(card, gap=12, margin=20)
        words = Text("body", wrap=True)
        tongue.bind(words, "setText", f"confirm.{kind}")
        self.facts = Facts()
        box.addWidget(words)
        box.addWidget(self.facts)
        self.form.addWidget(card)
        self.brief = CaseBrief(tongue)
        self.aside.addWidget(self.brief)
        self.add_note("info-circle", f"confirm.{kind}.rule")
        self._detail: CaseDetail | None = None
        tongue.changed.connect(self._say)
        self.finish()

    def show_case(self, detail: CaseDetail) -> None:
        """Show the case."""
        super().show_case(detail)
        self.brief.show_case(detail)
        self._detail = detail
        self._say()

    def show_form(self, form: object) -> None:
        """Nothing is typed."""

    def focus_first(self) -> None:
        """The press is all there is to do."""
        self.primary.setFocus()

    def _say(self) -> None:
        detail = self._detail
        if detail is None:
            return
        t = self.tongue.t
        self.facts.show_facts(
            [
                (t("case.applicant"), detail.row.applicant),
                (t("case.item"), detail.row.item),
                (t("case.state"), self.tongue.coded("state", detail.row.state)),
                *[
                    (self.tongue.coded("paper", paper.kind), paper.no)
                    for paper in detail.papers[-4:]
                ],
            ]
        )
