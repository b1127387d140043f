"""The high-water mark: how far the log had come, outside the file that could be put back.

SQLCipher takes an old file, and an old page, for good. So beside it stands `store.mark`: the number
of records in the log and the hash of the last one, and, once the store was closed, the hash of its
file; under a key of its own (proof.md §8). It is written after each commit without waiting for the
disk: what a power cut leaves of it may be older than the store, never newer, and a store that is
ahead of its mark is right. Two places take turns, so that a write that is cut off spoils only the
older one.

It notices a store file that was put back, not a whole folder with its mark: that the centre does,
see `SyncSide.apply_pull`.
"""

from __future__ import annotations

import hashlib
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
_BODY = struct.Struct(f">{len(_LABEL)}sQ32s32sQ")
_MAC_BYTES = 32
_SECTOR_BYTES = 512
"""A place is a sector, which a disk writes whole or not at all."""
_OPEN = bytes(32)
"""Instead of the file's hash while the store is open, and after an end without a last word."""


class LogEnd(NamedTuple):
    """How many records a log holds, and the raw hash of the last one; zeros for an empty one."""

    size: int = 0
    hash: bytes = bytes(32)


class _Said(NamedTuple):
    """What one place says; `turn` grows with each writing."""

    turn: int
    end: LogEnd
    file: bytes


class HighWaterMark:
    """The mark of one store, first `unseal`, then, with the store open, `check` and `start`.

    Args:
        path: its file.
        key: K_mark, 32 bytes.
        store: the store's file; hashed while nobody has it open.
    """

    def __init__(self, path: Path, key: bytes, store: Path) -> None:
        self._path = path
        self._key = key
        self._store = store
        self._file: BinaryIO | None = None
        self._turn = 0
        self._end = LogEnd()

    def unseal(self) -> bool:
        """Say whether the store's file may be the one that was closed, before anybody opens it.

        It is forgotten then, durable, for opening may change the file. After an end without a last
        word nobody knows: True. A file that is not the one stays known as such.
        """
        said = self._newest()
        if said is None or said.file == _OPEN:
            return True
        if said.file != _hash_of(self._store):
            return False
        self._turn, self._end = said.turn + 1, said.end
        with translated():
            self._take()
            self._write(_OPEN)
            self._sync()
        self._let_go()
        return True

    def begin(self, end: LogEnd) -> None:
        """Make the file anew, durable: the store is new, or its keys are; then `start`."""
        self._end = end
        with translated():
            write_whole(self._path, [self._sector(_OPEN), self._sector(_OPEN)])

    def check(self, end: LogEnd, hash_at: Callable[[int], bytes | None]) -> None:
        """Hold the log against the mark.

        Args:
            end: how far the log has come.
            hash_at: the raw hash of the record at a place of the log.

        Raises:
            StoreFailure: store.mark_lost: none that this key made; store.behind_mark: the log does
                not hold what it held when the mark was written.
        """
        said = self._newest()
        if said is None:
            raise StoreFailure("store.mark_lost")
        marked = said.end
        if marked.size and hash_at(marked.size) != marked.hash:
            raise StoreFailure("store.behind_mark", here=end.size, marked=marked.size)
        self._turn = said.turn + 1

    def start(self, end: LogEnd) -> None:
        """Say how far the log has come, now and by `reach` from here on; `check` has held."""
        with translated():
            self._take()
        self.reach(end)

    def reach(self, end: LogEnd) -> None:
        """Say that the log has come so far, after the commit that brought it there.

        The commit holds whether or not this can be written: a mark that stays behind is right.
        """
        self._end = end
        with suppress(OSError):
            self._write(_OPEN)

    def close(self) -> None:
        """Say, durable, with which file the store was closed; it is closed already."""
        with suppress(OSError, StoreFailure):
            self._write(_hash_of(self._store))
            self._sync()
        self._let_go()

    def abandon(self) -> None:
        """Let go of the file without a last word: the store was not closed in order."""
        self._let_go()

    def _let_go(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            file.close()

    def _take(self) -> None:
        self._let_go()
        self._file = self._path.open("r+b", buffering=0)

    def _sync(self) -> None:
        if self._file is not None:
            os.fsync(self._file.fileno())

    def _write(self, file: bytes) -> None:
        if self._file is not None:
            self._file.seek(self._turn % 2 * _SECTOR_BYTES)
            self._file.write(self._sector(file))
            self._turn += 1

    def _sector(self, file: bytes) -> bytes:
        body = _BODY.pack(_LABEL, *self._end, file, self._turn)
        mac = hmac.digest(self._key, body, "sha256")
        return (body + mac).ljust(_SECTOR_BYTES, b"\0")

    def _newest(self) -> _Said | None:
        with translated():
            try:
                text = self._path.read_bytes()
            except FileNotFoundError:
                return None
        said = (self._read(text[at:][:_SECTOR_BYTES]) for at in (0, _SECTOR_BYTES))
        return max((place for place in said if place is not None), default=None)

    def _read(self, sector: bytes) -> _Said | None:
        body, mac = sector[: _BODY.size], sector[_BODY.size :][:_MAC_BYTES]
        if not hmac.compare_digest(hmac.digest(self._key, body, "sha256"), mac):
            return None
        _, size, digest, file, turn = _BODY.unpack(body)
        return _Said(turn, LogEnd(size, digest), file)


def _hash_of(store: Path) -> bytes:
    """Return the hash of a closed store's file; zeros where it is gone or needs its log yet.

    Raises:
        StoreFailure: it cannot be read.
    """
    with translated():
        log = store.with_name(f"{store.name}-wal")
        if log.exists() and log.stat().st_size:
            return _OPEN
        try:
            with store.open("rb") as stream:
                return hashlib.file_digest(stream, "sha256").digest()
        except FileNotFoundError:
            return _OPEN
