"""The doctor's page: parts under each other, what hinders the work first; a bundle to send."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from client.app.rows.words import Words
from ui.views.file_dialog import ask_where
from ui.views.page_parts import later_button, leave_button, show_problem, tell_done
from ui.widgets.buttons import ActButton
from ui.widgets.fold import FootBar
from ui.widgets.layout import Centred, Face, Scroll, clear, column, row
from ui.widgets.summary import Banner, FailureNote
from ui.widgets.text import Icon, Text
from ui.widgets.walk import Walk

if TYPE_CHECKING:
    from client.app.doctor import Finding
    from client.app.rows.backups import BackupView
    from ui.i18n import Tongue
    from ui.values import Problem

_FACES = {
    "good": ("circle-check", "ok", "small ok"),
    "note": ("alert-triangle", "yellow", "small warn"),
    "bad": ("alert-circle", "red", "error"),
    "unknown": ("help-circle", "muted", "small muted"),
}
_ORDER = {"bad": 0, "note": 1, "good": 2, "unknown": 3}


class DoctorPage(QWidget):
    """Emits what was pressed; the findings are given."""

    left = Signal()
    again = Signal()
    saved = Signal(object)  # pathlib.Path
    backup_wanted = Signal()
    onward = Signal()
    later = Signal()

    def __init__(self, tongue: Tongue, *, guided: bool = False, backs_up: bool = False) -> None:
        """Make the page.

        Args:
            tongue: the language.
            guided: a step of the first run, whose primary act goes on.
            backs_up: somebody is logged in, so that a backup can be made.
        """
        super().__init__()
        self._backs_up = backs_up
        self._guided = guided
        self.setObjectName("doctor")
        self._tongue = tongue
        self._findings: tuple[Finding, ...] = ()
        outer = column(self, gap=0)
        outer.addWidget(self._make_head())
        inside = Centred(1040, scrolled=True)
        self.list: QVBoxLayout = column(gap=8)
        inside.body.addLayout(self.list)
        inside.body.addSpacing(16)
        inside.body.addStretch(1)
        self.scroller = Scroll(inside)
        self.scroller.setObjectName("doctor.findings")
        self.scroller.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        tongue.bind(self.scroller, "setAccessibleName", "page.doctor")
        outer.addWidget(self.scroller, 1)
        outer.addWidget(self._make_foot())
        self.walk = Walk(self)
        self.walk.leave.connect(self.left)
        self.walk.primary.connect(self.onward if guided else self.again)
        keys = QShortcut(QKeySequence("Ctrl+S"), self)
        keys.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        keys.activated.connect(self._ask_where)
        tongue.changed.connect(self.say)

    # ------------------------------------------------------------ parts

    def _make_head(self) -> QWidget:
        holder = Centred(1040)
        head = column(gap=2)
        head.setContentsMargins(0, 18, 0, 12)
        title = Text("page")
        self._tongue.bind(title, "setText", "page.doctor")
        self.under = Text("muted", wrap=True)
        self._tongue.bind(self.under, "setText", "page.doctor.do")
        head.addWidget(title)
        head.addWidget(self.under)
        self.failure = FailureNote()
        self._tongue.bind(self.failure.copy, "setText", "act.copy_code")
        self.told = Banner()
        self.told.button.hide()
        self._tongue.bind(self.told.dismiss, "setText", "act.close_note")
        head.addWidget(self.failure)
        head.addWidget(self.told)
        holder.body.addLayout(head)
        return holder

    def _make_foot(self) -> QWidget:
        face = FootBar()
        back = leave_button(self._tongue, "doctor.leave", self.left)
        self.save = ActButton("plain", "download", "Ctrl+S")
        self.save.setObjectName("doctor.bundle")
        self._tongue.bind(self.save, "setText", "act.bundle")
        self.save.clicked.connect(self._ask_where)
        kind, key = ("plain", "Ctrl+R") if self._guided else ("primary", "Ctrl+Enter")
        self.look = ActButton(kind, "refresh", key)
        self.look.setObjectName("doctor.again")
        self._tongue.bind(self.look, "setText", "act.examine")
        self.look.clicked.connect(self.again)
        face.add_back(back)
        if self._backs_up:
            self.back_up = ActButton("plain", "upload", "Ctrl+U")
            self.back_up.setObjectName("doctor.back_up")
            self._tongue.bind(self.back_up, "setText", "act.back_up")
            self.back_up.clicked.connect(self.backup_wanted)
            face.add_act(self.back_up)
            short = QShortcut(QKeySequence("Ctrl+U"), self)
            short.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            short.activated.connect(self.back_up.click)
        face.add_act(self.save)
        face.add_act(self.look)
        if self._guided:
            self._make_guided(face)
        return face

    def _make_guided(self, face: FootBar) -> None:
        self.save.hide()  # whom to send it to is not known yet
        again = QShortcut(QKeySequence("Ctrl+R"), self)
        again.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        again.activated.connect(self.again)
        face.add_act(later_button(self, self._tongue, "doctor.later", self.later))
        go_on = ActButton("primary", "", "Ctrl+Enter")
        go_on.setObjectName("doctor.submit")
        self._tongue.bind(go_on, "setText", "setup.go_on")
        go_on.clicked.connect(self.onward)
        face.add_act(go_on)

    # ------------------------------------------------------------ showing

    def show_findings(self, findings: tuple[Finding, ...]) -> None:
        """Show every part, those that hinder the work first."""
        self._findings = findings
        self.say()

    def set_busy(self, *, busy: bool) -> None:
        """Say that the parts are being looked at; nothing is disabled under the keyboard."""
        self.under.setText(self._tongue.t("doctor.looking" if busy else "page.doctor.do"))

    def show_saved(self, name: str) -> None:
        """Say where the bundle was written."""
        tell_done(self.told, Words("doctor.saved", {"name": name}), self._tongue)

    def show_backed_up(self, view: BackupView) -> None:
        """Say that the centre has the backup."""
        kilobytes = -(-view.size // 1000)
        words = Words("doctor.backed_up", {"kilobytes": kilobytes})
        tell_done(self.told, words, self._tongue)

    def show_failure(self, problem: Problem | None) -> None:
        """Show what went wrong."""
        show_problem(self.failure, problem, self._tongue)

    def focus_first(self) -> None:
        """The list scrolls by the arrows."""
        self.scroller.setFocus()

    def say(self) -> None:
        """Say it in the language in force."""
        clear(self.list)
        for finding in sorted(self._findings, key=lambda each: _ORDER[each.health]):
            self.list.addWidget(self._face(finding))

    def _face(self, finding: Finding) -> Face:
        tongue = self._tongue
        icon, ink, role = _FACES[finding.health]
        face = Face("surface")
        box = row(face, gap=14)
        box.setContentsMargins(16, 10, 16, 10)
        box.addWidget(Icon(icon, ink, 20), 0, Qt.AlignmentFlag.AlignTop)
        words = column(gap=2)
        top = row(gap=10)
        top.addWidget(Text("body", tongue.t(f"doctor.part.{finding.part}")))
        top.addWidget(Text(role, tongue.t(f"doctor.health.{finding.health}")))
        top.addStretch(1)
        if finding.remedy is not None and finding.code != "unknown":
            told = finding.code if "." in finding.code else f"{finding.part}.{finding.code}"
            top.addWidget(Text("small faint", told, select=True))
        words.addLayout(top)
        words.addWidget(Text("body", tongue.say(finding.what), wrap=True, select=True))
        for more, look in ((finding.means, "small muted"), (finding.remedy, "small")):
            if more is not None:
                words.addWidget(Text(look, tongue.say(more), wrap=True, select=True))
        box.addLayout(words, 1)
        return face

    def _ask_where(self) -> None:
        name = "chuangkou-support.zip"
        dialog = ask_where(self, self._tongue, "doctor.save_where", name, self.saved.emit)
        dialog.setNameFilter(self._tongue.t("doctor.filter"))
        dialog.open()
