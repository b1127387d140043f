"""What the door shows; the classes of `ui.values` are not made before the first paint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from client.app.rows.words import Words
    from ui.values import Problem


@dataclass(frozen=True, slots=True)
class DoorFace:
    """The door (login or lock) as it looks now."""

    headline: Words
    mood: str = "calm"  # calm | reading | ready | refused
    advice: Words | None = None
    name: str = ""  # the holder's, to be recognised before the PIN is typed
    reader: str = ""
    places: tuple[str, ...] = ()  # where else a card can be
    can_enter: bool = False
    busy: bool = False
    problem: Problem | None = None
    tries_left: int | None = None
    lock: LockFace | None = None
    live: bool = False  # the desk stands behind it
    no_place: bool = False  # a card of this centre without a place here: no PIN is asked
    ask_colleague: bool = False  # … and nobody was asked yet to add it
    locked: bool = False  # its PIN is; the PUK opens it
    told: Words | None = None  # what was just done, or who is waited for


@dataclass(frozen=True, slots=True)
class LockFace:
    """Why the window is locked, and what waits."""

    reason: str  # text under lock.<reason>
    waiting: int | None  # own steps not yet answered; None while they are being sent
    who: str
    at: datetime
