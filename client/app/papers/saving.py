"""Write a paper where a person said: whole, or not at all. Crunch lane."""

from __future__ import annotations

from typing import TYPE_CHECKING

from client.app.failures import AppFailure
from sync.domain.failures import FailureKind

if TYPE_CHECKING:
    from pathlib import Path


def saved(path: Path, data: bytes) -> None:
    """Write a file; a full disk, or a stick that is pulled, leaves what stood there before.

    Raises:
        AppFailure: app.file_not_written.
    """
    part = path.with_name(f"{path.name}.part")
    try:
        try:
            part.write_bytes(data)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as failure:
        raise AppFailure("app.file_not_written", FailureKind.RETRIABLE) from failure
