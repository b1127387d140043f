"""The page of a cure (补救): a paper is in the applicant's hands, its step was refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from ui.error_text import code_text
from ui.values import CURES, CureForm
from ui.views.case_brief import CaseBrief
from ui.views.step_page import StepPage
from ui.widgets.choices import Tiles
from ui.widgets.facts import Facts
from ui.widgets.fields import TextField

if TYPE_CHECKING:
    from client.app.rows.cases import CaseDetail
    from client.app.rows.messages import CureOwed
    from ui.i18n import Tongue


class CurePage(StepPage):
    """What was refused and why; confirm, or revoke with notice; the reason."""

    edited = Signal(object)  # CureForm

    def __init__(self, tongue: Tongue) -> None:
        super().__init__(tongue, "cure", "page.cure", "act.to_sheet")
        self._filling = False
        self._owed: CureOwed | None = None
        self.facts = Facts()
        self.form.addWidget(self.facts)
        self.way = Tiles(list(CURES), upright=True)
        for name, tile in self.way.tiles.items():
            tile.setObjectName(f"cure.{name}")
        self.add_field("way", self.way, "cure.way", required=True)
        self.text = TextField(5)
        self.add_field("text", self.text, "cure.text", required=True, hint="cure.text.hint")
        self.brief = CaseBrief(tongue)
        self.aside.addWidget(self.brief)
        self.add_note("signature", "cure.rule")
        self.way.picked.connect(self._edited)
        self.text.textChanged.connect(self._edited)
        tongue.changed.connect(self._say)
        self._say()
        self.finish()

    def show_case(self, detail: CaseDetail) -> None:
        """Show the case in header and margin."""
        super().show_case(detail)
        self.brief.show_case(detail)

    def show_owed(self, owed: CureOwed) -> None:
        """Show which step was refused, why, and the paper that it handed out."""
        self._owed = owed
        self._say()

    def show_form(self, form: CureForm) -> None:
        """Fill the fields."""
        self._filling = True
        self.way.choose(form.way)
        self.text.show_text(form.text)
        self._filling = False

    def form_now(self) -> CureForm:
        """Return what is chosen and typed."""
        return CureForm(self.way.current(), self.text.text())

    def _edited(self, *_: object) -> None:
        if not self._filling:
            self.edited.emit(self.form_now())

    def _say(self) -> None:
        tongue, t = self.tongue, self.tongue.t
        for name, tile in self.way.tiles.items():
            tile.set_words(t(f"cure.{name}"), t(f"cure.{name}.do"))
        owed = self._owed
        if owed is None:
            return
        paper = tongue.coded("paper", owed.paper) if owed.paper else ""
        rows = [
            (
                t("cure.step"),
                tongue.joined(tongue.coded("step", owed.kind), tongue.moment(owed.at)),
            ),
            (t("cure.why"), code_text(owed.code, {}, tongue.words).what),
            (t("cure.paper"), tongue.joined(paper, owed.paper_no)),
        ]
        self.facts.show_facts([(label, value) for label, value in rows if value])
