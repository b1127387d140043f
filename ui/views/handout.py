"""A sheet or form that is handed out before anything is filed: looked at, printed, saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.views.page_parts import leave_button, show_problem
from ui.views.paper_pane import PaperPane
from ui.views.printing import print_pictures
from ui.widgets.layout import column, row
from ui.widgets.paper import picture
from ui.widgets.summary import FailureNote
from ui.widgets.tabs import CountTabs
from ui.widgets.text import Text
from ui.widgets.walk import Walk

if TYPE_CHECKING:
    from client.app.rows.cases import PaperRow
    from ui.i18n import Tongue
    from ui.values import Problem

LANGUAGES = ("zh_CN", "en")


class HandoutPage(QWidget):
    """One sheet, with its keys and the choice of its language."""

    left = Signal()
    language_picked = Signal(str)

    def __init__(self, tongue: Tongue) -> None:
        super().__init__()
        self.setObjectName("handout")
        self._tongue = tongue
        outer = column(self, gap=12, margin=24)
        top = row(gap=12)
        self.title = Text("page")
        tongue.bind(self.title, "setText", "page.handout")
        self.languages = CountTabs([(name, "") for name in LANGUAGES])
        self.languages.picked.connect(self.language_picked)
        for name, tab in self.languages.tabs.items():
            tab.setObjectName(f"handout.language.{name}")
        self.back = leave_button(tongue, "handout.leave", self.left)
        top.addWidget(self.title)
        top.addWidget(self.languages, 1)
        top.addWidget(self.back)
        outer.addLayout(top)
        self.failure = FailureNote()
        tongue.bind(self.failure.copy, "setText", "act.copy_code")
        outer.addWidget(self.failure)
        self.pane = PaperPane(tongue, "handout")
        self.pane.setMaximumWidth(900)
        middle = row(gap=0)
        middle.addStretch(1)
        middle.addWidget(self.pane, 100)
        middle.addStretch(1)
        outer.addLayout(middle, 1)
        self.walk = Walk(self)
        self.walk.leave.connect(self.left)
        self.show_paper = self.pane.show_paper
        self.show_saved = self.pane.show_saved
        tongue.changed.connect(self._say)
        self._say()

    def print_pages(self, paper: PaperRow, pages: tuple[tuple[int, int, bytes], ...]) -> None:
        """Send every page to the printer."""
        name = self._tongue.coded("paper", paper.kind)
        print_pictures(self, name, tuple(picture(*page) for page in pages))

    def show_failure(self, problem: Problem | None) -> None:
        """Show what went wrong."""
        show_problem(self.failure, problem, self._tongue)

    def focus_first(self) -> None:
        """The page scrolls by the arrows."""
        self.pane.view.scroller.setFocus()

    def _say(self) -> None:
        for name, tab in self.languages.tabs.items():
            words = self._tongue.t(f"handout.{name}")
            tab.set_words(words, "", words)
