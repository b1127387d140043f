"""Card, session and line as screens show them: plain values, every moment aware."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from client.app.rows.words import Words


class CardPresence(StrEnum):
    """What the reader says."""

    NO_READER = "no_reader"
    EMPTY = "empty"
    READING = "reading"
    READY = "ready"  # one of ours: holder is known
    UNUSABLE = "unusable"  # problem says why: foreign, expired, revoked, blocked …


@dataclass(frozen=True, slots=True)
class CardView:
    """The card as the top bar and the login page show it."""

    presence: CardPresence
    reader: str | None = None
    holder: str | None = None  # the name on the certificate
    person: str | None = None
    tries_left: int | None = None
    expires_in_days: int | None = None  # said when 30 or fewer
    problem: Words | None = None
    has_no_place: bool = False  # of this centre, but without a slot here: a colleague adds it
    places: tuple[str, ...] = ()  # readers and USB keys' slots, the one in use first
    token: bool = False  # a USB key: its maker says what a PIN is like and who unlocks it

    @property
    def answers(self) -> bool:
        """Say whether it is a card of ours that can be spoken to, blocked or without a place too.

        Its PIN can be changed then, whatever else it cannot be used for.
        """
        return self.presence is CardPresence.READY or self.holder is not None


@dataclass(frozen=True, slots=True)
class SessionView:
    """Who is at the window, and in what capacity."""

    person: str
    name: str
    hall: str  # code
    hall_name: str
    department: str  # code
    department_name: str
    counter: str  # e.g. "3号窗口"
    roles: tuple[str, ...]  # role codes; text under role.<code>
    powers: tuple[str, ...]
    opened_at: datetime
    online: bool


class LinePhase(StrEnum):
    """The line to the centre in one word; text under sync.<phase>."""

    OFFLINE = "offline"
    CONNECTING = "connecting"
    SYNCING = "syncing"
    SYNCED = "synced"
    LOCKED = "locked"
    PRACTICE = "practice"  # the practice hall: there is no centre


@dataclass(frozen=True, slots=True)
class LineView:
    """The one model of the sync state, shown the same everywhere."""

    phase: LinePhase
    pending: int = 0  # events not yet answered
    uploads: int = 0  # pages not yet with the centre
    exceptions: int = 0
    last_ok: datetime | None = None
    problem: Words | None = None
    lease_until: datetime | None = None
    cases_left: int | None = None  # of the lease's number block
    clock_offset_s: int = 0  # centre minus this machine; shown beyond 120
