"""The page about updates: what runs, what is offered, why it waits, who changes it, how."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QWidget

from sync.domain.calendar import CHINA
from ui.views.file_dialog import make_dialog
from ui.views.step_page import StepPage
from ui.widgets.buttons import ActButton, IconButton
from ui.widgets.facts import Facts
from ui.widgets.fields import clipboard_copy
from ui.widgets.layout import Face, clear, column, row
from ui.widgets.summary import Banner
from ui.widgets.text import Icon, Text
from ui.widgets.walk import beside

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.app.rows.updates import UpdateFound, UpdateStanding
    from ui.i18n import Tongue
    from ui.values import Problem

_MB = 1_000_000
_OPEN = "window_open"  # holds while this page is read: the window closes at the end of the day
_LATEST = "not_newer"
_STOPPED = "update.given_up"
_COMMAND = "sudo chuangkou-update"


class UpdatesPage(StepPage):
    """Emits what was pressed; it replaces nothing itself."""

    look_wanted = Signal()
    stick_wanted = Signal(object)  # pathlib.Path
    stop_wanted = Signal()
    back_wanted = Signal()

    def __init__(self, tongue: Tongue) -> None:
        super().__init__(tongue, "updates", "page.updates", "updates.look")
        self._standing: UpdateStanding | None = None
        self._found: UpdateFound | None = None
        self._folder = ""
        self._read: int | None = None
        self._make_progress()
        self.verdict = Banner()
        self.verdict.setObjectName("updates.verdict")
        self.verdict.button.hide()
        self.verdict.dismiss.hide()
        self.form.addWidget(self.verdict)
        self.facts = Facts()
        self.form.addWidget(self._boxed("updates.here", self.facts))
        self.offer = column(gap=8)
        self.form.addLayout(self.offer)
        self.ways = column(gap=8)
        self.form.addLayout(self.ways)
        for key in ("updates.rule.who", "updates.rule.when", "updates.rule.believed"):
            self.add_note("info-circle", key)
        self._make_acts()
        self.submitted.connect(self.look_wanted)
        tongue.changed.connect(self._say)
        self.finish()

    def _boxed(self, heading: str, content: QWidget) -> Face:
        face = Face("surface")
        box = column(face, gap=10, margin=16)
        title = Text("section")
        self.tongue.bind(title, "setText", heading)
        box.addWidget(title)
        box.addWidget(content)
        return face

    def _make_progress(self) -> None:
        self.progress = Face("told")
        box = row(self.progress, gap=10)
        box.setContentsMargins(12, 8, 8, 8)
        box.addWidget(Icon("hourglass", "accent", 18))
        self.progress_words = Text("accent", wrap=True)
        self.stop = ActButton("plain", "x", "Alt+C")
        self.stop.setObjectName("updates.stop")
        self.tongue.bind(self.stop, "setText", "updates.stop")
        self.stop.clicked.connect(self.stop_wanted)
        box.addWidget(self.progress_words, 1)
        box.addWidget(self.stop)
        self.form.addWidget(self.progress)
        self.progress.hide()
        self._keys("Alt+C", self.stop.click)

    def _make_acts(self) -> None:
        self.stick = ActButton("plain", "usb", "Ctrl+O")
        self.stick.setObjectName("updates.stick")
        self.tongue.bind(self.stick, "setText", "updates.stick")
        self.stick.clicked.connect(self._ask)
        beside(self.stick)
        self.extra.addWidget(self.stick)
        self._keys("Ctrl+O", self.stick.click)

    def _keys(self, keys: str, call: Callable[[], None]) -> None:
        made = QShortcut(QKeySequence(keys), self)
        made.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        made.activated.connect(call)

    # ------------------------------------------------------------ showing

    def show_standing(self, standing: UpdateStanding) -> None:
        """Show what this machine has."""
        self._standing = standing
        self._say()

    def show_found(self, found: UpdateFound, folder: str) -> None:
        """Show what a channel offers."""
        self._found, self._folder = found, folder
        self._say()

    def show_failure(self, problem: Problem | None) -> None:
        """Show why a look found nothing; what an earlier one found is not said of this channel."""
        super().show_failure(problem)
        if problem is not None and problem.code != _STOPPED:
            self._found = None
            self._say()

    def show_progress(self, read: int | None) -> None:
        """Show how far a look is; the page stays as it is meanwhile."""
        self._read = read
        self._say_progress()

    def focus_first(self) -> None:
        """The press that looks."""
        self.primary.setFocus(Qt.FocusReason.OtherFocusReason)

    # ------------------------------------------------------------ inner

    def _say(self) -> None:
        self._say_standing()
        self._say_progress()
        self._say_verdict()
        self._say_offer()
        self._say_ways()

    def _say_progress(self) -> None:
        self.progress.setVisible(self._read is not None)
        megabytes = (self._read or 0) // _MB
        key = "updates.read" if megabytes else "updates.asking"
        self.progress_words.setText(self.tongue.t(key, megabytes=megabytes))

    def _say_standing(self) -> None:
        standing, t = self._standing, self.tongue.t
        if standing is None:
            return
        timer = standing.timer
        when = ""
        if timer.next_at is not None:
            when = timer.next_at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
        state = "on_at" if when else timer.state
        facts = [
            ("updates.running", standing.running),
            ("updates.installed", standing.installed or t("updates.no_package")),
            ("updates.source", standing.source or t("updates.no_source")),
            ("updates.timer", t(f"updates.timer.{state}", when=when)),
            ("updates.former", standing.former),
        ]
        self.facts.show_facts([(t(label), value) for label, value in facts])

    def _say_verdict(self) -> None:
        """Say in one line what comes of it."""
        found, t = self._found, self.tongue.t
        if found is None:
            self.verdict.hide()
        elif not found.offered:
            self.verdict.tell("told", "info-circle", t("update.nothing"))
        elif _LATEST in found.waits:
            self.verdict.tell("good", "circle-check", t("updates.latest"))
        elif [why for why in found.waits if why != _OPEN]:
            self.verdict.tell("calm", "clock", t("updates.waits", version=found.offered))
        else:
            timer = self._standing is not None and self._standing.timer.state == "on"
            key = "updates.comes" if timer else "updates.ready"
            key = "updates.verified" if self._folder else key
            words = t(key, version=found.offered, megabytes=found.size // _MB)
            self.verdict.tell("good", "package", words)

    def _say_offer(self) -> None:
        clear(self.offer)
        found, t = self._found, self.tongue.t
        if found is None or not found.offered or _LATEST in found.waits:
            return
        face = Face("surface")
        box = column(face, gap=8, margin=16)
        box.addWidget(Text("section", t("updates.offered", version=found.offered)))
        notes = found.notes.get(self.tongue.language, "").strip() or t("updates.no_notes")
        for line in notes.splitlines():
            box.addWidget(Text("body", line, wrap=True, select=True))
        if found.waits:
            box.addWidget(Text("small muted", t("updates.why")))
        for why in found.waits:
            reason = row(gap=8)
            reason.addWidget(Icon("clock", "yellow", 16), 0, Qt.AlignmentFlag.AlignTop)
            reason.addWidget(Text("body", t(f"update.{why}"), wrap=True), 1)
            box.addLayout(reason)
        self.offer.addWidget(face)

    def _say_ways(self) -> None:
        """Say who puts it in and who takes it out again, and with which words."""
        clear(self.ways)
        standing, found, t = self._standing, self._found, self.tongue.t
        if standing is None or not standing.installed:
            return
        if found is not None and found.offered and _LATEST not in found.waits:
            place = f" --from {_quoted(self._folder)}" if self._folder else ""
            self.ways.addWidget(self._command("updates.by_hand", f"{_COMMAND} install{place}"))
        if standing.may_change and standing.former:
            button = ActButton("plain", "arrow-back-up")
            button.setObjectName("updates.back")
            button.setText(t("updates.back", version=standing.former))
            button.clicked.connect(self.back_wanted)
            self.ways.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        else:
            self.ways.addWidget(self._command("updates.back_by", f"{_COMMAND} back"))
        self.walk.learn(self)

    def _command(self, words: str, command: str) -> Face:
        face = Face("surface")
        box = column(face, gap=6, margin=16)
        box.addWidget(Text("body", self.tongue.t(words), wrap=True))
        line = row(gap=8)
        line.addWidget(Text("key", command, select=True))
        copy = IconButton("copy")
        copy.setObjectName(f"{words}.copy")
        copy.setText(self.tongue.t("updates.copy"))
        copy.clicked.connect(lambda: clipboard_copy(command))
        line.addWidget(copy)
        line.addStretch(1)
        box.addLayout(line)
        return face

    def _ask(self) -> None:
        """Ask for the folder by the system's dialog."""
        dialog = make_dialog(self, self.tongue, "updates.stick")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda name: self.stick_wanted.emit(Path(name)))
        dialog.open()


def _quoted(path: str) -> str:
    """Return a path as a shell takes it."""
    plain = all(char.isalnum() or char in "/._-+" for char in path)
    return path if plain else "'" + path.replace("'", "'\\''") + "'"
