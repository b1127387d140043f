"""The system's dialog for files and folders, in the window's language; opened, never executed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QTreeView

from ui.theme import tokens

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from ui.i18n import Tongue

_TYPE = 2  # the column of Qt's dialog
# Qt's own Chinese leaves two of these in English.
_LABELS = {
    QFileDialog.DialogLabel.LookIn: "files.look_in",
    QFileDialog.DialogLabel.FileName: "files.name",
    QFileDialog.DialogLabel.FileType: "files.type",
    QFileDialog.DialogLabel.Accept: "files.open",
    QFileDialog.DialogLabel.Reject: "files.cancel",
}


class FileChooser:
    """Asks for files or a folder; begins where the last were found: a scanner puts all into one."""

    folder = ""

    def __init__(self, parent: QWidget, tongue: Tongue) -> None:
        self._parent = parent
        self._tongue = tongue

    def ask_files(self, chosen: Callable[[list[Path]], None]) -> None:
        """Ask for one or more files."""
        dialog = self._dialog("receive.choose")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilter(self._tongue.t("receive.filter"))
        self._open(dialog, chosen, own=False)

    def ask_one(self, title: str, kinds: str, chosen: Callable[[Path], None]) -> None:
        """Ask for one file; `title` and `kinds` are keys of words, the latter a filter."""
        dialog = self._dialog(title)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(self._tongue.t(kinds))
        self._open(dialog, lambda paths: chosen(paths[0]), own=False)

    def ask_folder(self, chosen: Callable[[list[Path]], None]) -> None:
        """Ask for a folder, whose files are all taken."""
        dialog = self._dialog("receive.choose_folder")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        self._open(dialog, chosen, own=True)

    def _dialog(self, title: str) -> QFileDialog:
        dialog = QFileDialog(self._parent, self._tongue.t(title), FileChooser.folder)
        for label, key in _LABELS.items():
            dialog.setLabelText(label, self._tongue.t(key))
        listed = dialog.findChild(QTreeView, "treeView")  # None where the desktop has its own
        if listed is not None:
            listed.hideColumn(_TYPE)  # Qt's Chinese leaves "Folder" in English there
        dialog.resize(tokens().scaled(760), tokens().scaled(480))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return dialog

    @staticmethod
    def _open(dialog: QFileDialog, chosen: Callable[[list[Path]], None], *, own: bool) -> None:
        def selected(names: list[str]) -> None:
            paths = [Path(name) for name in names]
            if paths:
                FileChooser.folder = str(paths[0] if own else paths[0].parent)
            chosen(paths)

        dialog.filesSelected.connect(selected)
        dialog.open()
