"""What the page about updates shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class UpdateTimer:
    """The timer that puts updates in.

    Args:
        state: "on", "off", or "untold" where nobody can be asked; words under update.timer.<state>.
        next_at: when it comes next, None where it does not say.
    """

    state: str = "untold"
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class UpdateFound:
    """What a channel offers this window.

    Args:
        offered: the newest version on offer, "" for none.
        notes: what it changes, by language.
        waits: why it is not put in now; codes, words under update.<code>.
        size: bytes of its package where it was read and verified whole, else 0.
    """

    offered: str = ""
    notes: Mapping[str, str] = field(default_factory=dict)
    waits: tuple[str, ...] = ()
    size: int = 0


@dataclass(frozen=True, slots=True)
class UpdateStanding:
    """What this machine has, asked of nobody else.

    Args:
        running: the version of this window.
        installed: the version of the package, "" where the program came without one.
        source: where updates come from, "" where nobody said.
        timer: what puts them in.
        former: the version that would come back; "" where none is kept or it cannot be seen.
        may_change: this window's account may change the program.
    """

    running: str
    installed: str = ""
    source: str = ""
    timer: UpdateTimer = UpdateTimer()
    former: str = ""
    may_change: bool = False
