"""The first page of a new machine: which centre, is it truly that one, and the first card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from ui.error_text import code_text
from ui.values import EnrolForm
from ui.views.looks import Looks
from ui.views.page_parts import help_button
from ui.views.pin_page import PinPage
from ui.widgets.buttons import ActButton
from ui.widgets.fields import LineField, TextField
from ui.widgets.layout import Face, column, row
from ui.widgets.text import Icon, Text
from ui.widgets.ticks import Tick

if TYPE_CHECKING:
    from ui.i18n import Tongue
    from ui.values import Problem


class EnrolPage(PinPage):
    """Shown while this machine belongs to no centre."""

    pasted = Signal(str)
    genesis_edited = Signal(str)
    settings_asked = Signal()
    help_asked = Signal()
    blocked_key = "enrol.blocked"

    def __init__(self, tongue: Tongue) -> None:
        super().__init__(tongue, "enrol", "page.enrol", "act.enrol")
        self.back.hide()  # there is nowhere to go back to
        self._lines: dict[str, LineField] = {}
        self._make_centre()
        self._make_invitation()
        self._make_comparing()
        for key in ("enrol.rule.invite", "enrol.rule.card", "enrol.rule.recovery"):
            self.add_note("info-circle", key)
        self.looks = Looks(tongue)
        self.aside.addWidget(self.looks)
        ask = help_button(tongue, "enrol.help", self.help_asked)
        self.aside.addWidget(ask, 0, Qt.AlignmentFlag.AlignLeft)
        self.settings = ActButton("quiet", "settings", "Ctrl+,")
        self.settings.setObjectName("enrol.settings")
        tongue.bind(self.settings, "setText", "door.settings")
        self.settings.clicked.connect(self.settings_asked)
        self.extra.insertWidget(0, self.settings)
        tongue.changed.connect(self.look_again)
        self.finish()
        self.look_again()

    def _make_centre(self) -> None:
        self._line("centre", "https://", limit=200)
        holder = QWidget()
        box = row(holder, gap=8)
        self.roots = LineField(limit=1000)
        self.choose = ActButton("plain", "file")
        self.choose.setObjectName("enrol.choose")
        self.tongue.bind(self.choose, "setText", "enrol.choose")
        self.choose.clicked.connect(self._ask)
        box.addWidget(self.roots, 1)
        box.addWidget(self.choose)
        self._lines["roots"] = self.roots
        field = self.add_field("roots", holder, "enrol.roots", required=True)
        holder.setFocusProxy(self.roots)
        holder.setObjectName("enrol.roots_box")
        self.roots.setObjectName("enrol.roots")
        self.tongue.bind(self.roots, "setAccessibleName", "enrol.roots")
        field.label.setBuddy(self.roots)

    def _make_invitation(self) -> None:
        self.invitation = TextField(2)
        self.add_field("invitation", self.invitation, "enrol.invitation", hint="enrol.paste")
        self.invitation.textChanged.connect(lambda: self.pasted.emit(self.invitation.text()))
        self._beside(("dev", 4), ("inc", 2), ("code", 6))
        self._lines["inc"].setText("1")
        self._beside(("aud", 3), ("genesis", 7))
        self._lines["genesis"].textChanged.connect(self.genesis_edited)

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

    def _line(self, name: str, placeholder: str, *, limit: int) -> None:
        line = LineField(limit=limit)
        line.setPlaceholderText(placeholder)
        self._lines[name] = line
        self.add_field(name, line, f"enrol.{name}", required=True)

    # ------------------------------------------------------------ showing

    def form_now(self) -> EnrolForm:
        """Return what stands in the fields."""
        typed = {name: line.text() for name, line in self._lines.items()}
        return EnrolForm(**typed, compared=self.compared.isChecked())

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
        if problem is None:
            return
        own = f"enrol.remedy.{problem.code}"
        if self.tongue.words.has(own):
            told = code_text(problem.code, dict(problem.details), self.tongue.words)
            words = self.tongue.t(own)
            self.failure.show_failure(told.what, words, told.code, calm=problem.again)

    def missing(self) -> str:
        """The fingerprint must have been compared."""
        if self.compared.isChecked():
            return ""
        key = "enrol.compare_first" if self.fingerprint.text() else "enrol.invitation_first"
        return self.tongue.t(key)

    # ------------------------------------------------------------ inner

    def _ask(self) -> None:
        """Ask for the file by the system's dialog, opened and never executed."""
        dialog = QFileDialog(self, self.tongue.t("enrol.roots"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(self.tongue.t("enrol.roots.filter"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.roots.setText)
        dialog.open()
