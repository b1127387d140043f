"""The high-water mark: how far the log had come, outside the file that could be put back.

SQLCipher takes an old file for good. So beside it stands `store.mark`: the number of records in the
log and the hash of the last one, under a key of its own (proof.md §8). It is written after each
commit and without waiting for the disk: what a power cut leaves of it may be older than the store,
never newer, and a store that is ahead of its mark is right. Two places take turns, so that a write
that is cut off spoils only the older one.

It notices a store file that was put back, not a whole folder with its mark: that the centre does,
see `SyncSide.apply_pull`.
"""

from __future__ import annotations

import hmac
import os
import struct
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from client.store.failures import StoreFailure, translated
from client.store.files import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_LABEL = b"hall-mark/v1"
_BODY = struct.Struct(f">{len(_LABEL)}sQ32s")
_MAC_BYTES = 32
_SECTOR_BYTES = 512
"""A place is a sector, which a disk writes whole or not at all."""


class LogEnd(NamedTuple):
    """How many records a log holds, and the raw hash of the last one; zeros for an empty one."""

    size: int = 0
    hash: bytes = bytes(32)


class HighWaterMark:
    """The mark of one open store.

    Args:
        path: its file.
        key: K_mark, 32 bytes.
    """

    def __init__(self, path: Path, key: bytes) -> None:
        self._path = path
        self._key = key
        self._file: BinaryIO | None = None
        self._turn = 0

    def begin(self, end: LogEnd) -> None:
        """Make the file anew, durable: the store is new, or its keys are."""
        self.close()
        with translated():
            write_whole(self._path, [self._sector(end) * 2])
            self._file = self._path.open("r+b", buffering=0)

    def check(self, end: LogEnd, hash_at: Callable[[int], bytes | None]) -> None:
        """Hold the log against the mark, and bring the mark up to it.

        Args:
            end: how far the log has come.
            hash_at: the raw hash of the record at a place of the log.

        Raises:
            StoreFailure: store.mark_lost: none that this key made; store.behind_mark: the log does
                not hold what it held when the mark was written.
        """
        self.close()
        with translated():
            try:
                self._file = self._path.open("r+b", buffering=0)
            except FileNotFoundError as failure:
                raise StoreFailure("store.mark_lost") from failure
            sectors = self._file.read(2 * _SECTOR_BYTES)
        places = [self._read(sectors[at:][:_SECTOR_BYTES]) for at in (0, _SECTOR_BYTES)]
        marked = max((place for place in places if place is not None), default=None)
        if marked is None:
            raise StoreFailure("store.mark_lost")
        if marked.size and hash_at(marked.size) != marked.hash:
            raise StoreFailure("store.behind_mark", here=end.size, marked=marked.size)
        self._turn = 1 - places.index(marked)
        self.reach(end)

    def reach(self, end: LogEnd) -> None:
        """Say that the log has come so far, after the commit that brought it there.

        The commit holds whether or not this can be written: a mark that stays behind is right.
        """
        if self._file is not None:
            with suppress(OSError):
                self._file.seek(self._turn * _SECTOR_BYTES)
                self._file.write(self._sector(end))
                self._turn = 1 - self._turn

    def close(self) -> None:
        """Make what was written durable, and close the file."""
        file, self._file = self._file, None
        if file is not None:
            with file, suppress(OSError):
                os.fsync(file.fileno())

    def _sector(self, end: LogEnd) -> bytes:
        body = _BODY.pack(_LABEL, *end)
        mac = hmac.digest(self._key, body, "sha256")
        return (body + mac).ljust(_SECTOR_BYTES, b"\0")

    def _read(self, sector: bytes) -> LogEnd | None:
        body, mac = sector[: _BODY.size], sector[_BODY.size :][:_MAC_BYTES]
        if not hmac.compare_digest(hmac.digest(self._key, body, "sha256"), mac):
            return None
        _, size, digest = _BODY.unpack(body)
        return LogEnd(size, digest)
