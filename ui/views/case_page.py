"""The case page: header with the light and "why?", then what is known, tab by tab."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from ui.views.acts import Acts
from ui.views.case_tabs import materials_tab, moments, papers_tab, people_tab, proof_tab
from ui.views.joint_tab import joint_tab
from ui.views.pack_bar import PackBar
from ui.views.page_parts import leave_button, show_problem
from ui.widgets.buttons import ActButton
from ui.widgets.layout import Face, Flow, Scroll, clear, column, hairline, row
from ui.widgets.lights import LightMark
from ui.widgets.summary import FailureNote
from ui.widgets.tabs import CountTabs
from ui.widgets.text import Elided, Text
from ui.widgets.timeline import Timeline
from ui.widgets.walk import Walk

if TYPE_CHECKING:
    from PySide6.QtWidgets import QVBoxLayout

    from client.app.rows.cases import CaseDetail
    from ui.i18n import Tongue
    from ui.values import Problem

TABS = ("timeline", "joint", "materials", "papers", "people", "proof")


class CaseTabPage(QWidget):
    """One tab's content in a scroller, remade when the case changes."""

    def __init__(self) -> None:
        super().__init__()
        outer = column(self, gap=0)
        inside = QWidget()
        self.box: QVBoxLayout = column(inside, gap=8)
        self.box.setContentsMargins(24, 16, 24, 16)
        self.scroller = Scroll(inside)
        self.scroller.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        outer.addWidget(self.scroller)


