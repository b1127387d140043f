"""What is signed, beside the pad it is signed on: opened over a page, closed by signing or Esc."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAccessible, QColor, QPainter
from PySide6.QtWidgets import QWidget

from client.app.rows.ink import Ink
from ui.theme import tokens
from ui.widgets.buttons import ActButton
from ui.widgets.ink import InkPad
from ui.widgets.layout import Face, Flow, column, row
from ui.widgets.paper import PaperView
from ui.widgets.text import Text

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QPaintEvent, QPixmap, QResizeEvent

    from ui.i18n import Tongue

_LOW = 420  # px of height below which pad and paper take the room of the margins


class InkSheet(QWidget):
    """Lies over its parent while somebody signs; emits what was signed under the shown paper."""

    reader_role = QAccessible.Role.Dialog
    signed = Signal(object)  # Ink
    left = Signal()

    def __init__(self, tongue: Tongue, over: QWidget) -> None:
        super().__init__(over)
        self.setObjectName("ink")
        self._tongue = tongue
        self._over = over
        self._paper = ""
        outer = self._outer = column(self, gap=0, margin=20)
        self.face = Face("raised")
        box = self._box = column(self.face, gap=10, margin=16)
        self.title = Text("section", wrap=True)
        self.view = PaperView()
        self.view.scroller.setObjectName("ink.paper")
        tongue.bind(self.view.scroller, "setAccessibleName", "paper.preview")
        self.pad = InkPad()
        self.pad.setObjectName("ink.pad")
        tongue.bind(self.pad, "setAccessibleName", "ink.pad")
        tongue.bind(self.pad, "set_invitation", "ink.here")
        box.addWidget(self.title)
        beside = row(gap=16)
        beside.addWidget(self.view, 5)
        right = column(gap=0)
        right.addStretch(1)
        right.addWidget(self.pad)
        right.addStretch(1)
        beside.addLayout(right, 6)
        box.addLayout(beside, 1)
        self.out = self._button("quiet", "arrow-back-up", "leave", "Esc", self.left.emit)
        self.undo = self._button("plain", "rotate", "undo", "Backspace", self.pad.undo)
        self.clear = self._button("plain", "trash", "clear", "Delete", self.pad.clear)
        self.take = self._button("primary", "check", "take", "Ctrl+Enter", self._take)
        acts = Flow(end=True)
        for button in (self.undo, self.clear, self.take):
            acts.add(button)
        foot = row(gap=8)
        foot.addWidget(self.out, 0, Qt.AlignmentFlag.AlignBottom)
        foot.addWidget(acts, 1)
        box.addLayout(foot)
        outer.addWidget(self.face, 1)
        self.pad.changed.connect(self._allow)
        over.installEventFilter(self)
        self.hide()

    def open(self, sha256: str, page: QPixmap, name: str) -> None:
        """Show a paper, and an empty pad beside it.

        Args:
            sha256: of the paper that is shown.
            page: its picture.
            name: of whoever is to sign.
        """
        self._paper = sha256
        self.title.setText(self._tongue.t("ink.title", name=name))
        self.setAccessibleName(self.title.text())
        self.view.show_page(page)
        self.pad.clear()
        self.setGeometry(self._over.rect())
        self.show()
        self.raise_()
        self.pad.setFocus()

    def close_it(self) -> None:
        """Close; nothing of what was drawn stays."""
        self._paper = ""
        self.hide()
        self.pad.clear()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep over the page."""
        if watched is self._over and event.type() == QEvent.Type.Resize:
            self.setGeometry(self._over.rect())
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the margins to the pad where there is little room."""
        super().resizeEvent(event)
        low = self.height() < tokens().scaled(_LOW)
        for box, margin in ((self._outer, 6 if low else 20), (self._box, 10 if low else 16)):
            box.setContentsMargins(margin, margin, margin, margin)
        self._box.setSpacing(4 if low else 10)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Enter takes the signature, Esc leaves without one; nothing goes to the page."""
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and control:
            self.take.click()

    def event(self, event: QEvent) -> bool:
        """Keep the page's and the window's shortcuts from working beneath."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw a veil over the page."""
        veil = QColor(tokens().hue("scrim"))
        veil.setAlpha(90)
        painter = QPainter(self)
        painter.fillRect(self.rect(), veil)
        painter.end()

    def _button(self, kind: str, icon: str, name: str, key: str, call: object) -> ActButton:
        made = ActButton(kind, icon, key)
        made.setObjectName(f"ink.{name}")
        self._tongue.bind(made, "setText", f"ink.{name}")
        made.clicked.connect(call)
        return made

    def _allow(self) -> None:
        drawn = len(self.pad.strokes())
        why = "" if drawn else self._tongue.t("ink.here")
        self.pad.setAccessibleDescription(self._tongue.t("ink.pad.keys", strokes=drawn))
        for button in (self.undo, self.clear, self.take):
            button.set_blocked(why)

    def _take(self) -> None:
        strokes = self.pad.strokes()
        if strokes and self._paper:
            self.signed.emit(Ink(self._paper, self.pad.width(), self.pad.height(), strokes))
