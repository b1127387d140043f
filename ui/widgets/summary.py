"""What stands in the way: fields to mend, with a jump to each, or one failure with its remedy."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from ui.widgets.buttons import ActButton, IconButton
from ui.widgets.fields import clipboard_copy
from ui.widgets.layout import Face, clear, column, row
from ui.widgets.text import Icon, Text


class ErrorSummary(Face):
    """The fields that are wrong, each a link to itself."""

    jump = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("error", parent)
        outer = row(self, gap=10, margin=12)
        outer.addWidget(Icon("alert-circle", "red", 18), 0, Qt.AlignmentFlag.AlignTop)
        box = column(gap=2)
        outer.addLayout(box, 1)
        self.headline = Text("error", wrap=True)
        box.addWidget(self.headline)
        self._links = column(gap=0)
        box.addLayout(self._links)
        self.links: tuple[ActButton, ...] = ()
        self.hide()

    def show_problems(self, headline: str, problems: list[tuple[str, str, str]]) -> None:
        """Show (field, its label, words) under a headline; hides itself when there are none.

        The label leads to the field, with the words beside it; where there is none the words do.
        """
        clear(self._links)
        made = []
        for field, label, words in problems:
            link = ActButton("link")
            link.setText(label or words)
            link.setAccessibleDescription(words if label else "")
            link.clicked.connect(lambda _=False, name=field: self.jump.emit(name))
            line = row(gap=8)
            line.addWidget(link, 0, Qt.AlignmentFlag.AlignTop)
            if label:
                line.addWidget(Text("small", words, wrap=True), 1, Qt.AlignmentFlag.AlignVCenter)
            else:
                line.addStretch(1)
            self._links.addLayout(line)
            made.append(link)
        self.links = tuple(made)
        self.headline.setText(headline)
        self.setAccessibleName(headline)
        self.setVisible(bool(problems))


class FailureNote(Face):
    """One failure: what happened, what to do, and the code to copy."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("error", parent)
        outer = row(self, gap=10, margin=12)
        self._icon = Icon("alert-triangle", "red", 18)
        outer.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        box = column(gap=2)
        outer.addLayout(box, 1)
        self.what = Text("error", wrap=True, select=True)
        self.remedy = Text("small", wrap=True, select=True)
        foot = row(gap=4)
        self.code = Text("small faint", select=True)
        self.copy = IconButton("copy")
        self.copy.clicked.connect(lambda: clipboard_copy(self.code.text()))
        foot.addWidget(self.code)
        foot.addWidget(self.copy)
        foot.addStretch(1)
        for part in (self.what, self.remedy):
            box.addWidget(part)
        box.addLayout(foot)
        self.hide()

    def show_failure(self, what: str, remedy: str, code: str, *, calm: bool = False) -> None:
        """Show a failure; `calm` for what the person may try again."""
        self.set_face("calm" if calm else "error")
        self._icon.set_icon(
            "info-circle" if calm else "alert-triangle", "yellow" if calm else "red"
        )
        self.what.set_role("warn" if calm else "error")
        self.what.setText(what)
        self.remedy.show_text(remedy)
        self.code.setText(code)
        self.setAccessibleName(what)
        self.show()


class Banner(Face):
    """One calm line with an icon and at most one act."""

    act = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("calm", parent)
        box = row(self, gap=10)
        box.setContentsMargins(12, 6, 8, 6)
        self._icon = Icon("info-circle", "yellow", 18)
        self.words = Text("body", wrap=True)
        self.button = ActButton("link")
        self.button.clicked.connect(self.act)
        self.dismiss = IconButton("x")
        self.dismiss.clicked.connect(self.hide)
        box.addWidget(self._icon)
        box.addWidget(self.words, 1)
        box.addWidget(self.button)
        box.addWidget(self.dismiss)
        self.hide()

    def tell(self, face: str, icon: str, words: str, act: str = "") -> None:
        """Show words on a face: "calm" (amber), "told" (blue), "error", "good"."""
        ink = {"calm": "yellow", "told": "accent", "error": "red", "good": "ok"}[face]
        self.set_face(face)
        self._icon.set_icon(icon, ink)
        role = {"calm": "warn", "told": "accent", "error": "error", "good": "ok"}[face]
        self.words.set_role(role)
        self.words.setText(words)
        self.setAccessibleName(words)
        self.button.setText(act)
        self.button.setVisible(bool(act))
        self.show()


class Empty(QWidget):
    """An empty place that teaches: what will be here, and the key that puts it there."""

    act = Signal()

    def __init__(self, icon: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        box = column(self, gap=8)
        box.addStretch(2)
        self.icon = Icon(icon, "faint", 40)
        box.addWidget(self.icon, 0, Qt.AlignmentFlag.AlignHCenter)
        self.headline = Text("section muted")
        self.headline.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.words = Text("muted", wrap=True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.words.setMaximumWidth(520)
        self.button = ActButton("plain")
        self.button.clicked.connect(self.act)
        self.button.hide()
        box.addWidget(self.headline)
        inner = row()
        inner.addStretch(1)
        inner.addWidget(self.words, 4)
        inner.addStretch(1)
        box.addLayout(inner)
        box.addSpacing(4)
        box.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        box.addStretch(3)

    def teach(self, headline: str, words: str, act: str = "", key: str = "") -> None:
        """Set the words; with an act, a button and its key."""
        self.headline.setText(headline)
        self.words.show_text(words)
        self.button.setText(act)
        self.button.set_key(key)
        self.button.setVisible(bool(act))