class CasePage(QWidget):
    """One case whole."""

    step = Signal(str)
    others_wanted = Signal()
    paper_wanted = Signal(str)
    phone_wanted = Signal()
    pack_wanted = Signal(object)  # pathlib.Path
    left = Signal()

    def __init__(self, tongue: Tongue) -> None:
        super().__init__()
        self.setObjectName("case")
        self._tongue = tongue
        self._detail: CaseDetail | None = None
        self._phone = ""
        self._pack: PackBar | None = None
        self._packed: tuple[str, int] | None = None
        self._stale: set[str] = set()  # tabs that show an older state of the case
        outer = column(self, gap=0)
        outer.addWidget(self._make_head())
        self.failure = FailureNote()
        tongue.bind(self.failure.copy, "setText", "act.copy_code")
        outer.addWidget(self.failure)
        self.tabs = CountTabs([(name, "") for name in TABS])
        for name, tab in self.tabs.tabs.items():
            tab.setObjectName(f"case.tab.{name}")
        self.tabs.picked.connect(self._show_tab)
        strip = Face("plain")
        line = row(strip, gap=0)
        line.setContentsMargins(10, 0, 10, 0)
        line.addWidget(self.tabs)
        outer.addWidget(strip)
        outer.addWidget(hairline())
        self.stack = QStackedWidget()
        self.pages = {name: CaseTabPage() for name in TABS}
        for name, page in self.pages.items():
            page.scroller.setObjectName(f"case.{name}")
            tongue.bind(page.scroller, "setAccessibleName", f"case.tab.{name}")
            self.stack.addWidget(page)
        self.timeline = Timeline()
        body = Face("plain")
        inner = column(body, gap=0)
        inner.addWidget(self.stack)
        outer.addWidget(body, 1)
        self.walk = Walk(self)
        self.walk.leave.connect(self.left)
        self.walk.primary.connect(self._primary)
        tongue.changed.connect(self._say)

    def _make_head(self) -> QWidget:
        face = Face("plain")
        outer = column(face, gap=10)
        outer.setContentsMargins(24, 16, 24, 12)
        top = row(gap=12)
        self.back = leave_button(self._tongue, "case.leave", self.left)
        self.name = Elided(size="type-page")
        top.addWidget(self.name, 1)
        top.addWidget(self.back, 0, Qt.AlignmentFlag.AlignTop)
        outer.addLayout(top)
        second = row(gap=12)
        self.number = Text("muted", select=True)
        self.number.setObjectName("case.number")
        self.tags = Flow(gap=6)
        second.addWidget(self.number)
        second.addWidget(self.tags, 1)
        outer.addLayout(second)
        third = row(gap=12)
        self.light = LightMark(size="type-section", scale=1.2)
        self.due = Text("body")
        self.why = ActButton("link")
        self.why.setObjectName("case.why")
        self.why.setCheckable(True)
        self._tongue.bind(self.why, "setText", "case.why")
        self.why.toggled.connect(self._toggle_why)
        third.addWidget(self.light)
        third.addWidget(self.due)
        third.addWidget(self.why)
        third.addStretch(1)
        outer.addLayout(third)
        self.reasons = Face("told")
        self._reasons = column(self.reasons, gap=4, margin=12)
        self.reasons.hide()
        outer.addWidget(self.reasons)
        self.acts = Acts(self._tongue, "case.act")
        self.acts.picked.connect(self.step)
        self.acts.others_wanted.connect(self.others_wanted)
        outer.addWidget(self.acts)
        return face

    # ------------------------------------------------------------ showing

    def show_case(self, detail: CaseDetail) -> None:
        """Show the case; tabs in which nothing became another are left as they are read."""
        before, self._detail = self._detail, detail
        if before is not None and _same_tabs(before, detail):
            self._say_head()
        else:
            self._say()

    def show_packed(self, name: str, count: int) -> None:
        """Say into which file how many pages were written."""
        self._packed = (name, count)
        if self._pack is not None:
            self._pack.show_packed(name, count)

    def show_phone(self, phone: str) -> None:
        """Show the applicant's whole number, until the page is left."""
        self._phone = phone
        self._stale.add("people")
        self._fill(self.tabs.current())
        self.tabs.tabs["people"].setFocus()

    def show_failure(self, problem: Problem | None) -> None:
        """Show what went wrong."""
        show_problem(self.failure, problem, self._tongue)

    def set_busy(self, *, busy: bool) -> None:
        """Take no press while a step is made."""
        self.acts.set_busy(busy=busy)

    def choose_tab(self, name: str) -> None:
        """Show a tab."""
        self.tabs.choose(name)
        self._show_tab(name)

    def focus_first(self) -> None:
        """The next act is the likely one."""
        button = self.acts.likely()
        (button or self.tabs.tabs["timeline"]).setFocus()

    # ------------------------------------------------------------ inner

    def _primary(self) -> None:
        kind = self.acts.primary()
        if kind:
            self.step.emit(kind)

    def _show_tab(self, name: str) -> None:
        self._fill(name)
        self.stack.setCurrentWidget(self.pages[name])

    def _toggle_why(self, on: bool) -> None:  # noqa: FBT001  (a Qt slot)
        self.reasons.setVisible(on)

    def _say(self) -> None:
        if self._detail is not None:
            self._say_head()
            self._stale = set(TABS)
            self._fill(self.tabs.current())

    def _say_head(self) -> None:
        detail = self._detail
        if detail is None:
            return
        tongue, line = self._tongue, detail.row
        self.name.setText(tongue.joined(line.applicant, line.item))
        self.number.setText(line.number)
        self._say_tags(detail)
        state = tongue.coded("state", line.state)
        words = tongue.say(line.light.remaining) or state
        self.light.set_light(line.light.light, words, passed=line.light.statutory_passed)
        runs = str(line.light.light) != "none"
        self.light.setVisible(runs)
        due = tongue.moment_full(line.light.due_at)
        self.due.set_role("body" if runs else "muted")
        self.due.setText(tongue.t("preview.due", when=due) if due else tongue.t("preview.no_due"))
        self.why.setVisible(bool(detail.due_lines))
        clear(self._reasons)
        for reason in detail.due_lines:
            self._reasons.addWidget(Text("body", tongue.say(reason), wrap=True))
        self.acts.show_options(detail.options)
        for name, tab in self.tabs.tabs.items():
            words = tongue.t(f"case.tab.{name}")
            count = self._count(name, detail)
            tab.set_words(words, count, f"{words} {count}".strip())
        self.tabs.tabs["joint"].setVisible(detail.joint is not None)

    def _say_tags(self, detail: CaseDetail) -> None:
        self.tags.clear()
        tongue, line = self._tongue, detail.row
        shown = [("tag", tongue.coded("state", line.state)), ("tag-quiet", detail.department)]
        if line.holder:
            shown.append(("tag-quiet", tongue.t("preview.held", name=line.holder)))
        shown += [("tag-warn", tongue.coded("flag", flag)) for flag in detail.flags]
        if line.pending:
            shown.append(("tag-quiet", tongue.t("case.pending")))
        for role, words in shown:
            self.tags.add(Text(role, words))

    def _count(self, name: str, detail: CaseDetail) -> str:
        if name == "materials":
            required = [material for material in detail.materials if material.required]
            given = [material for material in required if material.given]
            return f"{len(given)}/{len(required)}"
        if name == "joint" and detail.joint is not None and detail.joint.children:
            return f"{detail.joint.ended}/{len(detail.joint.children)}"
        numbers = {
            "timeline": len(detail.timeline),
            "papers": len(detail.papers),
            "proof": sum(1 for proof in detail.proofs if not proof.holds),
        }
        number = numbers.get(name)
        return str(number) if number else ""

    def _fill(self, name: str) -> None:
        """Fill one tab with the case as it was last shown; a tab that nobody looks at waits.

        The keyboard stays on the act that it was on: what made the case another came by itself.
        """
        detail = self._detail
        if detail is None or name not in self._stale:
            return
        self._stale.discard(name)
        scroller = self.pages[name].scroller
        holder: QWidget | None = self.window().focusWidget()
        held = holder.objectName() if holder is not None and scroller.isAncestorOf(holder) else ""
        if held:
            scroller.setFocus()  # nobody beyond the tab has it meanwhile
        self._refill(name, detail)
        same = scroller.findChild(ActButton, held) if held else None
        if same is not None:
            same.setFocus(Qt.FocusReason.OtherFocusReason)

    def _refill(self, name: str, detail: CaseDetail) -> None:
        box = self.pages[name].box
        if name == "timeline":
            if box.indexOf(self.timeline) < 0:
                box.addWidget(self.timeline)
                box.addStretch(1)
            self.timeline.show_moments(moments(detail, self._tongue))
            return
        clear(box)
        if name == "materials":
            self._pack = PackBar(self._tongue, detail)
            self._pack.wanted.connect(self.pack_wanted)
            if self._packed is not None:
                self._pack.show_packed(*self._packed)
            materials_tab(box, detail, self._tongue, self._pack)
        elif name == "joint":
            if detail.joint is not None:
                joint_tab(box, detail.joint, self._tongue)
        elif name == "papers":
            papers_tab(box, detail, self._tongue, self.paper_wanted.emit)
        elif name == "people":
            people_tab(box, detail, self._tongue, self._phone, self.phone_wanted.emit)
        else:
            proof_tab(box, detail, self._tongue)
        box.addStretch(1)


def _same_tabs(before: CaseDetail, now: CaseDetail) -> bool:
    """Say whether nothing but what the head says of a case has become another."""
    row = replace(now.row, light=before.row.light)
    beneath = replace(now, row=row, due_lines=before.due_lines, options=before.options)
    return beneath == before
