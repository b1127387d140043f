"""What many pages have alike: the way back, and the place where a failure is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut

from ui.error_text import code_text
from ui.widgets.buttons import ActButton
from ui.widgets.layout import Scroll
from ui.widgets.walk import beside

if TYPE_CHECKING:
    from PySide6.QtCore import SignalInstance
    from PySide6.QtWidgets import QWidget

    from ui.i18n import Tongue
    from ui.values import Problem
    from ui.widgets.summary import FailureNote


def leave_button(tongue: Tongue, name: str, left: SignalInstance) -> ActButton:
    """Return the button that leaves a page; Esc presses it, Enter walks past it."""
    button = ActButton("quiet", "chevron-left", "Esc")
    button.setObjectName(name)
    tongue.bind(button, "setText", "act.leave")
    button.clicked.connect(left)
    beside(button)
    return button


def help_button(tongue: Tongue, name: str, asked: SignalInstance) -> ActButton:
    """Return the button that opens the handbook before anybody is in; F1 does the same."""
    button = ActButton("quiet", "help-circle", "F1")
    button.setObjectName(name)
    tongue.bind(button, "setText", "command.help")
    button.clicked.connect(asked)
    beside(button)
    return button


def later_button(page: QWidget, tongue: Tongue, name: str, left: SignalInstance) -> ActButton:
    """Return the button that leaves a step of the first run for later; Alt+L presses it."""
    button = ActButton("plain", "clock", "Alt+L")
    button.setObjectName(name)
    tongue.bind(button, "setText", "setup.later")
    button.clicked.connect(left)
    beside(button)
    keys = QShortcut(QKeySequence("Alt+L"), page)
    keys.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    keys.activated.connect(button.click)
    return button


def read_whole(tongue: Tongue, inside: QWidget, name: str, words: str) -> Scroll:
    """Return the scroller of a pane that is read with the arrows once the keyboard is in it."""
    scroller = Scroll(inside)
    scroller.setObjectName(name)
    scroller.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    tongue.bind(scroller, "setAccessibleName", words)
    return scroller


def show_problem(note: FailureNote, problem: Problem | None, tongue: Tongue) -> None:
    """Say what went wrong, what to do, and the code; None clears it."""
    if problem is None:
        note.hide()
        return
    told = code_text(problem.code, dict(problem.details), tongue.words)
    note.show_failure(told.what, told.remedy, told.code, calm=problem.again)
