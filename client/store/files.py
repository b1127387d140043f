"""Files that a crash leaves either old or new, and the lock that lets in one process."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from client.store.failures import StoreFailure, translated

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

PART = ".part"
"""Ending of a file that is still being written; what a crash leaves of it is swept at open."""


def write_whole(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a file by temp, fsync, rename, fsync of the folder.

    Raises:
        OSError: nothing changed; the temporary file is gone.
    """
    part = path.with_name(path.name + PART)
    try:
        with part.open("wb") as stream:
            for piece in pieces:
                stream.write(piece)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make renames and new names in a folder durable; Windows does so by itself."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class FolderLock:
    """One process, and one opener in it, per store.

    The system drops the lock when the process ends, however it ends; the file itself stays, since
    removing it would let two openers hold two files of one name.

    Raises:
        StoreFailure: store.in_use; store.disk_error, store.disk_full: there is no file to lock.
    """

    def __init__(self, path: Path) -> None:
        how = os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0)
        with translated():
            self._handle = os.open(path, how, 0o600)
        try:
            _lock(self._handle)
        except OSError as held:
            os.close(self._handle)
            raise StoreFailure("store.in_use") from held

    def release(self) -> None:
        """Let the next opener in."""
        os.close(self._handle)


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(handle: int) -> None:
        # flock, not lockf: it also keeps out a second opener of the same process.
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
