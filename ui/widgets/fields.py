"""Fields: a label above, the editor, and one line beneath for hint or problem."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QEvent, QRegularExpression, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QGuiApplication,
    QPainter,
    QPalette,
    QRegularExpressionValidator,
    QValidator,
)
from PySide6.QtWidgets import QComboBox, QFrame, QLineEdit, QPlainTextEdit, QSizePolicy, QWidget

from ui.theme import icon_pixmap, tokens
from ui.widgets.boxes import Box, draw_box
from ui.widgets.layout import column, row
from ui.widgets.text import Icon, Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QPaintEvent, QWheelEvent


class Field(QWidget):
    """One question of a form.

    Args:
        name: the field's name on its page; object name of the editor is set by the page.
        editor: a line, text, choice or picker.
        required: shows the mark, and says it in the name that readers read.

    Attributes:
        marked: makes that name of the label; the shell says it in the language of the window.
    """

    marked: ClassVar[Callable[[str], str]] = "{} *".format

    def __init__(
        self, name: str, editor: QWidget, parent: QWidget | None = None, *, required: bool = False
    ) -> None:
        super().__init__(parent)
        self.name = name
        self.editor = editor
        self.required = required
        box = column(self, gap=4)
        top = row(gap=6)
        self.label = Text("small muted")
        self._mark = Text("small error", "*")
        if not required:
            self._mark.hide()
        self.extra = Text("small faint")
        self.extra.hide()
        top.addWidget(self.label)
        top.addWidget(self._mark)
        top.addStretch(1)
        top.addWidget(self.extra)
        box.addLayout(top)
        box.addWidget(editor)
        self._under = QWidget(self)
        under = row(self._under, gap=6)
        self._icon = Icon("alert-circle", "red", 16)
        self.note = Text("small muted", wrap=True)
        under.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        under.addWidget(self.note, 1)
        box.addWidget(self._under)
        self._hint = ""
        self._problem = ""
        self._show()

    def set_label(self, words: str) -> None:
        """Set the question; it is the editor's accessible name too, with the mark in words."""
        self.label.setText(words)
        name = type(self).marked(words) if self.required else words
        for part in (self.editor, self.heard, self.label):
            part.setAccessibleName(name)
        self.label.setBuddy(self.heard)  # of a list a reader on Linux is told by its label alone

    @property
    def heard(self) -> QWidget:
        """What has the keyboard for the editor, or the group whose parts have their own names."""
        part = self.editor
        while (proxy := part.focusProxy()) is not None and not hasattr(type(part), "reader_role"):
            part = proxy
        return part

    def set_extra(self, words: str) -> None:
        """Set small words at the right of the label, e.g. a count."""
        self.extra.show_text(words)

    def set_hint(self, words: str) -> None:
        """Set what stands beneath while nothing is wrong."""
        self._hint = words
        self._show()

    def set_problem(self, words: str) -> None:
        """Set what is wrong; "" when nothing is."""
        self._problem = words
        self._show()

    @property
    def problem(self) -> str:
        """What is wrong, "" when nothing is."""
        return self._problem

    @property
    def hint(self) -> str:
        """What stands beneath while nothing is wrong."""
        return self._hint

    def _show(self) -> None:
        bad = bool(self._problem)
        words = self._problem or self._hint
        self.note.setText(words)
        self.note.set_role("small error" if bad else "small muted")
        self._icon.setVisible(bad)
        self._under.setVisible(bool(words))
        for part in (self.editor, self.heard):
            part.setAccessibleDescription(words)
        if isinstance(self.editor, (LineField, PinField, TextField)):
            self.editor.set_bad(bad=bad)


@cache
def _inside(hue: str, ground: str) -> QPalette:
    """What is written into: drawn on the box, the hint at half strength."""
    made = QPalette()
    made.setColor(QPalette.ColorRole.Base, QColor(ground) if ground else QColor(0, 0, 0, 0))
    hint = QColor(hue)
    hint.setAlpha(128)
    made.setColor(QPalette.ColorRole.PlaceholderText, hint)
    return made


def _editor_box(editor: QWidget, *, bad: bool = False) -> Box:
    """Say how the box of an editor looks now."""
    ring = editor.hasFocus()
    if not editor.isEnabled():
        return Box("disabled", "line", radius="corner")
    edge = "red" if bad else "accent" if ring else "muted" if editor.underMouse() else "edge"
    return Box("surface", edge, radius="corner", width=2 if ring else 1)


