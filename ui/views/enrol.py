"""The first page of a new machine: which centre, is it truly that one, and the first card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from ui.values import EnrolForm
from ui.views.centre_fields import add_centre_fields, tell_remedy
from ui.views.looks import Looks
from ui.views.page_parts import help_button
from ui.views.pin_page import PinPage
from ui.widgets.buttons import ActButton
from ui.widgets.fields import LineField, TextField
from ui.widgets.layout import Face, column, row
from ui.widgets.text import Icon, Text
from ui.widgets.ticks import Tick

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ui.i18n import Tongue
    from ui.values import Problem


class EnrolPage(PinPage):
    """Shown while this machine belongs to no centre."""

    pasted = Signal(str)
    genesis_edited = Signal(str)
    edited = Signal()
    later = Signal()
    settings_asked = Signal()
    help_asked = Signal()
    blocked_key = "enrol.blocked"

    def __init__(self, tongue: Tongue, *, guided: bool = False) -> None:
        """Make the page; `guided`: a step of the first run, which has asked for the centre."""
        super().__init__(tongue, "enrol", "page.enrol", "act.enrol")
        self._lines: dict[str, LineField] = {}
        if not guided:
            self.back.hide()  # there is nowhere to go back to
            self._lines["centre"], self.roots = add_centre_fields(self)
            self._lines["roots"] = self.roots
        self._make_invitation()
        self._make_comparing()
        for key in ("enrol.rule.invite", "enrol.rule.card", "enrol.rule.recovery"):
            self.add_note("info-circle", key)
        if not guided:
            self._make_ways()
        tongue.changed.connect(self.look_again)
        self.finish()
        self.look_again()

    def _make_ways(self) -> None:
        """Offer language and looks, and this machine's settings."""
        self.looks = Looks(self.tongue)
        self.aside.addWidget(self.looks)
        ask = help_button(self.tongue, "enrol.help", self.help_asked)
        self.aside.addWidget(ask, 0, Qt.AlignmentFlag.AlignLeft)
        self.settings = ActButton("quiet", "settings", "Ctrl+,")
        self.settings.setObjectName("enrol.settings")
        self.tongue.bind(self.settings, "setText", "door.settings")
        self.settings.clicked.connect(self.settings_asked)
        self.extra.insertWidget(0, self.settings)

    def _make_invitation(self) -> None:
        self.invitation = TextField(2)
        self.add_field("invitation", self.invitation, "enrol.invitation", hint="enrol.paste")
        self.invitation.textChanged.connect(lambda: self.pasted.emit(self.invitation.text()))
        self._beside(("dev", 4), ("inc", 2), ("code", 6))
        self._lines["inc"].setText("1")
        self._beside(("aud", 3), ("genesis", 7))
        self._lines["genesis"].textChanged.connect(self.genesis_edited)
        for line in self._lines.values():
            line.textChanged.connect(lambda _text: self.edited.emit())

    def _make_comparing(self) -> None:
        self.face = Face("told")
        box = column(self.face, gap=8, margin=16)
        top = row(gap=10)
        top.addWidget(Icon("shield-check", "accent", 20), 0, Qt.AlignmentFlag.AlignTop)
        words = Text("body", wrap=True)
        self.tongue.bind(words, "setText", "enrol.compare")
        top.addWidget(words, 1)
        self.fingerprint = Text("page", select=True)
        self.fingerprint.setObjectName("enrol.fingerprint")
        self.tongue.bind(self.fingerprint, "setAccessibleName", "enrol.fingerprint")
        self.compared = Tick()
        self.compared.setObjectName("enrol.compared")
        self.tongue.bind(self.compared, "setText", "enrol.compared")
        self.compared.toggled.connect(lambda _on: self.look_again())
        self.compared.toggled.connect(lambda _on: self.edited.emit())
        box.addLayout(top)
        box.addWidget(self.fingerprint)
        box.addWidget(self.compared)
        self.form.addWidget(self.face)
        self.face.hide()

    def _beside(self, *named: tuple[str, int]) -> None:
        """Add short questions of the invitation side by side; each with its share of the width."""
        holder = QWidget()
        box = row(holder, gap=12)
        for name, share in named:
            line = LineField(limit=80)
            self._lines[name] = line
            field = self.make_field(name, line, f"enrol.{name}", required=True)
            box.addWidget(field, share, Qt.AlignmentFlag.AlignTop)
        self.form.addWidget(holder)

    # ------------------------------------------------------------ showing

    def form_now(self) -> EnrolForm:
        """Return what stands in the fields."""
        typed = {name: line.text() for name, line in self._lines.items()}
        return EnrolForm(**typed, compared=self.compared.isChecked())

    def typed_now(self) -> dict[str, str]:
        """Return what stands in the fields by name; `compared`: with which fingerprint."""
        typed = {name: line.text() for name, line in self._lines.items()}
        return {**typed, "compared": self.fingerprint.text() if self.compared.isChecked() else ""}

    def show_typed(self, typed: Mapping[str, str]) -> None:
        """Show again what was typed before."""
        for name, line in self._lines.items():
            if typed.get(name):
                line.setText(typed[name])
        known = self.fingerprint.text()
        self.compared.setChecked(bool(known) and typed.get("compared") == known)

    def show_invitation(self, aud: str, genesis: str, dev: str, inc: str, code: str) -> None:
        """Fill the fields of the invitation."""
        said = {"aud": aud, "genesis": genesis, "dev": dev, "inc": inc, "code": code}
        for name, words in said.items():
            self._lines[name].setText(words)

    def show_fingerprint(self, words: str) -> None:
        """Show what is to be compared; another one must be compared again."""
        if words != self.fingerprint.text():
            self.compared.setChecked(False)
        self.fingerprint.setText(words)
        self.face.setVisible(bool(words))
        self.look_again()

    def show_progress(self, name: str) -> None:
        """Say how far it is."""
        self.why.setText(self.tongue.t(f"enrol.progress.{name}"))

    def show_failure(self, problem: Problem | None) -> None:
        """Show why it did not become a window, with the remedy that fits a new machine."""
        super().show_failure(problem)
        tell_remedy(self, problem)

    def missing(self) -> str:
        """The fingerprint must have been compared."""
        if self.compared.isChecked():
            return ""
        key = "enrol.compare_first" if self.fingerprint.text() else "enrol.invitation_first"
        return self.tongue.t(key)
