"""After a step: what was done, the papers it made with save and print, and what comes next."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from ui.error_text import code_text
from ui.views.printing import print_picture
from ui.widgets.buttons import ActButton
from ui.widgets.layout import Face, Scroll, clear, column, row
from ui.widgets.paper import PaperView, picture
from ui.widgets.summary import FailureNote
from ui.widgets.text import Elided, Icon, Text
from ui.widgets.walk import Walk

if TYPE_CHECKING:
    from client.app.views import CaseDetail, PaperRow, StepDone
    from ui.i18n import Tongue
    from ui.values import Problem


class ResultPage(QWidget):
    """What was done at the left, the paper at the right."""

    step = Signal(str)
    look_at = Signal(str)
    save = Signal(str, object)  # sha256, pathlib.Path
    print_asked = Signal(str)
    left = Signal()
    case_wanted = Signal()
    again = Signal()

    def __init__(self, tongue: Tongue) -> None:
        super().__init__()
        self.setObjectName("result")
        self._tongue = tongue
        self._kind = ""
        self._done: StepDone | None = None
        self._detail: CaseDetail | None = None
        self._paper: PaperRow | None = None
        outer = row(self, gap=24, margin=24)
        outer.addWidget(self._make_left(), 4)
        outer.addWidget(self._make_right(), 5)
        self.walk = Walk(self)
        self.walk.primary.connect(self._primary)
        self.walk.leave.connect(self.left)
        tongue.changed.connect(self._say)

    def _make_left(self) -> QWidget:
        inside = QWidget()
        box = column(inside, gap=14)
        box.setContentsMargins(0, 0, 12, 0)
        head = Face("good")
        top = row(head, gap=12, margin=16)
        top.addWidget(Icon("circle-check", "ok", 28), 0, Qt.AlignmentFlag.AlignTop)
        words = column(gap=2)
        self.headline = Text("section ok", wrap=True)
        self.number = Text("body", select=True)
        self.number.setObjectName("result.number")
        self.subject = Text("muted", wrap=True)
        for part in (self.headline, self.number, self.subject):
            words.addWidget(part)
        top.addLayout(words, 1)
        box.addWidget(head)
        self.failure = FailureNote()
        self._tongue.bind(self.failure.copy, "setText", "act.copy_code")
        box.addWidget(self.failure)
        self._findings = column(gap=6)
        box.addLayout(self._findings)
        self.next_heading = Text("muted")
        self._tongue.bind(self.next_heading, "setText", "result.next")
        box.addWidget(self.next_heading)
        self._next = column(gap=8)
        box.addLayout(self._next)
        box.addStretch(1)
        self._foot: QHBoxLayout = row(gap=8)
        for name, icon, key, signal in (
            ("leave", "home", "Esc", self.left),
            ("case", "file-text", "", self.case_wanted),
            ("again", "plus", "F2", self.again),
        ):
            button = ActButton("plain", icon, key)
            button.setObjectName(f"result.{name}")
            self._tongue.bind(button, "setText", f"result.{name}")
            button.clicked.connect(signal)
            self._foot.addWidget(button)
        self._foot.addStretch(1)
        box.addLayout(self._foot)
        return Scroll(inside)

    def _make_right(self) -> QWidget:
        face = Face("surface")
        box = column(face, gap=10, margin=16)
        top = row(gap=8)
        self.paper_name = Elided()
        self.save_button = ActButton("plain", "download", "Ctrl+S")
        self.print_button = ActButton("plain", "printer", "Ctrl+P")
        for name, button in (("save", self.save_button), ("print", self.print_button)):
            button.setObjectName(f"result.{name}")
            self._tongue.bind(button, "setText", f"act.{name}")
        self.save_button.setShortcut("Ctrl+S")
        self.print_button.setShortcut("Ctrl+P")
        self.save_button.clicked.connect(self._ask_where)
        self.print_button.clicked.connect(self._print)
        top.addWidget(self.paper_name, 1)
        top.addWidget(self.save_button)
        top.addWidget(self.print_button)
        box.addLayout(top)
        self._papers: QHBoxLayout = row(gap=6)
        box.addLayout(self._papers)
        self.saved = Text("small ok", wrap=True)
        self.saved.hide()
        box.addWidget(self.saved)
        self.view = PaperView()
        self.view.scroll.setObjectName("result.paper")
        self._tongue.bind(self.view.scroll, "setAccessibleName", "result.paper")
        box.addWidget(self.view, 1)
        self._right = face
        return face

    # ------------------------------------------------------------ showing

    def show_result(self, kind: str, done: StepDone, detail: CaseDetail | None) -> None:
        """Show what was done and what comes next."""
        self._kind, self._done, self._detail = kind, done, detail
        self._right.setVisible(bool(done.papers))
        self._say()
        self.focus_first()

    def show_paper(self, paper: PaperRow, shown: tuple[int, int, bytes]) -> None:
        """Show a paper."""
        self._paper = paper
        self.view.show_page(picture(*shown))
        self._say_paper()

    def show_saved(self, name: str) -> None:
        """Say that a paper was saved."""
        self.saved.show_text(self._tongue.t("result.saved", name=name))

    def print_page(self, paper: PaperRow, shown: tuple[int, int, bytes]) -> None:
        """Send a paper to the printer."""
        print_picture(self, self._tongue.coded("paper", paper.kind), picture(*shown))

    def show_failure(self, problem: Problem | None) -> None:
        """Show what went wrong."""
        if problem is None:
            self.failure.hide()
            return
        told = code_text(problem.code, dict(problem.details), self._tongue.words)
        self.failure.show_failure(told.what, told.remedy, told.code, calm=problem.again)

    def set_busy(self, *, busy: bool) -> None:
        """Grey the next acts while something is made."""
        for button in self._next_buttons():
            button.setEnabled(not busy and not button.reason)

    def focus_first(self) -> None:
        """The next act is the likely one."""
        for button in self._next_buttons():
            if button.isEnabled():
                button.setFocus()
                return
        again = self.findChild(ActButton, "result.again")
        if again is not None:
            again.setFocus()

    # ------------------------------------------------------------ inner

    def _next_buttons(self) -> list[ActButton]:
        found = []
        for place in range(self._next.count()):
            item = self._next.itemAt(place)
            widget = item.widget() if item is not None else None
            if isinstance(widget, ActButton):
                found.append(widget)
        return found

    def _say(self) -> None:
        done, detail = self._done, self._detail
        if done is None:
            return
        tongue = self._tongue
        self.headline.setText(tongue.coded("result", self._kind))
        self.number.setText(done.case)
        if detail is not None:
            parts = (detail.row.applicant, detail.row.item)
            self.subject.show_text(" · ".join(part for part in parts if part))
        clear(self._findings)
        for finding in done.findings:
            self._findings.addWidget(Text("small warn", tongue.say(finding), wrap=True))
        self._say_next()
        self._say_papers()

    def _say_next(self) -> None:
        clear(self._next)
        detail = self._detail
        options = [] if detail is None else [option for option in detail.options if option.primary]
        for place, option in enumerate(options):
            first = place == 0 and option.blocked is None
            button = ActButton("primary" if first else "plain", "arrow-right")
            button.setText(self._tongue.coded("act.go", option.kind))
            button.setObjectName(f"result.next.{option.kind}")
            button.set_blocked(self._tongue.say(option.blocked))
            if first:
                button.set_key("Ctrl+Enter")
            button.clicked.connect(lambda _=False, kind=option.kind: self.step.emit(kind))
            self._next.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        self.next_heading.setVisible(bool(options))
        self.walk.learn(self)

    def _say_papers(self) -> None:
        clear(self._papers)
        papers = () if self._done is None else self._done.papers
        if len(papers) > 1:
            for paper in papers:
                button = ActButton("link", "file-text")
                button.setText(self._tongue.coded("paper", paper.kind))
                button.setObjectName(f"result.paper.{paper.kind}")
                button.clicked.connect(lambda _=False, sha=paper.sha256: self.look_at.emit(sha))
                self._papers.addWidget(button)
            self._papers.addStretch(1)
        self._say_paper()

    def _say_paper(self) -> None:
        paper = self._paper
        if paper is not None:
            parts = (self._tongue.coded("paper", paper.kind), paper.no)
            self.paper_name.setText(" ".join(parts))

    def _primary(self) -> None:
        for button in self._next_buttons():
            if button.isEnabled():
                button.click()
                return

    def _ask_where(self) -> None:
        paper = self._paper
        if paper is None:
            return
        dialog = QFileDialog(self, self._tongue.t("result.save_where"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("pdf")
        dialog.setNameFilter(self._tongue.t("result.filter"))
        dialog.selectFile(f"{self._tongue.coded('paper', paper.kind)}-{paper.no}.pdf")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.save.emit(paper.sha256, Path(name)))
        dialog.open()

    def _print(self) -> None:
        if self._paper is not None:
            self.print_asked.emit(self._paper.sha256)
