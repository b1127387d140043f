"""After a step: what was done, the papers it made with save and print, and what comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from ui.theme import tokens
from ui.views.acts import shown, step_words
from ui.views.page_parts import show_problem
from ui.views.paper_pane import PaperPane
from ui.widgets.buttons import ActButton
from ui.widgets.fold import fold_beside
from ui.widgets.laid import laid
from ui.widgets.layout import Face, Flow, Scroll, clear, column, row
from ui.widgets.lights import LightMark
from ui.widgets.summary import FailureNote
from ui.widgets.text import Icon, Text
from ui.widgets.walk import Walk

if TYPE_CHECKING:
    from client.app.rows.cases import CaseDetail, CaseRow
    from client.app.rows.steps import StepDone
    from ui.i18n import Tongue
    from ui.values import Problem

_FOLDED = 220  # px of each part at the least, one below the other


class ResultPage(QWidget):
    """What was done at the left, the paper at the right."""

    step = Signal(str)
    left = Signal()
    case_wanted = Signal()
    again = Signal()
    waiting_wanted = Signal()

    def __init__(self, tongue: Tongue) -> None:
        super().__init__()
        self.setObjectName("result")
        self._tongue = tongue
        self._busy = False
        self._kind = ""
        self._done: StepDone | None = None
        self._detail: CaseDetail | None = None
        self._waiting: CaseRow | None = None
        self._waiting_first = False
        outer = self._columns = row(self, gap=24, margin=24)
        self.pane = PaperPane(tongue, "result")
        self._done_part = self._make_left()
        outer.addWidget(self._done_part, 4)
        outer.addWidget(self.pane, 5)
        self.show_paper = self.pane.show_paper
        self.show_saved = self.pane.show_saved
        self.print_paper = self.pane.print_paper
        self.show_papers = self.pane.show_papers
        self.pane.lie_over(self)
        self.offer_signing = self.pane.offer_signing
        self.open_ink = self.pane.open_ink
        self.show_signed = self.pane.show_signed
        self.walk = Walk(self)
        self.walk.primary.connect(self._primary)
        self.walk.hold()
        self.walk.leave.connect(self.left)
        tongue.changed.connect(self._say)

    def _make_left(self) -> QWidget:
        inside = QWidget()
        box = column(inside, gap=14)
        box.setContentsMargins(0, 0, 12, 0)
        box.addWidget(self._make_head())
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
        self._foot = self._make_foot()
        box.addWidget(self._foot)
        left = Scroll(inside)
        left.setMinimumWidth(tokens().scaled(280))  # the paper beside it may scroll away
        return left

    def _make_head(self) -> QWidget:
        head = Face("good")
        top = row(head, gap=12, margin=16)
        top.addWidget(Icon("circle-check", "ok", 28), 0, Qt.AlignmentFlag.AlignTop)
        words = column(gap=2)
        self.headline = Text("section ok", wrap=True)
        self.headline.setObjectName("result.headline")
        self.number = Text("body", select=True)
        self.number.setObjectName("result.number")
        self.subject = Text("muted", wrap=True)
        for part in (self.headline, self.number, self.subject):
            words.addWidget(part)
        top.addLayout(words, 1)
        return head

    def _make_foot(self) -> Flow:
        foot = Flow()
        for name, icon, key, signal in (
            ("leave", "home", "Esc", self.left),
            ("case", "file-text", "", self.case_wanted),
            ("again", "plus", "F2", self.again),
        ):
            button = ActButton("plain", icon, key)
            button.setObjectName(f"result.{name}")
            self._tongue.bind(button, "setText", f"result.to.{name}")
            button.clicked.connect(signal)
            foot.add(button)
        return foot

    def fold(self, width: int) -> None:
        """Put the paper below what was done where it is narrow."""
        narrow = fold_beside(self._columns, width)
        for part in (self._done_part, self.pane):
            part.setMinimumHeight(tokens().scaled(_FOLDED) if narrow else 0)

    # ------------------------------------------------------------ showing

    def show_result(self, kind: str, done: StepDone, detail: CaseDetail | None) -> None:
        """Show what was done and what comes next."""
        self._kind, self._done, self._detail = kind, done, detail
        self.pane.setVisible(bool(done.papers))
        self.pane.show_papers(done.papers)
        self._say()
        self.focus_first()
        self.walk.hold()

    def show_waiting(self, row: CaseRow | None, *, first: bool) -> None:
        """Show the case that waits next; drawn with the result."""
        self._waiting, self._waiting_first = row, first

    def refresh(self, detail: CaseDetail) -> None:
        """Show what comes next as the case stands now; the keyboard stays where it is."""
        had = any(button.hasFocus() for button in self._next_buttons())
        self._detail = detail
        self._say()
        if had:
            self.focus_first()

    def show_failure(self, problem: Problem | None) -> None:
        """Show what went wrong."""
        show_problem(self.failure, problem, self._tongue)

    @property
    def busy(self) -> bool:
        """Say whether a step is being begun or made."""
        return self._busy

    def set_busy(self, *, busy: bool) -> None:
        """Take no press while something is made; nothing is disabled, so the keyboard stays."""
        self._busy = busy

    def focus_first(self) -> None:
        """The next act is the likely one: in this case, in the next, or for the next visitor.

        Who meets no visitors and has no case waiting goes back to the list.
        """
        waits = "result.leave" if self._waiting_first else "result.again"
        likely = self._likely() or self.findChild(ActButton, waits)
        if likely is not None:
            likely.setFocus()

    # ------------------------------------------------------------ inner

    def _likely(self) -> ActButton | None:
        """Return what Ctrl+Enter does: the next step, else the next case; None for neither."""
        enabled = [button for button in self._next_buttons() if button.isEnabled()]
        if not self._waiting_first:
            enabled = [each for each in enabled if each.objectName() != _WAITING]
        return enabled[0] if enabled else None

    def _next_buttons(self) -> list[ActButton]:
        return [part for part in laid(self._next) if isinstance(part, ActButton)]

    def _say(self) -> None:
        done, detail = self._done, self._detail
        if done is None:
            return
        tongue = self._tongue
        self.headline.setText(self._headline())
        self.number.setText(done.case)
        if detail is not None:
            self.subject.show_text(tongue.joined(detail.row.applicant, detail.row.item))
        clear(self._findings)
        for finding in done.findings:
            self._findings.addWidget(Text("small warn", tongue.say(finding), wrap=True))
        self._say_next()

    def _headline(self) -> str:
        """Say what was done: in words of its own, or by the step's name."""
        key = f"result.{self._kind}"
        if self._tongue.words.has(key):
            return self._tongue.t(key)
        return self._tongue.t("result.made", step=self._tongue.coded("step", self._kind))

    def _say_next(self) -> None:
        clear(self._next)
        detail = self._detail
        options = () if detail is None else shown(detail.options)
        lead = [option for option in options if option.primary]
        lead += [o for o in options if not o.primary and o.blocked is None and o.kind in _OFTEN]
        lead.sort(key=lambda option: option.blocked is not None)  # what can be done comes first
        for place, option in enumerate(lead):
            first = place == 0 and option.blocked is None
            button = ActButton("primary" if first else "plain", "arrow-right")
            button.setText(step_words(self._tongue, option.kind))
            button.setObjectName(f"result.next.{option.kind}")
            why = self._tongue.say(option.blocked)
            button.set_blocked(why)
            if first:
                button.set_key("Ctrl+Enter")
            button.clicked.connect(lambda _=False, kind=option.kind: self._go(kind))
            self._next.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
            if why:
                self._next.addWidget(Text("small muted", why, wrap=True))
        if self._waiting is not None:
            self._say_waiting(self._waiting)
        self.next_heading.setVisible(bool(lead) or self._waiting is not None)
        self.walk.learn(self)

    def _say_waiting(self, row: CaseRow) -> None:
        """Offer the next case: whose it is, what for, and how long it still has."""
        tongue, first = self._tongue, self._waiting_first and self._likely() is None
        button = ActButton("primary" if first else "plain", "arrow-right")
        button.setText(tongue.t("result.to.waiting"))
        button.setObjectName(_WAITING)
        if first:
            button.set_key("Ctrl+Enter")
        button.clicked.connect(self.waiting_wanted)
        self._next.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        about = tongue.joined(row.applicant, row.item)
        button.setAccessibleDescription(tongue.joined(about, tongue.say(row.light.remaining)))
        light = LightMark(size="type-small")
        light.set_light(
            str(row.light.light),
            tongue.say(row.light.remaining) or tongue.coded("state", row.state),
            passed=row.light.statutory_passed,
        )
        self._next.addWidget(light)
        self._next.addWidget(Text("small muted", about, wrap=True))

    def _go(self, kind: str) -> None:
        if not self._busy:
            self.step.emit(kind)

    def _primary(self) -> None:
        likely = self._likely()
        if likely is not None:
            likely.click()


_WAITING = "result.waiting"
_OFTEN = frozenset({"notify_correction", "pay"})
