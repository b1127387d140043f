"""Every command by name or pinyin initials: Ctrl+K, a few letters, Enter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import QWidget

from ui.theme import tokens
from ui.widgets.fields import LineField
from ui.widgets.layout import Face, column
from ui.widgets.picker import Option, OptionList
from ui.widgets.text import Text

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent, QPaintEvent

    from ui.i18n import Tongue
    from ui.values import Command


class Palette(QWidget):
    """Lies over the window while it is open; Esc or a press beside it closes."""

    asked = Signal(str)
    taken = Signal(str)
    closed = Signal()

    def __init__(self, tongue: Tongue, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self.setObjectName("palette")
        self._tongue = tongue
        self._before: QWidget | None = None
        self._commands: tuple[Command, ...] = ()
        outer = column(self, gap=0)
        outer.setContentsMargins(16, 72, 16, 16)
        self.face = Face("raised")
        self.face.setMaximumWidth(560)
        box = column(self.face, gap=8, margin=12)
        self.line = LineField(limit=40)
        self.line.setObjectName("palette.line")
        tongue.bind(self.line, "setPlaceholderText", "palette.ask")
        tongue.bind(self.line, "setAccessibleName", "palette.ask")
        self.list = OptionList(tall=False, shown=9)
        self.list.setObjectName("palette.list")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        tongue.bind(self.list, "setAccessibleName", "palette.list")
        self.none = Text("muted", wrap=True)
        tongue.bind(self.none, "setText", "palette.none")
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
        if self._before is not None and self._before.isVisible():
            self._before.setFocus()
        self._before = None
        self.closed.emit()

    def show_commands(self, commands: tuple[Command, ...]) -> None:
        """Show what fits."""
        self._commands = commands
        self.list.show_options([self._option(command) for command in commands])
        self.list.setVisible(bool(commands))
        self.none.setVisible(not commands)

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

    def _option(self, command: Command) -> Option:
        name = self._tongue.t(f"command.{command.name}")
        if command.blocked is not None:
            why = self._tongue.say(command.blocked)
            return Option(command.name, name, "", why, command.icon, live=False)
        return Option(command.name, name, "", command.key, command.icon)

    def _take(self, name: str) -> None:
        command = next((known for known in self._commands if known.name == name), None)
        if command is None or command.blocked is not None:
            return
        self.close_it()
        self.taken.emit(name)
