"""Attachments at rest: one sealed file each, under a name that says nothing of its content."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sync.protocol.errors import WireError

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet
    from pathlib import Path

_NONCE = 12


def sync_folder(folder: Path) -> None:
    """Have a folder's names on the disk: renaming a file does not say so of itself."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class SealedFiles:
    """Files sealed with AES-256-GCM (see services.ports.files.FileVault).

    Args:
        folder: where they lie; made if missing.
        key: 32 bytes, of the centre's own keys.
    """

    def __init__(self, folder: Path, key: bytes) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder = folder
        self._name_key = hashlib.sha256(b"name" + key).digest()
        self._aead = AESGCM(hashlib.sha256(b"seal" + key).digest())

    def keep(self, sha256: str, data: bytes) -> str:
        """Seal bytes; returns the file's name. Durable on return; OSError leaves nothing."""
        name = hmac.new(self._name_key, sha256.encode(), hashlib.sha256).hexdigest()
        path = self._folder / name[:2] / name
        if path.exists():
            return name
        if not path.parent.exists():
            path.parent.mkdir(exist_ok=True, mode=0o700)
            sync_folder(self._folder)
        nonce = os.urandom(_NONCE)
        fresh = path.with_name(f"{name}.{os.urandom(4).hex()}")
        try:
            with fresh.open("wb") as stream:
                stream.write(nonce + self._aead.encrypt(nonce, data, sha256.encode()))
                stream.flush()
                os.fsync(stream.fileno())
            fresh.replace(path)
        except OSError:
            fresh.unlink(missing_ok=True)  # a full disk keeps no half of it
            raise
        sync_folder(path.parent)  # the bytes are on the disk: now their name is, too
        return name

    def has(self, name: str) -> bool:
        """Say whether a sealed file is there; not whether it opens."""
        return (self._folder / name[:2] / name).is_file()

    def destroy(self, name: str) -> None:
        """Destroy a sealed file; one that is gone is gone."""
        (self._folder / name[:2] / name).unlink(missing_ok=True)

    def sweep(self, known: AbstractSet[str], before_ms: int) -> int:
        """Destroy files from before a moment whose names are not known; return how many.

        Younger ones may be on their way: their rows are written after them.
        """
        swept = 0
        for path in self._folder.glob("??/*"):
            with contextlib.suppress(FileNotFoundError):  # another process was first
                if path.name not in known and path.stat().st_mtime * 1000 < before_ms:
                    path.unlink()
                    swept += 1
        return swept

    def fetch(self, name: str, sha256: str) -> bytes:
        """Open a sealed file.

        Raises:
            WireError: wire.attachment_missing when it is gone or damaged.
        """
        try:
            sealed = (self._folder / name[:2] / name).read_bytes()
            return self._aead.decrypt(sealed[:_NONCE], sealed[_NONCE:], sha256.encode())
        except (OSError, InvalidTag, ValueError) as error:
            raise WireError("wire.attachment_missing") from error
