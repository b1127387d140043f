"""A list over the window, found by name or pinyin initials: all commands, all steps of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAccessible, QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import QWidget

from ui.theme import tokens
from ui.views.acts import KEYS, step_icon, step_words
from ui.widgets.fields import LineField
from ui.widgets.layout import Face, column
from ui.widgets.picker import Option, OptionList
from ui.widgets.text import Text
from ui.widgets.walk import give_back

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent, QPaintEvent

    from client.app.rows.cases import StepOption
    from ui.i18n import Tongue
    from ui.values import Command


class Palette(QWidget):
    """Lies over the window while it is open; Esc or a press beside it closes.

    Args:
        tongue: the language.
        parent: what it lies over.
        name: prefix of object names and of its words: ask, list, none.
        tall: each line has a second one beneath, for why it is closed.
    """

    reader_role = QAccessible.Role.Dialog
    asked = Signal(str)
    taken = Signal(str)
    closed = Signal()

    def __init__(
        self, tongue: Tongue, parent: QWidget, name: str = "palette", *, tall: bool = False
    ) -> None:
        super().__init__(parent)
        self._over = parent
        self.setObjectName(name)
        self._tongue = tongue
        self._before: QWidget | None = None
        self._open: frozenset[str] = frozenset()
        outer = column(self, gap=0)
        outer.setContentsMargins(16, 72, 16, 16)
        self.face = Face("raised")
        self.face.setMaximumWidth(560)
        box = column(self.face, gap=8, margin=12)
        self.line = LineField(limit=40)
        self.line.setObjectName(f"{name}.line")
        tongue.bind(self.line, "setPlaceholderText", f"{name}.ask")
        tongue.bind(self, "setAccessibleName", f"{name}.ask")
        tongue.bind(self.line, "setAccessibleName", f"{name}.ask")
        self.list = OptionList(tall=tall, shown=9)
        self.list.setObjectName(f"{name}.list")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        tongue.bind(self.list, "setAccessibleName", f"{name}.list")
        self.none = Text("muted", wrap=True)
        tongue.bind(self.none, "setText", f"{name}.none")
        for part in (self.line, self.list, self.none):
            box.addWidget(part)
        outer.addWidget(self.face, 0, Qt.AlignmentFlag.AlignHCenter)
        outer.addStretch(1)
        self.line.textChanged.connect(self.asked)
        self.line.installEventFilter(self)
        self.list.taken.connect(self._take)
        self.hide()

    def open(self) -> None:
        """Show over the window and take the keyboard; it goes back when closed."""
        parent = self._over
        self._before = parent.window().focusWidget()
        self.setGeometry(parent.rect())
        self.face.setFixedWidth(min(tokens().scaled(560), parent.width() - 32))
        self.line.clear()
        self.asked.emit("")
        self.show()
        self.raise_()
        self.line.setFocus()

    def close_it(self) -> None:
        """Hide and give the keyboard back."""
        self.hide()
        give_back(self._before)
        self._before = None
        self.closed.emit()

    def show_lines(self, lines: list[Option]) -> None:
        """Show what fits."""
        self._open = frozenset(line.key for line in lines if line.live)
        self.list.show_options(lines)
        self.list.setVisible(bool(lines))
        self.none.setVisible(not lines)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows move, Enter takes, Esc closes."""
        if watched is not self.line or event.type() != QEvent.Type.KeyPress:
            return False
        if not isinstance(event, QKeyEvent):
            return False
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.close_it()
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.list.move_by(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.list.take()
        else:
            return False
        return True

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press beside the sheet closes it."""
        if not self.face.geometry().contains(event.position().toPoint()):
            self.close_it()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw a thin veil over the window."""
        veil = QColor(tokens().hue("scrim"))
        veil.setAlpha(70)
        painter = QPainter(self)
        painter.fillRect(self.rect(), veil)
        painter.end()

    def _take(self, name: str) -> None:
        if name in self._open:
            self.close_it()
            self.taken.emit(name)


def command_lines(commands: tuple[Command, ...], tongue: Tongue) -> list[Option]:
    """Return commands as lines; a closed one says why at the right."""
    return [_line(command, tongue) for command in commands]


def _line(command: Command, tongue: Tongue) -> Option:
    name = tongue.t(f"command.{command.name}")
    if command.blocked is not None:
        why = tongue.say(command.blocked)
        return Option(command.name, name, "", why, command.icon, live=False)
    return Option(command.name, name, "", command.key, command.icon)


def step_lines(options: tuple[StepOption, ...], tongue: Tongue) -> list[Option]:
    """Return steps as lines, open ones first; a closed one says why beneath."""
    lines = []
    for option in sorted(options, key=lambda option: option.blocked is not None):
        why = tongue.say(option.blocked)
        words, icon = step_words(tongue, option.kind), step_icon(option.kind)
        lines.append(Option(option.kind, words, why, KEYS.get(option.kind, ""), icon, live=not why))
    return lines
