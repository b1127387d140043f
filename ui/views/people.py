"""The directory of applicants: search, people, and the chosen one with history and agents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from ui.theme import tokens
from ui.views.page_parts import leave_button, read_whole, show_problem
from ui.views.pane_list import ListOrEmpty
from ui.views.person_pane import PersonPane
from ui.views.search_line import SearchLine
from ui.widgets.buttons import ActButton
from ui.widgets.fold import FootBar, fold_beside
from ui.widgets.layout import Face, column, hairline, row
from ui.widgets.picker import Option
from ui.widgets.stage import Bed
from ui.widgets.summary import FailureNote
from ui.widgets.text import Text
from ui.widgets.walk import Walk

if TYPE_CHECKING:
    from client.app.rows.people import ApplicantDetail, ApplicantRow, EarlierMaterial
    from ui.i18n import Tongue
    from ui.values import Problem

_FOLDED = 220  # px of each part at the least, one below the other
_BESIDE = 640  # px that list and pane need side by side


class PeoplePage(QWidget):
    """Emits what was typed and chosen; decides nothing."""

    left = Signal()
    searched = Signal(str)
    looked_at = Signal(str)
    begun = Signal()

    def __init__(self, tongue: Tongue) -> None:
        super().__init__()
        self.setObjectName("people")
        self._tongue = tongue
        self._people: tuple[ApplicantRow, ...] = ()
        bed = Bed(self._fold_bed)
        upper = column(bed, gap=0)
        upper.addWidget(self._make_top())
        self.failure = FailureNote()
        tongue.bind(self.failure.copy, "setText", "act.copy_code")
        upper.addWidget(self.failure)
        middle = self._middle = row(gap=0)
        self._list = self._make_list()
        middle.addWidget(self._list, 7)
        middle.addWidget(hairline(upright=True))
        middle.addWidget(self._make_pane(), 12)
        upper.addLayout(middle, 1)
        outer = column(self, gap=0)
        outer.addWidget(bed.scrolled(), 1)
        outer.addWidget(self._make_foot())
        self.walk = Walk(self)
        self.walk.leave.connect(self.left)
        self.walk.primary.connect(self._begin)
        self.opened = self.pane.opened
        self.taken_over = self.pane.taken_over
        tongue.changed.connect(self._say)
        self._say()

    # ------------------------------------------------------------ parts

    def _make_top(self) -> QWidget:
        face = Face("top")
        box = self._top = row(face, gap=16)
        box.setContentsMargins(24, 10, 24, 10)
        title = Text("page")
        self._tongue.bind(title, "setText", "page.people")
        self.search = SearchLine()
        self.search.setObjectName("people.search")
        self.search.setMaximumWidth(420)
        self.search.setProperty("enter", "own")
        self.search.installEventFilter(self)
        for setter in ("setPlaceholderText", "setAccessibleName"):
            self._tongue.bind(self.search, setter, "people.search")
        self.search.textChanged.connect(self.searched)
        self.search.down.connect(self._to_person)
        box.addWidget(title)
        box.addStretch(1)
        box.addWidget(self.search, 2)
        return face

    def _make_list(self) -> QWidget:
        pane = ListOrEmpty(self._tongue, "people.list", "people.list", "users")
        self.people, self.empty = pane.list, pane.empty
        self.people.moved.connect(self.looked_at)
        return pane

    def _make_pane(self) -> QWidget:
        inside = QWidget()
        box = column(inside, gap=0)
        box.setContentsMargins(20, 16, 20, 16)
        self.pane = PersonPane(self._tongue)
        box.addWidget(self.pane)
        self.scroller = read_whole(self._tongue, inside, "people.person", "people.person")
        return self.scroller

    def _make_foot(self) -> QWidget:
        face = FootBar()
        back = leave_button(self._tongue, "people.leave", self.left)
        face.add_back(back)
        self.primary = ActButton("primary", "plus", "Ctrl+Enter")
        self.primary.setObjectName("people.new_case")
        self._tongue.bind(self.primary, "setText", "act.new_for_person")
        self.primary.clicked.connect(self._begin)
        face.add_act(self.primary)
        return face

    def _fold_bed(self, width: int) -> None:
        """Put the person below the list where it is narrow."""
        fold_beside(self._top, width)
        narrow = fold_beside(self._middle, width, least=tokens().scaled(_BESIDE))
        for part in (self._list, self.scroller):
            part.setMinimumHeight(tokens().scaled(_FOLDED) if narrow else 0)

    # ------------------------------------------------------------ showing

    def show_people(self, people: tuple[ApplicantRow, ...], chosen: str) -> None:
        """Show those who fit."""
        self._people = people
        t = self._tongue
        self.people.show_options(
            [
                Option(
                    each.who,
                    each.name,
                    t.joined(each.id_no, each.phone),
                    t.t("people.cases", count=each.cases),
                )
                for each in people
            ]
        )
        self.people.choose(chosen)
        self.people.setVisible(bool(people))
        self.empty.setVisible(not people)

    def show_person(self, person: ApplicantDetail | None) -> None:
        """Show one whole."""
        self.pane.show_person(person)
        self.walk.learn(self)
        self.primary.set_blocked("" if person else self._tongue.t("people.none"))

    def show_earlier(self, case: str, materials: tuple[EarlierMaterial, ...]) -> None:
        """Show what was given before and may be taken again."""
        self.pane.show_earlier(case, materials)
        self.walk.learn(self)

    def show_failure(self, problem: Problem | None) -> None:
        """Show what went wrong."""
        show_problem(self.failure, problem, self._tongue)

    def focus_first(self) -> None:
        """The search."""
        self.search.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrows of the search move in the list."""
        if watched is self.search and event.type() == QEvent.Type.KeyPress:
            if not isinstance(event, QKeyEvent):
                return False
            steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
            key = Qt.Key(event.key())
            if key in steps:
                self.people.move_by(steps[key])
                return True
        return False

    # ------------------------------------------------------------ inner

    def _say(self) -> None:
        self.empty.teach(self._tongue.t("people.none"), self._tongue.t("people.none.do"))
        self.pane.say()

    def _to_person(self) -> None:
        """Go on to the person: the first of his cases."""
        first = self.pane.first()
        (first or self.people).setFocus()

    def _begin(self) -> None:
        if self.primary.isEnabled():
            self.begun.emit()
