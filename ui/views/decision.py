"""The page of a decision (决定): chosen, worded, then the sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from ui.values import DECISION_REASONS, DECISIONS, NEEDS_REASON, DecisionForm
from ui.views.case_brief import CaseBrief
from ui.views.step_page import StepPage
from ui.widgets.choices import Tiles
from ui.widgets.fields import Choice, TextField
from ui.widgets.text import Tagged

if TYPE_CHECKING:
    from client.app.rows.cases import CaseDetail, StepOption
    from ui.i18n import Tongue


class DecisionPage(StepPage):
    """Of grant, decide_at_once and deny: one question."""

    edited = Signal(object)  # DecisionForm

    def __init__(self, tongue: Tongue) -> None:
        super().__init__(tongue, "decision", "page.decision", "act.to_sheet")
        self._filling = False
        self.kinds = Tiles(list(DECISIONS), upright=True)
        for name, tile in self.kinds.tiles.items():
            tile.setObjectName(f"decision.{name}")
        self.add_field("kind", self.kinds, "decision.decision", required=True)
        self.reason = Choice()
        self._reason_field = self.add_field("reason", self.reason, "decision.reason", required=True)
        self.text = TextField(5)
        self._text_field = self.add_field(
            "text", self.text, "decision.text", hint="decision.text.hint"
        )
        self.remedies = Tagged("info-circle", "small muted", wrap=True)
        tongue.bind(self.remedies, "setText", "decision.remedies")
        self.form.addWidget(self.remedies)
        self.brief = CaseBrief(tongue)
        self.aside.addWidget(self.brief)
        self.add_note("signature", "decision.decision.rule")
        self.kinds.picked.connect(self._picked)
        self.reason.picked.connect(self._edited)
        self.text.textChanged.connect(self._edited)
        tongue.changed.connect(self._say)
        self._say()
        self.finish()

    def show_case(self, detail: CaseDetail) -> None:
        """Show the case in header and margin."""
        super().show_case(detail)
        self.brief.show_case(detail)

    def show_choices(self, options: tuple[StepOption, ...]) -> None:
        """Open or close each choice with its reason; what the case does not know is left out."""
        known = {option.kind: option for option in options}
        for name, tile in self.kinds.tiles.items():
            option = known.get(name)
            tile.setVisible(option is not None)
            tile.set_blocked("" if option is None else self.tongue.say(option.blocked))

    def show_form(self, form: DecisionForm) -> None:
        """Fill the fields."""
        self._filling = True
        self.kinds.choose(form.kind)
        self._say()
        self.reason.choose(form.reason)
        self.text.show_text(form.text)
        self._filling = False

    def form_now(self) -> DecisionForm:
        """Return what is chosen and typed."""
        kind = self.kinds.current()
        reason = self.reason.code() if kind in NEEDS_REASON else ""
        return DecisionForm(kind, reason, self.text.text())

    def _picked(self, _name: str) -> None:
        self._say()
        self._edited()

    def _edited(self, *_: object) -> None:
        if not self._filling:
            self.edited.emit(self.form_now())

    def _say(self) -> None:
        t = self.tongue.t
        for name, tile in self.kinds.tiles.items():
            tile.set_words(t(f"decision.{name}"), t(f"decision.{name}.do"))
        kind = self.kinds.current()
        needs = kind in NEEDS_REASON
        codes = DECISION_REASONS.get(kind, ())
        self.reason.offer(
            [("", t("decision.reason.choose")), *[(c, t(f"reason.{c}")) for c in codes]]
        )
        self._reason_field.setVisible(needs)
        self.remedies.setVisible(needs)
