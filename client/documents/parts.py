"""What goes into the file of a case: papers, pages, events, each with its name and its bytes."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Part:
    """One thing in the file: how it is called, its file's name, its media type, its bytes."""

    name: str
    file: str
    type: str
    data: bytes

    @property
    def sha256(self) -> str:
        """Return the hash of the bytes, in hexadecimal."""
        return hashlib.sha256(self.data).hexdigest()


def events_part(name: str, lines: Sequence[object]) -> Part:
    """Return the case's events, a JSON object a line, as signed and answered."""
    text = "\n".join(json.dumps(line, ensure_ascii=False, sort_keys=True) for line in lines)
    return Part(name, "events.jsonl", "application/x-ndjson", f"{text}\n".encode())
