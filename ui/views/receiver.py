"""The page of handing out (发证) and of signing for (签收): who stands at the counter."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from client.app.rows.cases import Receiver
from ui.values import RELATIONS
from ui.views.case_brief import CaseBrief
from ui.views.ink_sheet import InkSheet
from ui.views.step_page import StepPage
from ui.widgets.buttons import ActButton
from ui.widgets.choices import Tiles
from ui.widgets.fields import LONGEST_ID, LONGEST_NAME, LineField
from ui.widgets.layout import row
from ui.widgets.paper import picture
from ui.widgets.text import Text

if TYPE_CHECKING:
    from client.app.rows.cases import CaseDetail
    from client.app.rows.ink import Ink
    from client.app.rows.steps import Checked
    from client.app.rows.words import Words
    from ui.i18n import Tongue


class InkField(QWidget):
    """How it is signed for: on the printed slip, or on the screen (SE15)."""

    asked = Signal()
    dropped = Signal()

    def __init__(self, tongue: Tongue) -> None:
        super().__init__()
        self._tongue = tongue
        self._ink: Ink | None = None
        self._why = ""
        box = row(self, gap=10)
        self.said = Text("body", wrap=True)
        self.sign = ActButton("plain", "signature")
        self.sign.setObjectName("sign_for.ink_sign")
        self.sign.clicked.connect(self.asked)
        self.drop = ActButton("quiet", "file-text")
        self.drop.setObjectName("sign_for.ink_drop")
        tongue.bind(self.drop, "setText", "ink.drop")
        self.drop.clicked.connect(self.dropped)
        box.addWidget(self.said, 1)
        box.addWidget(self.drop)
        box.addWidget(self.sign)
        self.setFocusProxy(self.sign)
        tongue.changed.connect(self._say)
        self._say()

    def show_ink(self, ink: Ink | None) -> None:
        """Show whether there is a signature."""
        self._ink = ink
        self._say()

    def set_blocked(self, why: str) -> None:
        """Say why the screen cannot be signed on; "" opens it."""
        self._why = why
        self._say()

    def _say(self) -> None:
        t, ink = self._tongue.t, self._ink
        if ink is None:
            self.said.setText(t("ink.on_paper"))
        else:
            points = sum(map(len, ink.strokes))
            self.said.setText(t("ink.on_screen", strokes=len(ink.strokes), points=points))
        self.sign.setText(t("ink.sign" if ink is None else "ink.again"))
        self.sign.set_blocked(self._why)
        self.drop.setVisible(ink is not None)


class ReceiverPage(StepPage):
    """Kind "issue" or "sign_for"; what is signed for may be signed on the screen.

    A signature stands on no draft: whoever leaves the page before the step signs again.
    """

    ink_asked = Signal()
    inked = Signal(object)  # Ink, or None: on paper

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
        self.ink: InkField | None = None
        if kind == "sign_for":
            self._offer_ink()
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

    def _offer_ink(self) -> None:
        self.ink = InkField(self.tongue)
        self.add_field("ink", self.ink, "ink.field", hint="ink.rule")
        self.sheet = InkSheet(self.tongue, self)
        self.ink.asked.connect(self.ink_asked)
        self.ink.dropped.connect(lambda: self.inked.emit(None))
        self.sheet.signed.connect(self._signed)
        self.sheet.left.connect(self._not_signed)

    def open_ink(self, sha256: str, shown: tuple[int, int, bytes], name: str) -> None:
        """Open the pad under the paper that is to be signed."""
        self.sheet.open(sha256, picture(*shown), name)

    def show_ink(self, ink: Ink | None) -> None:
        """Show whether there is a signature."""
        if self.ink is not None:
            self.ink.show_ink(ink)

    def block_ink(self, why: Words | None) -> None:
        """Say why nothing can be signed on the screen."""
        if self.ink is not None:
            self.tongue.follow(self.ink, "why", partial(_block, self.tongue, why))

    def _signed(self, ink: Ink) -> None:
        self._not_signed()
        self.inked.emit(ink)

    def _not_signed(self) -> None:
        self.sheet.close_it()
        if self.ink is not None:
            self.ink.sign.setFocus()

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
        self.tell_field(field, "problem", checked.problem)
        if checked.hint is not None:
            self.tell_field(field, "hint", checked.hint)

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


def _block(tongue: Tongue, why: Words | None, field: InkField) -> None:
    field.set_blocked(tongue.say(why))
