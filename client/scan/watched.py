"""Document cameras (高拍仪) by the folder into which their maker's own program puts its pictures.

Their drivers are 32-bit controls of Windows that no 64-bit program can load; a folder is what all
of them have in common. Pictures that lay there before are left alone; none is deleted: they are
not ours.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from client.app.ports.scan import ScanAsk, ScanDevice, ScanFailure
from client.documents.folder import by_number
from sync.domain.failures import FailureKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_LOOK_S = 0.3
_MOST_BYTES = 32_000_000


class WatchedFolder:
    """Implements `Scanners`: one device, whose pages come until it is enough.

    Args:
        folder: where the camera's program saves.
        look_s: how often it is looked at.
    """

    def __init__(self, folder: Path, look_s: float = _LOOK_S) -> None:
        self._folder = folder
        self._look_s = look_s
        self._enough = threading.Event()

    def devices(self) -> tuple[ScanDevice, ...]:
        """Return the folder, if it is there."""
        if not self._folder.is_dir():
            return ()
        return (ScanDevice(str(self._folder), self._folder.name, endless=True),)

    def scan(self, ask: ScanAsk, tell: Callable[[int], None]) -> Iterator[bytes]:
        """Give each picture that comes into the folder from now on, once it is whole.

        Whole is what has not grown between two looks: cameras save in one go, but not at once.
        """
        self._enough.clear()
        if ask.device != str(self._folder):
            raise ScanFailure("scan.gone", FailureKind.RETRIABLE)
        return self._coming(set(self._sizes()), tell)

    def cancel(self) -> None:
        """End it."""
        self._enough.set()

    def _coming(self, known: set[Path], tell: Callable[[int], None]) -> Iterator[bytes]:
        seen: dict[Path, int] = {}
        while not self._enough.wait(self._look_s):
            sizes = {path: size for path, size in self._sizes().items() if path not in known}
            whole = [path for path, size in sizes.items() if size and seen.get(path) == size]
            seen = sizes
            for path in sorted(whole, key=lambda path: by_number(path.name)):
                known.add(path)
                tell(100)
                yield self._read(path)

    def _sizes(self) -> dict[Path, int]:
        sizes: dict[Path, int] = {}
        try:
            for path in self._folder.iterdir():
                with suppress(FileNotFoundError):  # the camera's program renames what it saved
                    if path.is_file() and not path.name.startswith("."):
                        sizes[path] = path.stat().st_size
        except OSError as cause:
            raise ScanFailure("scan.gone", FailureKind.RETRIABLE) from cause
        return sizes

    @staticmethod
    def _read(path: Path) -> bytes:
        try:
            with path.open("rb") as stream:
                return stream.read(_MOST_BYTES + 1)
        except OSError as cause:
            raise ScanFailure("scan.gone", FailureKind.RETRIABLE) from cause
