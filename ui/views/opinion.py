"""The page of an opinion, or of any step that is one text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from ui.values import WITH_OPINION, OpinionForm
from ui.views.case_brief import CaseBrief
from ui.views.step_page import StepPage
from ui.widgets.choices import Tiles
from ui.widgets.fields import TextField

if TYPE_CHECKING:
    from client.app.rows.cases import CaseDetail
    from ui.i18n import Tongue

_CODES = {"agree": True, "disagree": False}


class OpinionPage(StepPage):
    """Kind: handle, review, send_back, hear_party or explain."""

    edited = Signal(object)  # OpinionForm

    def __init__(self, tongue: Tongue, kind: str) -> None:
        super().__init__(tongue, kind, f"page.{kind}", f"act.{kind}")
        self._kind = kind
        self._filling = False
        self.opinion = Tiles(list(_CODES))
        for name, tile in self.opinion.tiles.items():
            tile.setObjectName(f"{kind}.{name}")
        self.with_opinion = kind in WITH_OPINION
        if self.with_opinion:
            self.add_field("opinion", self.opinion, f"opinion.{kind}", required=True)
        self.text = TextField(6)
        self.add_field(
            "text",
            self.text,
            f"opinion.{kind}.text",
            required=not self.with_opinion,
            hint=f"opinion.{kind}.hint",
        )
        self.brief = CaseBrief(tongue)
        self.aside.addWidget(self.brief)
        self.add_note("info-circle", f"opinion.{kind}.rule")
        self.opinion.picked.connect(self._edited)
        self.text.textChanged.connect(self._edited)
        tongue.changed.connect(self._say)
        self._say()
        self.finish()

    def show_case(self, detail: CaseDetail) -> None:
        """Show the case in header and margin."""
        super().show_case(detail)
        self.brief.show_case(detail)

    def show_form(self, form: OpinionForm) -> None:
        """Fill the fields."""
        self._filling = True
        chosen = next((name for name, agree in _CODES.items() if agree is form.agree), "")
        self.opinion.choose(chosen)
        self.text.show_text(form.text)
        self._filling = False

    def form_now(self) -> OpinionForm:
        """Return what is chosen and typed."""
        agree = _CODES.get(self.opinion.current()) if self.with_opinion else None
        return OpinionForm(agree, self.text.text())

    def _edited(self, *_: object) -> None:
        if not self._filling:
            self.edited.emit(self.form_now())

    def _say(self) -> None:
        t = self.tongue.t
        for name, tile in self.opinion.tiles.items():
            tile.set_words(t(f"opinion.{name}"), t(f"opinion.{name}.do"))