_BREAKS = re.compile("\r\n|[\t\n\v\f\r\x85\u2028\u2029]")
LONGEST_ID = 40  # eighteen, and the spaces that people type or paste between them
LONGEST_NAME = 2 * 64  # as Qt counts, UTF-16: a rare ideograph takes two; the rule counts to 64


class _Line(QLineEdit):
    """A line in a box that it draws itself."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bad = False
        self.setFrame(False)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setTextMargins(10, 2, 10, 2)
        self._dress()

    def set_bad(self, *, bad: bool) -> None:
        """Show that something is wrong with it, or no longer."""
        if bad != self._bad:
            self._bad = bad
            self.update()

    @property
    def bad(self) -> bool:
        """Something is wrong with it."""
        return self._bad

    def sizeHint(self) -> QSize:
        """As high as every control."""
        return QSize(super().sizeHint().width(), tokens().px("control"))

    def minimumSizeHint(self) -> QSize:
        """As high as every control."""
        return QSize(super().minimumSizeHint().width(), tokens().px("control"))

    def changeEvent(self, event: QEvent) -> None:
        """Dress again after a change of theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._dress()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the box, then what is written."""
        painter = QPainter(self)
        draw_box(painter, self.rect(), _editor_box(self, bad=self._bad))
        painter.end()
        super().paintEvent(event)

    def _dress(self) -> None:
        self.setPalette(_inside(tokens().colours["text"], ""))


class _Seen(QValidator):
    """Takes no character that nobody sees: what is pasted from a chat or a sheet is full of them.

    Marks of direction and breadth are dropped, breaks and tabs become a space: a number copied
    with them looked like eighteen places and was told to have twenty.
    """

    def validate(self, text: str, place: int) -> tuple[QValidator.State, str, int]:
        """Return what is seen, and where the cursor then stands."""
        before, after = _seen(text[:place]), _seen(text[place:])
        return QValidator.State.Acceptable, before + after, len(before)


def _seen(text: str) -> str:
    if text.isprintable():  # hardly any text is not
        return text
    plain = " ".join(_BREAKS.split(text))
    return "".join(char for char in plain if unicodedata.category(char) not in {"Cc", "Cf"})


class LineField(_Line):
    """One line of text; Chinese comes by the input method like any other.

    `inputRejected` tells that not all of what was typed or pasted had room.

    Args:
        parent: as for any widget.
        limit: how many UTF-16 units fit; what a rule limits by characters needs twice as many.
    """

    def __init__(self, parent: QWidget | None = None, *, limit: int = 200) -> None:
        super().__init__(parent)
        self.setMaxLength(limit)
        self.setValidator(_Seen(self))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def full(self) -> bool:
        """Nothing more fits."""
        return len(self.text().encode("utf-16-le", "surrogatepass")) // 2 >= self.maxLength()


class PinField(_Line):
    """A PIN, shown as dots, never copied, gone when taken.

    A card's is six to eight digits; a USB key's what its maker allows, letters and signs included.
    """

    entered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setMaxLength(32)
        self.setDragEnabled(False)
        self.setValidator(QRegularExpressionValidator(QRegularExpression("[!-~]{0,32}"), self))
        self.setInputMethodHints(
            Qt.InputMethodHint.ImhLatinOnly
            | Qt.InputMethodHint.ImhHiddenText
            | Qt.InputMethodHint.ImhSensitiveData
            | Qt.InputMethodHint.ImhNoPredictiveText
        )
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, on=False)
        self.returnPressed.connect(self.entered)

    def _dress(self) -> None:
        super()._dress()
        font = QFont(tokens().font("type-section"))
        font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 4)
        self.setFont(font)

    def take(self) -> str:
        """Return what was typed and forget it, undo list included."""
        typed = self.text()
        self.clear()
        return typed

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """No menu: there is nothing to copy or paste here."""
        event.accept()


class TextField(QPlainTextEdit):
    """Several lines; Tab leaves, Enter is a new line, the height is a number of lines."""

    def __init__(self, lines: int = 4, parent: QWidget | None = None) -> None:
        from ui.widgets.bars import Bar  # noqa: PLC0415  (not before the first paint, as in Scroll)

        super().__init__(parent)
        self._lines = lines
        self._bad = False
        self.setTabChangesFocus(True)
        self.setFrameStyle(QFrame.Shape.Box | QFrame.Shadow.Plain)
        self.setLineWidth(6)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setVerticalScrollBar(Bar(Qt.Orientation.Vertical, self))
        self._size()

    def set_bad(self, *, bad: bool) -> None:
        """Show that something is wrong with it, or no longer."""
        if bad != self._bad:
            self._bad = bad
            self.update()

    def event(self, event: QEvent) -> bool:
        """Draw the box in the frame's place."""
        if event.type() != QEvent.Type.Paint:
            return super().event(event)
        painter = QPainter(self)
        draw_box(painter, self.rect(), _editor_box(self, bad=self._bad))
        painter.end()
        return True

    def text(self) -> str:
        """Return the text."""
        return self.toPlainText()

    def show_text(self, words: str) -> None:
        """Set the text without telling of an edit when it is the same."""
        if words != self.toPlainText():
            self.setPlainText(words)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave Esc and Ctrl+Enter to the page."""
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        leaves = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and control
        if event.key() == Qt.Key.Key_Escape or leaves:
            event.ignore()
            return
        super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Keep the number of lines at another text size."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._size()

    def _size(self) -> None:
        metrics = tokens().metrics()
        self.setFixedHeight(metrics.lineSpacing() * self._lines + 26)
        chosen = tokens()
        ground = chosen.colours["surface" if self.isEnabled() else "disabled"]
        self.setPalette(_inside(chosen.colours["text"], ground))


class Choice(QComboBox):
    """A short list of codes with words; the wheel does not change it by accident."""

    picked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.currentIndexChanged.connect(self._changed)

    def offer(self, options: list[tuple[str, str]]) -> None:
        """Set (code, words); keeps the choice where the code is still there."""
        before = self.code()
        before_block = self.blockSignals(True)  # noqa: FBT003  (Qt takes it by place)
        self.clear()
        for code, words in options:
            self.addItem(words, code)
        self.setCurrentIndex(max(0, self.findData(before)))
        self.blockSignals(before_block)

    def code(self) -> str:
        """Return the chosen code, "" when nothing is."""
        data = self.currentData()
        return data if isinstance(data, str) else ""

    def choose(self, code: str) -> None:
        """Choose by code."""
        self.setCurrentIndex(max(0, self.findData(code)))

    def sizeHint(self) -> QSize:
        """As high as every control, with air beside the words."""
        return QSize(super().sizeHint().width() + 20, tokens().px("control"))

    def minimumSizeHint(self) -> QSize:
        """As high as every control, with air beside the words."""
        return QSize(super().minimumSizeHint().width() + 20, tokens().px("control"))

    def showPopup(self) -> None:
        """Show the list in its colours."""
        chosen, role = tokens(), QPalette.ColorRole
        colours = QPalette()
        for where, token in (
            (role.Base, "raised"),
            (role.Window, "raised"),
            (role.Highlight, "accent-ground"),
            (role.HighlightedText, "text"),
        ):
            colours.setColor(where, chosen.hue(token))
        self.view().setPalette(colours)
        super().showPopup()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the box, what is chosen, and the sign that it opens."""
        chosen = tokens()
        edge = chosen.px("icon")
        hue = chosen.colours["muted" if self.isEnabled() else "on-disabled"]
        painter = QPainter(self)
        draw_box(painter, self.rect(), _editor_box(self))
        painter.setPen(chosen.hue("text" if self.isEnabled() else "on-disabled"))
        room = self.rect().adjusted(10, 2, -39, -2)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(room, flags, self.currentText())
        sign = icon_pixmap("chevron-down", hue, edge, self.devicePixelRatioF())
        painter.drawPixmap(self.width() - edge - 8, (self.height() - edge) // 2, sign)
        painter.end()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let the page scroll."""
        event.ignore()

    def _changed(self, _index: int) -> None:
        self.picked.emit(self.code())


def clipboard_copy(words: str) -> None:
    """Put words on the clipboard: codes and numbers only, never a PIN."""
    QGuiApplication.clipboard().setText(words)
