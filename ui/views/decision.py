"""The page of a decision (决定): chosen, worded, then the sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut

from sync.domain.calendar import CHINA
from sync.domain.fields import moment_of
from ui.values import DECISION_REASONS, DECISIONS, NEEDS_REASON, DecisionForm
from ui.views.case_brief import CaseBrief
from ui.views.step_page import StepPage
from ui.widgets.buttons import ActButton
from ui.widgets.choices import Tiles
from ui.widgets.fields import Choice, TextField
from ui.widgets.layout import row
from ui.widgets.text import Tagged

if TYPE_CHECKING:
    from PySide6.QtWidgets import QHBoxLayout

    from client.app.rows.cases import CaseDetail, StepOption
    from ui.i18n import Tongue
    from ui.presenters.drafting import Version


class DecisionPage(StepPage):
    """Of grant, decide_at_once and deny: one question."""

    edited = Signal(object)  # DecisionForm
    filled = Signal()
    version_picked = Signal(int)

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
        self.form.addLayout(self._make_drafting())
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

    def _make_drafting(self) -> QHBoxLayout:
        """Words from a template, and the drafts that came before (ST08)."""
        line = row(gap=10)
        self.fill = ActButton("plain", "edit", "Alt+D")
        self.fill.setObjectName("decision.fill")
        self.tongue.bind(self.fill, "setText", "drafting.fill")
        self.fill.clicked.connect(self.filled)
        QShortcut(QKeySequence("Alt+D"), self.fill).activated.connect(self.fill.click)
        self._versions: tuple[Version, ...] = ()
        self.versions = Choice()
        self.versions.setObjectName("decision.versions")
        self.tongue.bind(self.versions, "setAccessibleName", "drafting.versions")
        self.versions.picked.connect(self._version)
        line.addWidget(self.fill)
        line.addWidget(self.versions, 1)
        return line

    def show_versions(self, versions: tuple[Version, ...]) -> None:
        """Offer the earlier drafts, newest first."""
        self._versions = versions
        self._say_versions()

    def _version(self, *_: object) -> None:
        code = self.versions.code()
        if code:
            self.version_picked.emit(int(code))

    def _say_versions(self) -> None:
        t = self.tongue.t
        head = t("drafting.versions") if self._versions else t("drafting.none")
        told = [
            (
                str(each.number),
                t(
                    "drafting.version",
                    number=each.number,
                    person=each.person,
                    when=self.tongue.moment(moment_of(each.at).astimezone(CHINA)),
                ),
            )
            for each in reversed(self._versions)
        ]
        self.versions.offer([("", head), *told])
        self.versions.choose("")
        self.versions.setEnabled(bool(self._versions))

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
            why = None if option is None else option.blocked
            self.tongue.bind_words(tile, "set_blocked", why)

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
        self._say_versions()
        self.fill.set_blocked("" if kind else t("drafting.no_kind"))
        self._reason_field.setVisible(needs)
        self.remedies.setVisible(needs)
