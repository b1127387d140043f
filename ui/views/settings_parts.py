"""How a setting of the machine is answered: from what is there, by typing, by a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from ui.views.file_dialog import make_dialog
from ui.widgets.buttons import ActButton
from ui.widgets.fields import Choice, LineField
from ui.widgets.layout import column, row
from ui.widgets.walk import beside

if TYPE_CHECKING:
    from ui.i18n import Tongue

OTHER = "\0"  # no value: what is wanted is not in the list and is typed beneath it
LONGEST = 400


class Setting(QWidget):
    """One answer. `changed` brings what is to be kept; `pending` what was typed and is not."""

    changed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._kept = ""

    def show_value(self, value: str) -> None:
        """Show what is kept."""
        self._kept = value

    def pending(self) -> str | None:
        """Return what was typed and is not kept; None when nothing is."""
        return None

    def name_parts(self, name: str) -> None:
        """Give the parts their object names."""


class Chosen(Setting):
    """A list.

    Args:
        tongue: the language.
        none: key of the line that chooses nothing; "" where something is always chosen.
        typed: its last line opens a field for what the list does not have.
    """

    def __init__(self, tongue: Tongue, none: str = "", *, typed: bool = False) -> None:
        super().__init__()
        self._tongue = tongue
        self._none = none
        self._options: list[tuple[str, str]] | None = None
        box = column(self, gap=6)
        self.choice = Choice()
        box.addWidget(self.choice)
        self.setFocusProxy(self.choice)
        self.line: LineField | None = None
        if typed:
            self.line = LineField(limit=LONGEST)
            self.line.editingFinished.connect(self._typed)
            self.line.hide()
            box.addWidget(self.line)
        self.choice.picked.connect(self._picked)

    def name_parts(self, name: str) -> None:
        """Give the parts their object names."""
        self.choice.setObjectName(name)
        if self.line is not None:
            self.line.setObjectName(f"{name}.typed")

    def setAccessibleName(self, words: str) -> None:
        """Name the field beneath the list too."""
        super().setAccessibleName(words)
        if self.line is not None:
            self.line.setAccessibleName(words)

    def offer(self, options: list[tuple[str, str]] | None) -> None:
        """Set what there is as (value, words); None: it is being looked for."""
        self._options = options
        self.say()

    def say(self) -> None:
        """Fill the list anew; what is kept stays in it though it is not there now."""
        t = self._tongue.t
        lines = [("", t(self._none))] if self._none else []
        lines += self._options or ()
        if self._kept and all(code != self._kept for code, _words in lines):
            key = "settings.kept" if self._options is None else "settings.gone"
            lines.append((self._kept, t(key, name=self._kept)))
        if self.line is not None:
            lines.append((OTHER, t("settings.other")))
        self.choice.offer(lines)
        opened = self.line is not None and self.line.isVisibleTo(self)
        before = self.choice.blockSignals(True)  # noqa: FBT003  (Qt takes it by place)
        self.choice.choose(OTHER if opened else self._kept)
        self.choice.blockSignals(before)

    def show_value(self, value: str) -> None:
        """Show what is kept."""
        super().show_value(value)
        if self.line is not None:
            if self.line.hasFocus():
                self.choice.setFocus()
            self.line.hide()
            self.line.clear()
        self.say()

    def pending(self) -> str | None:
        """Return what was typed beneath the list."""
        if self.line is None or not self.line.isVisibleTo(self) or not self.line.text().strip():
            return None
        return self.line.text()

    def _picked(self, code: str) -> None:
        if code == OTHER and self.line is not None:
            self.line.show()
            self.line.setFocus()
        elif code != self._kept or self.pending() is not None:
            if self.line is not None:
                self.line.hide()
                self.line.clear()
            self.changed.emit(code)

    def _typed(self) -> None:
        text = self.pending()
        if text is not None:
            self.changed.emit(text)


class Place(Setting):
    """A file or a folder: its path typed, or looked for in the system's dialog."""

    def __init__(self, tongue: Tongue, title: str, *, folder: bool) -> None:
        super().__init__()
        self._tongue, self._title, self._folder = tongue, title, folder
        box = row(self, gap=8)
        self.line = LineField(limit=LONGEST)
        self.line.editingFinished.connect(self._typed)
        self.look = ActButton("plain", "folder" if folder else "file")
        tongue.bind(self.look, "setText", "settings.browse")
        self.look.clicked.connect(self._ask)
        beside(self.look)
        box.addWidget(self.line, 1)
        box.addWidget(self.look)
        self.setFocusProxy(self.line)

    def name_parts(self, name: str) -> None:
        """Give the parts their object names."""
        self.line.setObjectName(name)
        self.look.setObjectName(f"{name}.browse")

    def show_value(self, value: str) -> None:
        """Show what is kept."""
        super().show_value(value)
        if value != self.line.text():
            self.line.setText(value)

    def pending(self) -> str | None:
        """Return what was typed."""
        return self.line.text() if self.line.text() != self._kept else None

    def _typed(self) -> None:
        if self.pending() is not None:
            self.changed.emit(self.line.text())

    def _ask(self) -> None:
        dialog = make_dialog(self, self._tongue, self._title, self.line.text())
        kind = QFileDialog.FileMode
        dialog.setFileMode(kind.Directory if self._folder else kind.ExistingFile)
        dialog.fileSelected.connect(self._found)
        dialog.open()

    def _found(self, path: str) -> None:
        self.line.setText(path)
        self._typed()
