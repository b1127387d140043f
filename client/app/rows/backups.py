"""What the screens show of this window's own backup, as plain values (docs/adr/037)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003  # msgspec reads it
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sync.domain.failures import Failure


@dataclass(frozen=True, slots=True)
class BackupView:
    """How the own backup stands.

    Args:
        made: when the last good one was taken in by the centre; None while there is none.
        seen: when the centre last said that it has it whole.
        size: its bytes.
        left_out: pages that were too much for it.
        problem: why the newest try failed, None when it did not.
        busy: one is being made.
        kept: a centre keeps backups at all: False in practice.
    """

    made: datetime | None = None
    seen: datetime | None = None
    size: int = 0
    left_out: int = 0
    problem: Failure | None = None
    busy: bool = False
    kept: bool = True


@dataclass(frozen=True, slots=True)
class FormerBackup:
    """A backup that a former incarnation of this window left at the centre."""

    inc: int
    number: int
    at: datetime
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class LostStep:
    """A step that had reached nobody: to be entered again by a person, as a late record."""

    case: str
    kind: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Brought:
    """What came over from a backup; how many of each. `taken` settings of `settings` came in.

    While `wanting` is not 0, so many administrators' cards are wanting, and nothing came yet.
    """

    at: datetime | None = None
    drafts: int = 0
    bank: int = 0
    values: int = 0
    pages: int = 0
    settings: int = 0
    steps: tuple[LostStep, ...] = ()
    left_out: int = 0
    wanting: int = 0
