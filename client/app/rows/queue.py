"""The hall's queue and its appointments as screens show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

    from client.app.rows.words import Words


@dataclass(frozen=True, slots=True)
class TicketRow:
    """One open number; `whom` names the department or window that it is for, "" anybody."""

    number: str
    kind: str  # the class's name
    state: str  # text under queue.state.<state>
    since: datetime
    whom: str = ""
    counter: str = ""  # who has it, or had it last
    why: str = ""  # text under queue.rule.<why>
    calls: int = 0
    first: str = ""  # who was asked first: window and clerk
    case: str = ""
    mine: bool = False
    local: bool = False  # drawn here without the line


@dataclass(frozen=True, slots=True)
class ClassCount:
    """How many of one class wait whom this window may call, and in the whole hall."""

    code: str
    name: str
    letter: str
    waiting: int


@dataclass(frozen=True, slots=True)
class QueueView:
    """The queue as this window sees it; `online` False: its own numbers alone."""

    online: bool
    mine: TicketRow | None
    classes: tuple[ClassCount, ...]
    tickets: tuple[TicketRow, ...]
    counters: tuple[tuple[str, str], ...]  # (device, name) of the hall's other windows
    departments: tuple[tuple[str, str], ...]
    rule: tuple[Words, ...]
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class SlotRow:
    """One time of a day."""

    start: datetime
    room: int
    taken: int
    open: bool  # it can still be had
    extended: bool = False  # beyond office hours (延时服务)


@dataclass(frozen=True, slots=True)
class BookingRow:
    """One appointment."""

    number: str
    start: datetime
    name: str
    phone: str
    state: str  # text under booking.state.<state>
    counter: str = ""
    ticket: str = ""
    code: str = ""
    live: bool = False
    dev: str = ""  # of the one window that it is with
    fast: bool = False  # on the green channel


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """Hours of service beyond office hours: weekdays from 1 Monday, minutes of the day."""

    days: tuple[int, ...]
    begins: int
    ends: int


@dataclass(frozen=True, slots=True)
class BookingsView:
    """One department's day."""

    days: tuple[date, ...]
    day: date
    department: str
    slots: tuple[SlotRow, ...]
    bookings: tuple[BookingRow, ...]
    departments: tuple[tuple[str, str], ...]
    dev: str = ""  # whose times these are, "" any window's
    counters: tuple[tuple[str, str], ...] = ()  # (device, name) of the hall's windows
    service: tuple[ServiceRow, ...] = ()
