"""What may happen to a number: drawn, called, passed, handed over, served. Pure, without a clock.

Every function takes the queue as it stands and returns what it becomes, or raises a QueueFailure
and changes nothing. The centre runs them under the hall's lock, so no number is called by two
windows; a window whose line is out runs the same ones over numbers that it drew itself
(docs/adr/016). Sources: IN01, TM21, TM25, TM27.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sync.domain.queue_order import choose, rival, streak_after
from sync.domain.tickets import IN_HAND, QueueFailure, Ticket, TicketState, Why

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sync.domain.queue_rule import QueueRule
    from sync.domain.tickets import Hand, Queue

Moved = tuple["Queue", Ticket]
"""The queue afterwards, and the number that it was about."""


def draw(  # noqa: PLR0913  # a number's own members
    queue: Queue,
    rule: QueueRule,
    kind: str,
    now: int,
    *,
    department: str = "",
    booking: str = "",
    since: int = 0,
) -> Moved:
    """Draw a number (取号).

    Raises:
        QueueFailure: queue.class_unknown.
    """
    found = rule.of(kind)
    if found is None:
        raise QueueFailure("queue.class_unknown", kind=kind)
    count = queue.drawn.get(kind, 0) + 1
    number = f"{found.letter}{count:03d}"
    if queue.mark:
        number = f"{found.letter}{queue.mark}-{count:02d}"
    ticket = Ticket(
        hall=queue.hall,
        day=queue.day,
        number=number,
        kind=kind,
        department=department,
        state=TicketState.WAITING,
        drawn=now,
        since=since or now,
        booking=booking,
    )
    return replace(queue.with_(ticket), drawn={**queue.drawn, kind: count}), ticket


def call_next(queue: Queue, rule: QueueRule, hand: Hand, now: int) -> Moved:
    """Call the next number (叫号); one that is served here is over with it.

    Raises:
        QueueFailure: queue.in_hand: called, and neither served nor passed; queue.nobody_waits.
    """
    held = queue.in_hand(hand.dev)
    if held is not None and held.state is TicketState.CALLED:
        raise QueueFailure("queue.in_hand", number=held.number)
    chosen = choose(queue.waiting(), hand, rule, now, queue.streak)
    if chosen is None:
        raise QueueFailure("queue.nobody_waits")
    if held is not None:
        queue, _ = finish(queue, hand, held.number, now)
    ticket, why = chosen
    streak = queue.streak
    if why in {Why.RANK, Why.TURN_OF_OTHERS, Why.ORDER}:
        streak = streak_after(ticket, queue.waiting(), hand, rule, now, streak)
    called = replace(
        ticket,
        state=TicketState.CALLED,
        dev=hand.dev,
        counter=hand.counter,
        person=hand.person,
        called=now,
        calls=1,
        why=why,
    )
    return replace(queue.with_(called), streak=streak), called


def call_again(queue: Queue, hand: Hand, number: str) -> Moved:
    """Call a number once more (重呼).

    Raises:
        QueueFailure: queue.unknown, queue.not_yours.
    """
    ticket = _held(queue, hand, number, {TicketState.CALLED})
    return _with(queue, replace(ticket, calls=ticket.calls + 1))


def pass_over(queue: Queue, rule: QueueRule, hand: Hand, number: str, now: int) -> Moved:
    """Say that nobody came (过号); after `passes` times the number is over.

    Raises:
        QueueFailure: queue.unknown, queue.not_yours.
    """
    ticket = _held(queue, hand, number, {TicketState.CALLED})
    passes = ticket.passes + 1
    if passes >= rule.passes:
        return _with(queue, replace(ticket, passes=passes, state=TicketState.LEFT, ended=now))
    return _with(queue, replace(ticket, passes=passes, state=TicketState.AWAY))


def come_back(queue: Queue, rule: QueueRule, number: str, now: int) -> Moved:
    """Take a visitor back who was called and absent: he waits behind `behind` others.

    Raises:
        QueueFailure: queue.unknown, queue.not_away.
    """
    ticket = queue.of(number)
    if ticket.state is not TicketState.AWAY:
        raise QueueFailure("queue.not_away", number=number)
    waiting = sorted(t.since for t in queue.waiting() if rival(t, ticket))
    since = waiting[rule.behind - 1] + 1 if rule.behind <= len(waiting) else now
    return _with(queue, replace(ticket, state=TicketState.WAITING, since=since))


def hand_over(
    queue: Queue, hand: Hand, number: str, now: int, *, wanted: str = "", department: str = ""
) -> Moved:
    """Send a visitor on to another window, or to a department's windows (转号).

    Raises:
        QueueFailure: queue.unknown, queue.not_yours; queue.counter_unknown: to itself, to nobody.
    """
    ticket = _held(queue, hand, number, IN_HAND)
    if wanted == hand.dev or not (wanted or department):
        raise QueueFailure("queue.counter_unknown", counter=wanted)
    sent = replace(
        ticket,
        state=TicketState.WAITING,
        wanted=wanted,
        department=department or ticket.department,
        since=now,
        passes=0,
    )
    return _with(queue, sent)


def serve(queue: Queue, hand: Hand, number: str, now: int, case: str = "") -> Moved:
    """Say that the visitor is here; with `case` also what he is served for.

    The window that serves him first stays named (首问负责, TM27).

    Raises:
        QueueFailure: queue.unknown, queue.not_yours.
    """
    ticket = _held(queue, hand, number, IN_HAND)
    served = replace(
        ticket,
        state=TicketState.SERVING,
        served=ticket.served or now,
        case=case or ticket.case,
        first_counter=ticket.first_counter or hand.counter,
        first_person=ticket.first_person or hand.person,
    )
    return _with(queue, served)


def finish(queue: Queue, hand: Hand, number: str, now: int) -> Moved:
    """Say that a visitor was served (办结); one who was only called was served by it.

    Raises:
        QueueFailure: queue.unknown, queue.not_yours.
    """
    queue, ticket = serve(queue, hand, number, now)
    return _with(queue, replace(ticket, state=TicketState.DONE, ended=now))


def leave(queue: Queue, number: str, now: int) -> Moved:
    """Give a number back that waits or whose visitor is away (弃号).

    Raises:
        QueueFailure: queue.unknown, queue.not_waiting.
    """
    ticket = queue.of(number)
    if ticket.state not in {TicketState.WAITING, TicketState.AWAY}:
        raise QueueFailure("queue.not_waiting", number=number)
    return _with(queue, replace(ticket, state=TicketState.LEFT, ended=now))


def over_by_night(ticket: Ticket, now: int) -> Ticket:
    """Return what becomes of a number that was open when its day ended."""
    served = ticket.state is TicketState.SERVING
    return replace(ticket, state=TicketState.DONE if served else TicketState.LEFT, ended=now)


def _with(queue: Queue, ticket: Ticket) -> Moved:
    return queue.with_(ticket), ticket


def _held(queue: Queue, hand: Hand, number: str, states: Iterable[TicketState]) -> Ticket:
    ticket = queue.of(number)
    if ticket.dev != hand.dev or ticket.state not in states:
        raise QueueFailure("queue.not_yours", number=number, counter=ticket.counter)
    return ticket
