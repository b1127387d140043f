"""What listeners are told of: changes, as plain values. Nothing here holds a live object."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from client.app.rows.messages import MessageRow
    from client.app.rows.scanned import Scanned
    from client.app.rows.session import CardView, LineView, SessionView
    from sync.domain.failures import Failure
    from sync.engine.ports import ChangeSet


@dataclass(frozen=True, slots=True)
class CardChanged:
    """The card came, went, or was read."""

    card: CardView


@dataclass(frozen=True, slots=True)
class SessionOpened:
    """Somebody logged in."""

    session: SessionView


@dataclass(frozen=True, slots=True)
class SessionLocked:
    """The window is locked: screens go dark at once; `reason` under lock.<reason>.

    What can be sent is sent yet; `SessionClosed` says what then waits.
    """

    reason: str


@dataclass(frozen=True, slots=True)
class SessionClosed:
    """The store is closed after a lock."""

    waiting: int  # own steps without the centre's answer; they go at the next login


@dataclass(frozen=True, slots=True)
class LineChanged:
    """The line's state changed."""

    line: LineView


@dataclass(frozen=True, slots=True)
class CasesChanged:
    """Durable changes, own or pulled."""

    change: ChangeSet


@dataclass(frozen=True, slots=True)
class UrgeArrived:
    """The centre urges: shown calmly, never stealing the keyboard."""

    message: MessageRow


@dataclass(frozen=True, slots=True)
class QueueMoved:
    """The hall's queue has moved: a number was drawn, called, or served."""


@dataclass(frozen=True, slots=True)
class CounterHeard:
    """A card or a code was read at the counter.

    Args:
        found: what it means; None where it is nothing that this window knows.
        expired: the identity card's last day, where that is over.
    """

    found: Scanned | None
    expired: date | None = None


@dataclass(frozen=True, slots=True)
class CounterTrouble:
    """A device at the counter does not do its part; told once until it works again."""

    failure: Failure


DeskNews = (
    CardChanged
    | SessionOpened
    | SessionLocked
    | SessionClosed
    | LineChanged
    | CasesChanged
    | UrgeArrived
    | QueueMoved
    | CounterHeard
    | CounterTrouble
)
