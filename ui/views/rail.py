"""The rail: the few main acts with their F-keys; messages, exceptions and looks at its foot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from ui.theme import tokens
from ui.widgets.boxes import BAR
from ui.widgets.layout import Face, column, hairline
from ui.widgets.stage import Roomy
from ui.widgets.tabs import RailButton

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent

    from client.app.rows.cases import TabCounts
    from ui.i18n import Tongue
    from ui.values import Command

_TERSE = 80  # px of a button without its words

UPPER = (
    ("workbench", "home", "Ctrl+1"),
    ("new_case", "plus", "F2"),
    ("search", "search", "F3"),
    ("items", "list", "F4"),
    ("people", "users", "F6"),
)
ON_CASE = (
    ("receive", "inbox", "F7"),
    ("notify_correction", "edit", "F8"),
    ("accept", "check", "F9"),
    ("papers", "receipt", "F10"),
)
LOWER = (
    ("messages", "bell", "Ctrl+2"),
    ("exceptions", "alert-triangle", "Ctrl+3"),
    ("help", "help-circle", "F1"),
    ("lock", "lock", "F12"),
)


class Rail(Face):
    """Emits the command's name."""

    pressed = Signal(str)

    def __init__(self, tongue: Tongue) -> None:
        super().__init__("rail")
        self.setObjectName("rail")
        self._tongue = tongue
        self._terse = False
        self.buttons: dict[str, RailButton] = {}
        inside = QWidget()
        box = column(inside, gap=2)
        box.setContentsMargins(8, 10, 8, 10)
        for place, group in enumerate((UPPER, ON_CASE)):
            if place:
                box.addSpacing(6)
                box.addWidget(hairline())
                box.addSpacing(6)
            for name, icon, key in group:
                box.addWidget(self._button(name, icon, key))
        box.addStretch(1)
        for name, icon, key in LOWER:
            box.addWidget(self._button(name, icon, key))
        self.scroller = Roomy(inside)
        self.scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroller.verticalScrollBar().rangeChanged.connect(self._size)
        whole = column(self, gap=0)
        whole.addWidget(self.scroller)
        self._size()

    def set_terse(self, *, terse: bool) -> None:
        """Show icons and keys alone: for a narrow window."""
        if terse != self._terse:
            self._terse = terse
            for button in self.buttons.values():
                button.set_terse(terse=terse)
            self._size()

    def show_counts(self, counts: TabCounts, letters: int) -> None:
        """Show how many messages, with applicants' letters, and exceptions wait."""
        unread = counts.messages + letters
        for name, count in (("messages", unread), ("exceptions", counts.exceptions)):
            self.buttons[name].set_count(count, self._tongue.t("rail.waiting", count=count))

    def show_commands(self, commands: tuple[Command, ...]) -> None:
        """Open or close each act with its reason."""
        for command in commands:
            button = self.buttons.get(command.name)
            if button is not None:
                button.set_blocked(self._tongue.say(command.blocked))

    def show_current(self, name: str) -> None:
        """Mark the page that is shown."""
        for key, button in self.buttons.items():
            button.set_current(current=key == name)

    def changeEvent(self, event: QEvent) -> None:
        """Measure again after a change of theme."""
        super().changeEvent(event)
        if event.type() == event.Type.StyleChange:
            self._size()

    def _button(self, name: str, icon: str, key: str) -> RailButton:
        button = RailButton(icon, key)
        button.setObjectName(f"rail.{name}")
        self._tongue.bind(button, "setText", f"command.{name}")
        button.clicked.connect(lambda: self.pressed.emit(name))
        self.buttons[name] = button
        return button

    def _size(self) -> None:
        bar = self.scroller.verticalScrollBar()
        wide = tokens().scaled(_TERSE) + 16 if self._terse else tokens().px("rail")
        self.setFixedWidth(wide + (BAR if bar.maximum() > bar.minimum() else 0))
