"""What `chuangkou-uplink` wrote down of its last round, read by the centre beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from sync.typed import from_json

if TYPE_CHECKING:
    from pathlib import Path

LOST = "uplink.lines_missing"


class Round(msgspec.Struct, frozen=True, kw_only=True):
    """How a round went: when (ms), by which failure it ended, "" for none, and of what."""

    at: int
    failure: str = ""
    details: dict[str, str | int] = {}
    lines: int | None = None
    arrived: int | None = None


def write_round(path: Path, said: Round) -> None:
    """Write down how a round went; whoever reads meanwhile finds this one or the last."""
    written = path.with_suffix(".next")
    written.write_bytes(msgspec.json.encode(said))
    written.replace(path)


def lost_above(path: Path) -> dict[str, str | int] | None:
    """Return what the upper centre has of this centre's own and this one lacks; None for nothing.

    Without an uplink there is no such file; what cannot be read says nothing.
    """
    try:
        said = from_json(path.read_bytes(), Round)
    except (OSError, msgspec.MsgspecError):
        return None
    return said.details if said.failure == LOST else None
