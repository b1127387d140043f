"""Tell a wrong key from a damaged file: SQLCipher itself answers both alike.

Beside the store stands `store.check` with a short mark of the key that opens it; while the key is
being changed, of both. The mark is a keyed hash of a fixed text under a random 256-bit key: it
gives nothing away.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

import msgspec

from client.store.failures import translated
from client.store.files import write_whole
from sync.typed import from_json

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_LABEL = b"hall/store/check/v1"


class _Marks(msgspec.Struct, frozen=True):
    v: int
    marks: list[str]


def mark_of(key: bytes) -> str:
    """Return the mark of a database key: 32 hexadecimal characters."""
    return hmac.digest(key, _LABEL, "sha256")[:16].hex()


def read_marks(path: Path) -> list[str] | None:
    """Return the marks that stand beside the store, None where there are none to be read."""
    with translated():
        try:
            return from_json(path.read_bytes(), _Marks).marks
        except (FileNotFoundError, msgspec.DecodeError, UnicodeDecodeError):
            return None


def write_marks(path: Path, keys: Sequence[bytes]) -> None:
    """Write the marks of the keys that may open the store from now on."""
    marks = _Marks(1, [mark_of(key) for key in keys])
    with translated():
        write_whole(path, [msgspec.json.encode(marks)])
