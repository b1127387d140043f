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


def make_dialog(
    parent: QWidget, tongue: Tongue, title: str, folder: str = "", *, saves: bool = False
) -> QFileDialog:
    """Return the system's dialog in the window's language; it deletes itself when closed.

    Args:
        parent: owner of the dialog.
        tongue: the language.
        title: key of its title.
        folder: where it begins; "" leaves it to the system.
        saves: it asks where to save, else what to open.
    """
    dialog = QFileDialog(parent, tongue.t(title), folder)
    if saves:
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    for label, key in _LABELS.items():
        if not (saves and label is QFileDialog.DialogLabel.Accept):
            dialog.setLabelText(label, tongue.t(key))
    listed = dialog.findChild(QTreeView, "treeView")  # None where the desktop has its own
    if listed is not None:
        listed.hideColumn(_TYPE)  # Qt's Chinese leaves "Folder" in English there
    dialog.resize(tokens().scaled(760), tokens().scaled(480))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return dialog


def ask_where(
    parent: QWidget, tongue: Tongue, title: str, name: str, chosen: Callable[[Path], None]
) -> QFileDialog:
    """Ask where to save a file; returns the dialog, which is not opened yet.

    Args:
        parent: owner of the dialog.
        tongue: the language.
        title: key of its title.
        name: proposed; what stands after its dot is added where nothing does.
        chosen: told where.
    """
    dialog = make_dialog(parent, tongue, title, saves=True)
    dialog.setDefaultSuffix(name.rpartition(".")[2])
    dialog.selectFile(name)
    dialog.fileSelected.connect(lambda place: chosen(Path(place)))
    return dialog


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
        return make_dialog(self._parent, self._tongue, title, FileChooser.folder)

    @staticmethod
    def _open(dialog: QFileDialog, chosen: Callable[[list[Path]], None], *, own: bool) -> None:
        def selected(names: list[str]) -> None:
            paths = [Path(name) for name in names]
            if paths:
                FileChooser.folder = str(paths[0] if own else paths[0].parent)
            chosen(paths)

        dialog.filesSelected.connect(selected)
        dialog.open()
