"""Setting a new machine up: the row of steps above, the page of one step below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from ui.loop import retire
from ui.theme import tokens
from ui.views.looks import Looks
from ui.views.page_parts import show_problem
from ui.views.step_page import StepPage
from ui.widgets.layout import Centred, Face, column, row
from ui.widgets.marks import StepMarks
from ui.widgets.stage import Folding
from ui.widgets.summary import FailureNote
from ui.widgets.text import Text

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from ui.i18n import Tongue
    from ui.values import Problem

_LEAST = 480
_EDGE = 48
_LOW = 480  # px: below it the row of steps takes one line with the title


class SetupPage(QWidget):
    """Holds one step's page; knows nothing of what the step asks."""

    settings_asked = Signal()

    def __init__(self, tongue: Tongue) -> None:
        super().__init__()
        self.setObjectName("setup")
        self._tongue = tongue
        self._steps: tuple[tuple[str, str], ...] = ()
        self.inner: QWidget | None = None
        outer = column(self, gap=0)
        outer.addWidget(self._make_head())
        self.stack = QStackedWidget()
        outer.addWidget(self.stack, 1)
        tongue.changed.connect(self._say)

    def _make_head(self) -> QWidget:
        face = Face("top")
        outer = column(face, gap=0)
        holder = Centred(tokens().px("form") + tokens().px("aside") + 96)  # as a step's page
        holder.body.setContentsMargins(0, 8, 0, 8)
        top = row(gap=12)
        self.title = Text("section")
        self._tongue.bind(self.title, "setText", "page.setup")
        self.where = Text("small muted")
        self.where.setObjectName("setup.where")
        self.looks = Looks(self._tongue)
        top.addWidget(self.title)
        top.addWidget(self.where)
        top.addStretch(1)
        top.addWidget(self.looks)
        self.marks = StepMarks()
        self.marks.setObjectName("setup.marks")
        self.unkept = FailureNote()
        self._tongue.bind(self.unkept.copy, "setText", "act.copy_code")
        holder.body.addLayout(top)
        holder.body.addSpacing(4)
        holder.body.addWidget(self.marks)
        holder.body.addWidget(self.unkept)
        outer.addWidget(holder)
        return face

    # ------------------------------------------------------------ showing

    def show_inner(self, view: QWidget) -> None:
        """Show the page of a step; the one before is gone when its own work has ended."""
        before, self.inner = self.inner, view
        self.stack.addWidget(view)
        self.stack.setCurrentWidget(view)
        self._fold()
        if before is not None:
            self.stack.removeWidget(before)
            retire(before)

    def show_steps(self, steps: tuple[tuple[str, str], ...]) -> None:
        """Show how far it is.

        Args:
            steps: (step, state) as `StepMarks` has them; names under setup.step.<step>.
        """
        self._steps = steps
        self._say()

    def show_unkept(self, problem: Problem | None) -> None:
        """Say that how far it came could not be written down; it goes on all the same."""
        show_problem(self.unkept, problem, self._tongue)

    def focus_first(self) -> None:
        """Put the keyboard where the step begins."""
        focus = getattr(self.inner, "focus_first", None)
        if callable(focus):
            focus()

    # ------------------------------------------------------------ Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold row and page to what there is."""
        super().resizeEvent(event)
        self._fold()

    def minimumSizeHint(self) -> QSize:
        """Little, so that the window may be small: the step's page scrolls."""
        return QSize(tokens().scaled(_LEAST), 0)

    def fold(self, width: int) -> None:
        """Take what can be left out away where it is narrow or low."""
        low = self.height() < tokens().scaled(_LOW)
        self.title.setVisible(not low)
        self.looks.setVisible(not low or self._first())
        self.marks.fold(width - 2 * _EDGE)
        self.marks.setVisible(not low)
        inner: object = self.inner
        if isinstance(inner, Folding) and not isinstance(inner, StepPage):  # which folds itself
            inner.fold(width)

    # ------------------------------------------------------------ inner

    def _first(self) -> bool:
        return bool(self._steps) and self._steps[0][1] == "now"

    def _fold(self) -> None:
        if self.width() > 0:
            self.fold(self.width())

    def _say(self) -> None:
        t = self._tongue.t
        named = [(t(f"setup.step.{step}"), state) for step, state in self._steps]
        place = next((at for at, (_word, state) in enumerate(named, 1) if state == "now"), 0)
        if place:
            words = t("setup.where", place=place, count=len(named), step=named[place - 1][0])
            self.where.setText(words)
            self.marks.setAccessibleName(words)
        self.marks.show_steps(named)
        self._fold()
