"""The page of handing out (发证) and of signing for (签收): who stands at the counter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from client.app.rows.cases import Receiver
from ui.values import RELATIONS
from ui.views.case_brief import CaseBrief
from ui.views.step_page import StepPage
from ui.widgets.choices import Tiles
from ui.widgets.fields import LONGEST_ID, LONGEST_NAME, LineField

if TYPE_CHECKING:
    from client.app.rows.cases import CaseDetail
    from client.app.rows.steps import Checked
    from ui.i18n import Tongue


class ReceiverPage(StepPage):
    """Kind "issue" or "sign_for"."""

    edited = Signal(object)  # Receiver
    field_left = Signal(str)
    related = Signal(str)

    def __init__(self, tongue: Tongue, kind: str) -> None:
        super().__init__(tongue, kind, f"page.{kind}", f"act.{kind}")
        self._filling = False
        self._org = False
        self.relation = Tiles(list(RELATIONS))
        for name, tile in self.relation.tiles.items():
            tile.setObjectName(f"{kind}.relation.{name}")
        self.add_field("relation", self.relation, "receiver.relation")
        self.person = LineField(limit=LONGEST_NAME)
        self.add_field("name", self.person, "receiver.name", required=True)
        self.id_no = LineField(limit=LONGEST_ID)
        self.add_field(
            "id_no", self.id_no, "receiver.id_no", required=True, hint="receiver.id_no.hint"
        )
        self.brief = CaseBrief(tongue)
        self.aside.addWidget(self.brief)
        self.add_note("id", f"receiver.{kind}.rule")
        self.relation.picked.connect(self.related)
        for name, line in (("name", self.person), ("id_no", self.id_no)):
            line.textChanged.connect(self._edited)
            line.editingFinished.connect(lambda field=name: self.field_left.emit(field))
        tongue.changed.connect(self._say)
        self._say()
        self.finish()

    def show_case(self, detail: CaseDetail) -> None:
        """Show the case in header and margin."""
        super().show_case(detail)
        self.brief.show_case(detail)
        self._org = detail.applicant_kind == "org"
        self._say()

    def show_form(self, form: Receiver) -> None:
        """Fill the fields."""
        self._filling = True
        self.relation.choose(form.relation)
        self.person.setText(form.name)
        self.id_no.setText(form.id_no)
        self._filling = False

    def form_now(self) -> Receiver:
        """Return what is chosen and typed."""
        return Receiver(self.person.text(), self.id_no.text(), self.relation.current() or "self")

    def show_checked(self, field: str, checked: Checked) -> None:
        """Show what the rule says of a field."""
        target = self.fields[field]
        target.set_problem(self.tongue.say(checked.problem))
        if checked.hint is not None:
            target.set_hint(self.tongue.say(checked.hint))

    def focus_first(self) -> None:
        """The name is known for the applicant himself: begin at what is not."""
        target = self.id_no if self.person.text() else self.person
        target.setFocus()

    def _edited(self, *_: object) -> None:
        if not self._filling:
            self.edited.emit(self.form_now())

    def _say(self) -> None:
        t = self.tongue.t
        for name, tile in self.relation.tiles.items():
            tile.set_words(t(f"relation.{name}"), t(f"relation.{name}.do"))
        self.relation.tiles["self"].set_blocked(t("receiver.self.org") if self._org else "")
