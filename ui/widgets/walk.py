"""How the keyboard walks a page: Enter on, Shift+Enter back, Ctrl+Enter the primary act, Esc out.

Clerks' programs have walked with Enter for thirty years; Tab does the same. In a text of several
lines Enter is a new line and Tab leaves. Enter walks the questions: what stands beside them (leave,
attach, remove) is marked by `beside`, and reached by Tab or by its own key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QWidget,
)

from ui.loop import Later
from ui.widgets.choices import Tile
from ui.widgets.tab_order import go_on

if TYPE_CHECKING:
    from collections.abc import Callable

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Walk(QObject):
    """Teaches one page to walk. Fields added later are taught by `learn`."""

    primary = Signal()
    leave = Signal()

    def __init__(self, page: QWidget) -> None:
        super().__init__(page)
        self.page = page
        self.held = Later(self, QApplication.doubleClickInterval(), lambda: None)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            self._shortcut(keys, self.press)
        self._shortcut("Esc", self.leave.emit)
        self.learn(page)

    def hold(self) -> None:
        """Take no Enter for as long as a double press lasts.

        For a page that comes by itself after a step: the second half of an impatient press was
        meant for the page before, and must not press on here.
        """
        self.held.start()

    def learn(self, part: QWidget) -> None:
        """Watch the fields inside a part, which may have come late."""
        for kind in (QLineEdit, QComboBox, QCheckBox, QRadioButton, QPushButton, Tile):
            for field in part.findChildren(kind):
                field.removeEventFilter(self)
                field.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take Enter and Shift+Enter of a field."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        if event.key() not in _ENTER or not isinstance(watched, QWidget):
            return False
        if self.held.waiting or (event.isAutoRepeat() and isinstance(watched, QPushButton)):
            return True
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if held == Qt.KeyboardModifier.ShiftModifier:
            return self._step(watched, forward=False)
        return held == Qt.KeyboardModifier.NoModifier and self._enter(watched)

    def _enter(self, field: QWidget) -> bool:
        """Press a button, choose a tile, go on from anything else."""
        if isinstance(field, QPushButton):
            field.click()
            return True
        if isinstance(field, Tile) and not field.isChecked():
            field.click()
        if field.property("enter") == "own":
            return False
        return self._step(field, forward=True)

    def _step(self, field: QWidget, *, forward: bool) -> bool:
        """Go to the next field that takes keys, past the other options of one choice."""

        def past(here: QWidget) -> bool:
            return _passed(field, here) or here.property(_BESIDE) is not None

        return go_on(self.page, field, forward=forward, past=past)

    def press(self) -> None:
        """Do the primary act, unless a double press is being waited out."""
        if not self.held.waiting:
            self.primary.emit()

    def _shortcut(self, keys: str, call: Callable[[], None]) -> None:
        made = QShortcut(QKeySequence(keys), self.page)
        made.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        made.setAutoRepeat(False)
        made.activated.connect(call)


_BESIDE = "beside"


def beside(widget: QWidget) -> None:
    """Mark what Enter walks past."""
    widget.setProperty(_BESIDE, "true")


def give_back(held: QWidget | None) -> None:
    """Give the keyboard back to what had it; to nothing that has gone or is not seen."""
    if held is not None and shiboken6.isValid(held) and held.isVisible():
        held.setFocus(Qt.FocusReason.OtherFocusReason)


def _passed(field: QWidget, here: QWidget) -> bool:
    """Say whether `here` is another option of the choice that `field` belongs to."""
    return (
        isinstance(field, QAbstractButton)
        and isinstance(here, QAbstractButton)
        and field.autoExclusive()
        and here.autoExclusive()
        and field.parent() is here.parent()
    )
