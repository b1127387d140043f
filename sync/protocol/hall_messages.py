"""The bodies of the hall's routes: its queue and its appointments (docs/PROTOCOL.md §11).

No `from __future__ import annotations` here: msgspec reads these annotations. They are centre-side
state and no events: docs/adr/016 says why.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from sync.domain.bookings import Booking, Slot
from sync.domain.tickets import Ticket
from sync.protocol.records import CaseNumber, Count, Ms, Text64, Uuid7

#: Numbers that one window draws without the line in one day, at most.
BROUGHT_MAX = 200

Day = Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")]
QueueAct = Literal[
    "draw", "next", "again", "pass", "back", "hand", "serve", "done", "leave", "bring"
]
BookingAct = Literal["book", "move", "cancel", "arrive"]


class QueueCall(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """POST /v1/queue/act: one act; the same id again is the same act.

    `kind` and `department` are a drawn number's; `wanted` (a window's device) or `department` says
    to whom one is handed; `case` what its visitor is served for; `tickets` are brought.
    """

    id: Uuid7
    act: QueueAct
    number: Text64 = ""
    kind: Text64 = ""
    department: Text64 = ""
    wanted: Text64 = ""
    case: CaseNumber | None = None
    tickets: Annotated[list[Ticket], Meta(max_length=BROUGHT_MAX)] = []


class QueueAnswer(Struct, frozen=True, kw_only=True):
    """The hall's queue as it stands: every open number of the day, and the one acted on.

    `number` is that one, "" when only looked at; `ahead` how many are called before it.
    """

    day: Day
    rev: Count
    t: Ms
    tickets: list[Ticket]
    number: str = ""
    ahead: Count = 0


class BookingsCall(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """POST /v1/bookings/look: what a department's times of one day are, and who has them."""

    day: Day
    department: Text64
    dev: Text64 = ""


class BookingsAnswer(Struct, frozen=True, kw_only=True):
    """The days for which appointments are given, one day's times, and its appointments."""

    days: list[Day]
    slots: list[Slot]
    bookings: list[Booking]
    t: Ms


class BookingCall(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """POST /v1/bookings/act: make one, move it, give it back, say that its applicant is here.

    The same id again is the same act. `start` is the time wanted; of a new one also the rest.
    """

    id: Uuid7
    act: BookingAct
    number: Text64 = ""
    start: Ms = 0
    department: Text64 = ""
    dev: Text64 = ""
    item: Text64 = ""
    name: Annotated[str, Meta(max_length=128)] = ""
    phone: Text64 = ""
    fast: bool = False


class BookingAnswer(Struct, frozen=True, kw_only=True):
    """The appointment as it stands now; after an arrival also its number and who is before it."""

    booking: Booking
    ticket: Ticket | None = None
    ahead: Count = 0
