"""The pages of withdrawal (撤回申请) and of leaving the queue (弃号)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from client.app.rows.materials import MaterialRow
from ui.values import REQUEST, LeaveForm
from ui.views.case_brief import CaseBrief
from ui.views.receive import ReceivePage
from ui.views.step_page import StepPage
from ui.widgets.buttons import ActButton
from ui.widgets.choices import Tiles
from ui.widgets.fields import TextField

if TYPE_CHECKING:
    from client.app.rows.cases import CaseDetail
    from ui.i18n import Tongue

_CODES = {"nothing": False, "offered": True}


class WithdrawPage(ReceivePage):
    """One line, for the request that the applicant signed; its form is printed from here."""

    blank_wanted = Signal()

    def __init__(self, tongue: Tongue) -> None:
        super().__init__(tongue, "withdraw")
        button = ActButton("plain", "printer")
        button.setObjectName("withdraw.blank")
        tongue.bind(button, "setText", "form.print.withdrawal")
        button.clicked.connect(self.blank_wanted)
        self.extra.addWidget(button)

    def rows(self, detail: CaseDetail) -> tuple[MaterialRow, ...]:
        """Return the one thing that is handed in here."""
        del detail
        name, note = self.tongue.t("withdraw.request"), self.tongue.t("withdraw.request.do")
        return (MaterialRow(REQUEST, name, required=True, minor=False, note=note),)


class LeavePage(StepPage):
    """Whether materials were offered, and what there is to say."""

    edited = Signal(object)  # LeaveForm

    def __init__(self, tongue: Tongue) -> None:
        super().__init__(tongue, "leaving", "page.leave", "act.leave_queue")
        self._filling = False
        self.offered = Tiles(list(_CODES))
        for name, tile in self.offered.tiles.items():
            tile.setObjectName(f"leaving.{name}")
        self.add_field("answer", self.offered, "leaving.question", required=True)
        self.text = TextField(4)
        self.add_field("text", self.text, "leaving.text", hint="leaving.text.hint")
        self.brief = CaseBrief(tongue)
        self.aside.addWidget(self.brief)
        self.add_note("info-circle", "leaving.rule")
        self.offered.picked.connect(self._edited)
        self.text.textChanged.connect(self._edited)
        tongue.changed.connect(self._say)
        self._say()
        self.finish()

    def show_case(self, detail: CaseDetail) -> None:
        """Show the case in header and margin."""
        super().show_case(detail)
        self.brief.show_case(detail)

    def show_form(self, form: LeaveForm) -> None:
        """Fill the fields."""
        self._filling = True
        chosen = next((name for name, offered in _CODES.items() if offered is form.offered), "")
        self.offered.choose(chosen)
        self.text.show_text(form.text)
        self._filling = False

    def form_now(self) -> LeaveForm:
        """Return what is chosen and typed."""
        return LeaveForm(_CODES.get(self.offered.current()), self.text.text())

    def _edited(self, *_: object) -> None:
        if not self._filling:
            self.edited.emit(self.form_now())

    def _say(self) -> None:
        t = self.tongue.t
        for name, tile in self.offered.tiles.items():
            tile.set_words(t(f"leaving.{name}"), t(f"leaving.{name}.do"))
