"""A frame onto which files are dropped."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from ui.widgets.layout import Face

if TYPE_CHECKING:
    from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
    from PySide6.QtWidgets import QWidget


class DropFace(Face):
    """Takes local files and says which."""

    dropped = Signal(list)  # of pathlib.Path

    def __init__(self, face: str = "surface", parent: QWidget | None = None) -> None:
        super().__init__(face, parent)
        self._plain = face
        self.setAcceptDrops(True)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take local files only."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()
            self._over(over=True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Look as before."""
        super().dragLeaveEvent(event)
        self._over(over=False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Tell of the files."""
        self._over(over=False)
        urls = event.mimeData().urls()
        paths = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.dropped.emit(paths)

    def _over(self, *, over: bool) -> None:
        self.set_face("over" if over else self._plain)
