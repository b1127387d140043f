"""What listeners are told of: changes, as plain values. Nothing here holds a live object."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from client.app.rows.messages import MessageRow
    from client.app.rows.session import CardView, LineView, SessionView
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


DeskNews = (
    CardChanged
    | SessionOpened
    | SessionLocked
    | SessionClosed
    | LineChanged
    | CasesChanged
    | UrgeArrived
)
