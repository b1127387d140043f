"""The bodies of the routes of windows' own backups (docs/PROTOCOL.md §11, docs/adr/037).

No `from __future__ import annotations` here: msgspec reads these annotations. What is in a backup
the centre cannot read; all that it says is whose it is, how large, of when, and whether its bytes
are still those that came.
"""

from typing import Annotated

from msgspec import Meta, Struct

from sync.protocol.limits import INTEGER_MAX
from sync.protocol.messages import Sha256Hex
from sync.protocol.records import Count, Ms

#: Backups of an incarnation are counted from 1.
Number = Annotated[int, Meta(ge=1, le=INTEGER_MAX)]


class BackupHead(Struct, frozen=True, kw_only=True):
    """One backup that the centre keeps: of which incarnation, its number, when it came.

    `checked` is when its bytes were last read again; `damaged` says that they were not what came.
    """

    inc: Number
    n: Number
    at: Ms
    size: Count
    sha256: Sha256Hex
    checked: Ms
    damaged: bool


class BackupsAnswer(Struct, frozen=True, kw_only=True):
    """The backups of whoever asks and of its former incarnations, the newest first."""

    kept: list[BackupHead]
    t: Ms


class BackupKept(Struct, frozen=True, kw_only=True):
    """What became of a backup: the hash is that of the bytes as they were read back."""

    n: Number
    sha256: Sha256Hex
    size: Count
    at: Ms
