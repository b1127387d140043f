"""What many pages have alike: the way back, and the place where a failure is told."""

from __future__ import annotations

from functools import partial
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

    from client.app.rows.words import Words
    from ui.i18n import Tongue
    from ui.values import Problem
    from ui.widgets.summary import Banner, FailureNote

FAILURE = "failure"
"""What a failure's note says follows the language under this name."""


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


def tell_done(banner: Banner, words: Words, tongue: Tongue) -> None:
    """Say on a banner of its own what was done, also in the language that is chosen later."""
    banner.tell("good", "circle-check", tongue.say(words))
    tongue.bind_words(banner.words, "setText", words)
    tongue.bind_words(banner, "setAccessibleName", words)


def refused(name: str, problem: Problem, tongue: Tongue) -> str:
    """Say why a file was not taken, and the remedy."""
    told = code_text(problem.code, dict(problem.details), tongue.words)
    return tongue.t("receive.refused", name=name, what=told.what, remedy=told.remedy)


def show_problem(note: FailureNote, problem: Problem | None, tongue: Tongue) -> None:
    """Say what went wrong, what to do, and the code; None clears it."""
    if problem is None:
        tongue.unbind(note, FAILURE)
        note.hide()
        return
    tongue.follow(note, FAILURE, partial(_tell, problem, tongue))


def _tell(problem: Problem, tongue: Tongue, note: FailureNote) -> None:
    told = code_text(problem.code, dict(problem.details), tongue.words)
    note.show_failure(told.what, told.remedy, told.code, calm=problem.again)
