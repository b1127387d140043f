"""What the handbook says of the page one was on, the keys, and what the shapes mean: F1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from ui.handbook import chapter, chapters
from ui.keys import KEYS, LIGHTS
from ui.theme import tokens
from ui.views.chapter import ChapterPane
from ui.widgets.buttons import ActButton
from ui.widgets.fields import Choice
from ui.widgets.fold import fold_beside
from ui.widgets.layout import Centred, Face, Scroll, column, row
from ui.widgets.lights import LightMark
from ui.widgets.text import Text
from ui.widgets.walk import Walk

if TYPE_CHECKING:
    from ui.i18n import Tongue

_MARGIN = 30  # px at each side, the bar with it


class HelpPage(QWidget):
    """Read, nothing else."""

    left = Signal()
    doctor_asked = Signal()
    tour_asked = Signal()

    def __init__(self, tongue: Tongue, code: str = "") -> None:
        super().__init__()
        self.setObjectName("help")
        self._tongue = tongue
        self._chapter = chapter(tongue.language, code).code
        outer = column(self, gap=0)
        holder = Centred(1040, scrolled=True)
        holder.body.addLayout(self._top())
        self.chapter = ChapterPane()
        self.chapter.setObjectName("help.text")
        holder.body.addWidget(self.chapter)
        holder.body.addSpacing(24)
        columns = self._columns = row(gap=24)
        columns.addWidget(self._keys(), 3)
        columns.addWidget(self._lights(), 2, Qt.AlignmentFlag.AlignTop)
        holder.body.addLayout(columns)
        holder.body.addSpacing(24)
        holder.body.addStretch(1)
        self.scroller = Scroll(holder)
        self.scroller.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.scroller.setObjectName("help.page")
        tongue.bind(self.scroller, "setAccessibleName", "page.help")
        outer.addWidget(self.scroller)
        self.walk = Walk(self)
        self.walk.leave.connect(self.left)
        tongue.changed.connect(self._say)
        self._say()

    def _top(self) -> QHBoxLayout:
        """Title, contents, and the ways to tour and check-up."""
        whole = self._top_line = row(gap=12)
        top, ways = row(gap=12), row(gap=12)
        self._ways = ways
        title = Text("page")
        title.setContentsMargins(0, 18, 0, 12)
        self._tongue.bind(title, "setText", "page.help")
        doctor = ActButton("plain", "shield-check")
        doctor.setObjectName("help.doctor")
        self._tongue.bind(doctor, "setText", "help.doctor")
        doctor.clicked.connect(self.doctor_asked)
        tour = self.tour = ActButton("plain", "help-circle")
        tour.setObjectName("help.tour")
        self._tongue.bind(tour, "setText", "command.tour")
        tour.clicked.connect(self.tour_asked)
        self.contents = Choice()
        self.contents.setObjectName("help.chapter")
        self.contents.setMinimumWidth(tokens().scaled(140))
        self._tongue.bind(self.contents, "setAccessibleName", "help.contents")
        self.contents.activated.connect(lambda _place: self._turn(self.contents.code()))
        top.addWidget(title)
        top.addWidget(self.contents, 1)
        ways.addWidget(tour)
        ways.addWidget(doctor)
        whole.addLayout(top, 1)
        whole.addLayout(ways)
        return whole

    def fold(self, width: int) -> None:
        """Put the ways below the contents, and the lights below the keys, where it is narrow."""
        room = width - 2 * _MARGIN
        fold_beside(self._ways, room)
        fold_beside(self._top_line, room)
        fold_beside(self._columns, room)

    def focus_first(self) -> None:
        """The page scrolls by the arrows."""
        self.scroller.setFocus()

    def _turn(self, code: str) -> None:
        """Show another chapter."""
        self._chapter = code
        self.chapter.show_chapter(chapter(self._tongue.language, code))
        self.scroller.verticalScrollBar().setValue(0)

    def _keys(self) -> QWidget:
        face = Face("surface")
        box = column(face, gap=12, margin=20)
        heading = Text("section")
        self._tongue.bind(heading, "setText", "help.keys")
        box.addWidget(heading)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for place, (keys, words) in enumerate(KEYS):
            grid.addWidget(Text("key", keys), place, 0, Qt.AlignmentFlag.AlignLeft)
            line = Text("body", wrap=True)
            self._tongue.bind(line, "setText", words)
            grid.addWidget(line, place, 1)
        box.addLayout(grid)
        return face

    def _lights(self) -> QWidget:
        face = Face("surface")
        box = column(face, gap=12, margin=20)
        heading = Text("section")
        self._tongue.bind(heading, "setText", "help.lights")
        box.addWidget(heading)
        self._marks: dict[str, LightMark] = {}
        for name in LIGHTS:
            mark = LightMark()
            words = Text("small muted", wrap=True)
            self._tongue.bind(words, "setText", f"help.light.{name}.do")
            self._marks[name] = mark
            pair = column(gap=0)
            pair.addWidget(mark)
            pair.addWidget(words)
            words.setContentsMargins(24, 0, 0, 0)
            box.addLayout(pair)
        return face

    def _say(self) -> None:
        book = chapters(self._tongue.language)
        self.contents.offer([(each.code, each.title) for each in book])
        self.contents.choose(self._chapter)
        self._turn(self._chapter)
        for name, mark in self._marks.items():
            shape = "red" if name == "passed" else name
            mark.set_light(shape, self._tongue.t(f"help.light.{name}"), passed=name == "passed")
