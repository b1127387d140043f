"""Codes that a scanner types like a keyboard: known by their speed, recognised anywhere.

A scanner sends its keys a few milliseconds apart and Enter behind them; no hand does. What it
typed is taken out of the field that had the keyboard, as if nobody had typed. A keyboard's repeat
is no scanner; what an input method composes never comes here as keys.
"""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QWindow
    from PySide6.QtWidgets import QWidget

GAP_S: Final = 0.04
_LEAST: Final = 8
_LONGEST: Final = 512
_ENTER: Final = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


class WedgeWatch(QObject):
    """Watches the native window's keys; a handful a second where a person types.

    Args:
        window: the native window behind the main window.
        known: says whether a text is a code of ours.
        heard: told of such a text, after the field is as it was before.
        now: seconds of a steady clock.
    """

    def __init__(
        self,
        window: QWindow,
        known: Callable[[str], bool],
        heard: Callable[[str], object],
        now: Callable[[], float] = monotonic,
    ) -> None:
        super().__init__(window)
        self._known, self._heard, self._now = known, heard, now
        self._typed = ""
        self._last = float("-inf")
        self._field = _Field(None)
        window.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Gather keys; swallow the Enter that ends a code, and only that."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        now = self._now()
        quick = now - self._last <= GAP_S and not event.isAutoRepeat()
        self._last = now
        if event.key() in _ENTER:
            code, self._typed = self._typed, ""
            return quick and len(code) >= _LEAST and self._taken(code)
        if not quick or len(self._typed) > _LONGEST:
            self._typed = ""
            self._field = _Field(QApplication.focusWidget())
        self._typed += event.text() if event.text().isprintable() else ""
        return False

    def _taken(self, code: str) -> bool:
        if self._field.secret:
            self._field.restore()  # no try of a PIN is lost to a barcode
            return True
        if not self._known(code):
            return False
        self._field.restore()
        self._heard(code)
        return True


class _Field:
    """A field as it was before the first key of what may be a code."""

    def __init__(self, widget: QWidget | None) -> None:
        self._widget = widget
        self._text, self._at, self._marked = "", 0, (-1, 0)
        self.secret = False  # what is typed into it is hidden; asked now, for it may go meanwhile
        if isinstance(widget, QLineEdit):
            self.secret = widget.echoMode() != QLineEdit.EchoMode.Normal
            self._text, self._at = widget.text(), widget.cursorPosition()
            self._marked = (widget.selectionStart(), widget.selectionLength())
        elif isinstance(widget, QPlainTextEdit | QTextEdit):
            cursor = widget.textCursor()
            self._text, self._at = cursor.selectedText(), cursor.selectionStart()

    def restore(self) -> None:
        """Take out what was typed since."""
        widget = self._widget
        if widget is not QApplication.focusWidget():
            return  # the keys went on to somewhere else, or the field is gone
        if isinstance(widget, QLineEdit):
            widget.setText(self._text)
            widget.setCursorPosition(self._at)
            if self._marked[0] >= 0:
                widget.setSelection(*self._marked)
            widget.textEdited.emit(self._text)
        elif isinstance(widget, QPlainTextEdit | QTextEdit):
            cursor = widget.textCursor()
            cursor.setPosition(self._at, QTextCursor.MoveMode.KeepAnchor)
            cursor.insertText(self._text)
            widget.setTextCursor(cursor)
