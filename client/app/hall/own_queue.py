"""The numbers that a window draws and calls by itself while its line is out.

Kept in its encrypted store until the centre has them; the rules are those of the hall's queue
(docs/adr/016). Store lane.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from client.app.failures import AppFailure
from sync.domain import queueing
from sync.domain.calendar import china_day
from sync.domain.fields import ms_of
from sync.domain.tickets import IN_HAND, Hand, Queue, TicketState, mark_of
from sync.typed import json_reader

if TYPE_CHECKING:
    from client.app.session.workplace import Workplace
    from sync.domain.queue_rule import QueueRule
    from sync.domain.tickets import Ticket
    from sync.protocol.hall_messages import QueueCall

_KEPT = "queue.own"
_READ = json_reader(Queue)


def own_queue(place: Workplace) -> Queue:
    """Return today's own numbers; yesterday's that never reached the centre are over."""
    head = place.store.head()
    today = china_day(place.now()).isoformat()
    kept = place.store.get_meta(_KEPT)
    queue = None if kept is None else _READ.decode(kept)
    if queue is not None and (queue.day, queue.hall) == (today, place.session.hall):
        return queue
    return Queue(place.session.hall, today, mark=mark_of(head.dev if head else ""))


def keep(place: Workplace, queue: Queue) -> None:
    """Keep own numbers, durable."""
    place.store.put_meta(_KEPT, msgspec.json.encode(queue))


def in_hand(queue: Queue) -> Ticket | None:
    """Return the own number that this window has called or serves."""
    return next((t for t in queue.tickets.values() if t.state in IN_HAND), None)


def unsettled(ticket: Ticket | None) -> bool:
    """Say whether a number was called and nothing was said of it yet."""
    return ticket is not None and ticket.state is TicketState.CALLED


def to_bring(queue: Queue) -> list[Ticket]:
    """Return what the centre should have: not what this window still has in hand."""
    ends = (TicketState.DONE, TicketState.LEFT, TicketState.WAITING)
    return [ticket for ticket in queue.tickets.values() if ticket.state in ends]


def brought(queue: Queue, tickets: list[Ticket]) -> Queue:
    """Return the own queue without what the centre has now; its count goes on.

    Args:
        queue: as it is now.
        tickets: as they were when they were sent; one that has moved since stays.
    """
    gone = {ticket.number: ticket for ticket in tickets}
    left = {number: t for number, t in queue.tickets.items() if gone.get(number) != t}
    return replace(queue, tickets=left)


def act(place: Workplace, rule: QueueRule, call: QueueCall) -> tuple[Queue, str]:
    """Do one act on own numbers.

    Raises:
        QueueFailure: what the rule does not allow.
        AppFailure: app.queue_no_line: it needs the hall's queue.
    """
    queue, now = own_queue(place), ms_of(place.now())
    hand = Hand(_dev(place), place.session.counter, place.session.person)
    number = call.number
    acts = {
        "draw": lambda: queueing.draw(
            queue, rule, call.kind or rule.plain.code, now, department=call.department
        ),
        "next": lambda: queueing.call_next(queue, rule, hand, now),
        "again": lambda: queueing.call_again(queue, hand, number),
        "pass": lambda: queueing.pass_over(queue, rule, hand, number, now),
        "back": lambda: queueing.come_back(queue, rule, number, now),
        "serve": lambda: queueing.serve(queue, hand, number, now, call.case or ""),
        "done": lambda: queueing.finish(queue, hand, number, now),
        "leave": lambda: queueing.leave(queue, number, now),
    }
    if call.act not in acts:
        raise AppFailure("app.queue_no_line")
    queue, ticket = acts[call.act]()
    keep(place, queue)
    return queue, ticket.number


def _dev(place: Workplace) -> str:
    head = place.store.head()
    return head.dev if head else ""
