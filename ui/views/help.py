"""The map of the keys, and what the shapes mean: F1 or Ctrl+/."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from ui.widgets.buttons import ActButton
from ui.widgets.layout import Centred, Face, Scroll, column, row
from ui.widgets.lights import LightMark
from ui.widgets.text import Text
from ui.widgets.walk import Walk

if TYPE_CHECKING:
    from ui.i18n import Tongue

KEYS = (
    ("Enter", "help.enter"),
    ("Shift+Enter", "help.shift_enter"),
    ("Ctrl+Enter", "help.ctrl_enter"),
    ("Esc", "help.esc"),
    ("Ctrl+K", "help.ctrl_k"),
    ("F1", "help.f1"),
    ("F2", "help.f2"),
    ("F3", "help.f3"),
    ("F4", "help.f4"),
    ("Ctrl+1 · 2 · 3", "help.pages"),
    ("F5", "help.f5"),
    ("F6", "help.f6"),
    ("F7", "help.f7"),
    ("F8", "help.f8"),
    ("F9", "help.f9"),
    ("F10", "help.f10"),
    ("F11", "help.f11"),
    ("F12", "help.f12"),
    ("Ctrl+O · Ctrl+Shift+O", "help.attach"),
    ("Ctrl+Shift+S · Ctrl+E", "help.scan"),
    ("Ctrl+R", "help.ctrl_r"),
    ("|||", "help.scanned"),
    ("Ctrl+B", "help.batch"),
    ("Ctrl+J · N · Shift+J", "help.queue"),
    ("Ctrl+M · G · D · H", "help.money"),
    ("Ctrl+4 · Ctrl+6", "help.authorisations"),
    ("Ctrl+5", "help.statistics"),
    ("Ctrl+S · Ctrl+P", "help.paper"),
    ("Alt+S", "help.ink"),
    ("Ctrl+,", "help.settings"),
    ("Alt+1 … 9 · Alt+0", "help.deck"),
)
LIGHTS = ("white", "yellow", "red", "passed", "paused", "none")


class HelpPage(QWidget):
    """Read, nothing else."""

    left = Signal()
    doctor_asked = Signal()
    tour_asked = Signal()

    def __init__(self, tongue: Tongue) -> None:
        super().__init__()
        self.setObjectName("help")
        self._tongue = tongue
        outer = column(self, gap=0)
        holder = Centred(1040, scrolled=True)
        top = row(gap=12)
        title = Text("page")
        title.setContentsMargins(0, 18, 0, 12)
        tongue.bind(title, "setText", "page.help")
        doctor = ActButton("plain", "shield-check")
        doctor.setObjectName("help.doctor")
        tongue.bind(doctor, "setText", "help.doctor")
        doctor.clicked.connect(self.doctor_asked)
        tour = ActButton("plain", "help-circle")
        tour.setObjectName("help.tour")
        tongue.bind(tour, "setText", "command.tour")
        tour.clicked.connect(self.tour_asked)
        top.addWidget(title, 1)
        top.addWidget(tour)
        top.addWidget(doctor)
        holder.body.addLayout(top)
        columns = row(gap=24)
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

    def focus_first(self) -> None:
        """The page scrolls by the arrows."""
        self.scroller.setFocus()

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
        for name, mark in self._marks.items():
            shape = "red" if name == "passed" else name
            mark.set_light(shape, self._tongue.t(f"help.light.{name}"), passed=name == "passed")
