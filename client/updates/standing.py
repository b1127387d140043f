"""What a window left behind, in plain beside its encrypted store: for whoever changes versions.

An update is put in while nobody is there who could open the store. The note says nothing of any
case or person: the number of the tables, of the wire, and how many events wait.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import msgspec

from sync.typed import from_json

if TYPE_CHECKING:
    from pathlib import Path

NAME = "standing.json"

_LARGEST = 4096
_CAREFUL = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)  # Windows has neither


class Standing(msgspec.Struct, frozen=True):
    """A store as its window last saw it.

    Attributes:
        store: the number of its tables.
        wire: the wire that waiting events are written for; see sync.protocol.version.
        waiting: how many wait to be sent.
    """

    store: Annotated[int, msgspec.Meta(ge=0)]
    wire: str
    waiting: Annotated[int, msgspec.Meta(ge=0)]


def note(folder: Path, standing: Standing) -> None:
    """Write it down in a store's folder; where that fails, no older note may speak for it."""
    part = folder / f"{NAME}.part"
    try:
        part.write_bytes(msgspec.json.encode(standing))
        part.replace(folder / NAME)
    except OSError:
        for name in (part, folder / NAME):
            with suppress(OSError):
                name.unlink(missing_ok=True)


def read(folder: Path) -> Standing:
    """Return what a store's folder says of itself; UNKNOWN where it says nothing that is clear.

    It is another user's file, read by root: a link is not followed, a pipe is not waited for, and
    no more is read than a note can hold.
    """
    try:
        descriptor = os.open(folder / NAME, os.O_RDONLY | _CAREFUL)
    except OSError:
        return UNKNOWN
    try:
        content = os.read(descriptor, _LARGEST)
        return from_json(content, Standing)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):  # a folder of that name, rubbish
        return UNKNOWN
    finally:
        os.close(descriptor)


UNKNOWN = Standing(store=2**31, wire="", waiting=1)
"""Of a store without a clear note: no version is known to read it."""
