"""One window for one folder: whoever starts a second hands over what it should open, and goes.

A lock beside the data says that a window lives; what is handed over is a small note in a folder
that the living window watches. Nothing listens on any line, and only the folder's owner can write.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QFileSystemWatcher, QLockFile, QObject, Signal

if TYPE_CHECKING:
    from collections.abc import Sequence

_LOCK, _HANDED = "window.lock", "handed"
_LARGEST = 1 << 16


class Single(QObject):
    """The one window of a folder.

    Args:
        folder: where the window keeps its data.
    """

    wanted = Signal(object)  # tuple[pathlib.Path, ...]: to be opened; () to be shown only

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        self._handed = folder / _HANDED
        self._lock = QLockFile(str(folder / _LOCK))
        self._lock.setStaleLockTime(0)  # only a process that is gone leaves it: no age does
        self._watch: QFileSystemWatcher | None = None

    def take(self) -> bool:
        """Say whether this is the one; a folder that takes no lock holds nobody back."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            return True
        if self._lock.tryLock(0):
            return True
        return self._lock.error() != QLockFile.LockError.LockFailedError

    def release(self) -> None:
        """Let another one begin."""
        self._watch = None
        self._lock.unlock()

    def hand_over(self, files: Sequence[str]) -> bool:
        """Leave a note for the window that lives; says whether it could be left."""
        said = json.dumps([str(path) for path in whole(files)])
        part = self._handed / f"{os.getpid()}.part"  # a process leaves one note
        try:
            self._handed.mkdir(exist_ok=True)
            part.write_text(said, "utf-8")
            part.replace(part.with_suffix(".json"))
        except OSError:
            return False
        return True

    def listen(self) -> None:
        """Hear of notes from now on; one that was left before is heard of at once."""
        try:
            self._handed.mkdir(exist_ok=True)
        except OSError:
            return  # nobody can leave a note either
        self._watch = QFileSystemWatcher([str(self._handed)], self)
        self._watch.directoryChanged.connect(self._look)
        self._look()

    def _look(self) -> None:
        for note in sorted(self._handed.glob("*.json")):
            files = _read(note)
            note.unlink(missing_ok=True)
            self.wanted.emit(files)


def whole(files: Sequence[str]) -> tuple[Path, ...]:
    """Return files named on a command line as another program finds them; links stay links."""
    return tuple(Path(file).absolute() for file in files)


def _read(note: Path) -> tuple[Path, ...]:
    """Return what a note asks to open; a note that says nothing clear asks for nothing."""
    try:
        with note.open("rb") as stream:
            said = json.loads(stream.read(_LARGEST))
    except (OSError, ValueError):
        return ()
    files = [Path(each) for each in said if isinstance(each, str)] if isinstance(said, list) else []
    return tuple(file for file in files if file.is_absolute())
