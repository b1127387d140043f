"""Numbers that visitors of a hall draw, and the queue that they make: values only.

A number holds no name: who came is known where he is served. Times are ms UTC, as on the wire.
`queue_order` says who is next, `queueing` what may happen to a number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping  # noqa: TC003  (members are read by these types)
from dataclasses import dataclass, field, replace
from enum import StrEnum

from sync.domain.failures import Failure

QUEUE = "queue/"
"""With a hall's code: the name under which news of its queue travels; it has no log."""

QUEUE_CODES: Mapping[str, str] = {
    "queue.class_unknown": "the hall's rule has no such class",
    "queue.unknown": "no such number today",
    "queue.nobody_waits": "nobody waits whom this window may call",
    "queue.in_hand": "this window has called a number and said nothing of it yet",
    "queue.not_yours": "this number is in no hand, or in another window's",
    "queue.not_waiting": "this number is not waiting any more",
    "queue.not_away": "this number was not called and absent",
    "queue.counter_unknown": "no such window or department in this hall",
    "queue.number_taken": "another window has drawn this number",
}


class QueueFailure(Failure):
    """What a rule of the hall's queue, or of its appointments, does not allow."""


class TicketState(StrEnum):
    """What a number waits for."""

    WAITING = "waiting"
    CALLED = "called"
    SERVING = "serving"
    AWAY = "away"  # called, and nobody came: he may come back
    DONE = "done"
    LEFT = "left"  # gone without being served


class Why(StrEnum):
    """By which sentence of the rule a number was called."""

    TRANSFERRED = "transferred"
    WAITED_LONG = "waited_long"
    TURN_OF_OTHERS = "turn_of_others"
    RANK = "rank"
    ORDER = "order"  # nobody preferred waits: who came first


OPEN = frozenset({"waiting", "called", "serving", "away"})
IN_HAND = frozenset({TicketState.CALLED, TicketState.SERVING})


@dataclass(frozen=True, slots=True)
class Ticket:
    """One number of one day. Times are ms UTC; 0 and "" mean: not yet, nobody, any.

    Args:
        number: as printed: letter and three digits; of one drawn without the line letter, the
            window's mark, a hyphen and two digits.
        kind: code of its class.
        department: whom it is for; "" anybody.
        state: see `TicketState`.
        drawn: when it was drawn.
        since: its place among its class: when it was drawn, or an appointment's time, or when
            its visitor came back.
        booking: number of the appointment that it came from.
        wanted: device of the window that it was handed to.
        dev, counter, person: device, name and clerk of the window that has it, or had it last.
        called, calls: when it was first called by that window, and how often.
        passes: how often nobody came.
        served, ended: when its visitor was first served, and when it was over.
        why: why it was called when it was.
        first_counter, first_person: who was asked first, and stays responsible (TM27).
        case: the case that it was served for.
    """

    hall: str
    day: str
    number: str
    kind: str
    department: str
    state: TicketState
    drawn: int
    since: int
    booking: str = ""
    wanted: str = ""
    dev: str = ""
    counter: str = ""
    person: str = ""
    called: int = 0
    calls: int = 0
    passes: int = 0
    served: int = 0
    ended: int = 0
    why: str = ""
    first_counter: str = ""
    first_person: str = ""
    case: str = ""


@dataclass(frozen=True, slots=True)
class Hand:
    """Who acts: a window, its clerk, and whom they may serve; None: everybody."""

    dev: str
    counter: str
    person: str
    departments: frozenset[str] | None = None

    def serves(self, ticket: Ticket) -> bool:
        """Say whether a number may be called here."""
        return ticket.wanted == self.dev if ticket.wanted else self.could_serve(ticket)

    def could_serve(self, ticket: Ticket) -> bool:
        """Say whether it is for a department of this window, to whomever it was handed."""
        return self.departments is None or ticket.department in {"", *self.departments}


@dataclass(frozen=True, slots=True)
class Queue:
    """A hall's day: the numbers looked at (all open ones), and what the next ones go by.

    Args:
        hall, day: whose, YYYY-MM-DD.
        tickets: by number.
        drawn: how many numbers of each class were drawn.
        streak: preferred calls in a row while somebody else waited.
        mark: of a window without the line, in its numbers; "" at the centre.
    """

    hall: str
    day: str
    tickets: Mapping[str, Ticket] = field(default_factory=dict)
    drawn: Mapping[str, int] = field(default_factory=dict)
    streak: int = 0
    mark: str = ""

    def of(self, number: str) -> Ticket:
        """Return a number.

        Raises:
            QueueFailure: queue.unknown.
        """
        found = self.tickets.get(number)
        if found is None:
            raise QueueFailure("queue.unknown", number=number)
        return found

    def waiting(self) -> tuple[Ticket, ...]:
        """Return who waits, in no order."""
        return tuple(t for t in self.tickets.values() if t.state is TicketState.WAITING)

    def in_hand(self, dev: str) -> Ticket | None:
        """Return the number that a window has called or serves."""
        held = (t for t in self.tickets.values() if t.dev == dev and t.state in IN_HAND)
        return next(held, None)

    def with_(self, *tickets: Ticket) -> Queue:
        """Return the queue with numbers replaced or added."""
        return replace(self, tickets={**self.tickets, **{t.number: t for t in tickets}})


def mark_of(dev: str) -> str:
    """Return what stands in the numbers that a window draws without the line."""
    return re.split(r"[^0-9A-Za-z]", dev)[-1].upper()[-4:]
