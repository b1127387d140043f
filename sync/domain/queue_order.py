"""Who is called next, and by which sentence of the rule (TM21, TM25). Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.domain.queue_rule import APPOINTED
from sync.domain.tickets import Hand, Why

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sync.domain.queue_rule import QueueRule
    from sync.domain.tickets import Queue, Ticket

_MINUTE_MS = 60_000


def preferred(ticket: Ticket, rule: QueueRule, now: int) -> bool:
    """Say whether a number comes before others now: an appointment does from its time on."""
    found = rule.of(ticket.kind)
    if found is None or not found.preferred:
        return False
    early = rule.early_min * _MINUTE_MS if ticket.kind == APPOINTED else 0
    return now >= ticket.since - early


def choose(
    waiting: Iterable[Ticket], hand: Hand, rule: QueueRule, now: int, streak: int
) -> tuple[Ticket, Why] | None:
    """Return whom a window calls next and why; None when nobody waits whom it may call."""
    most = rule.wait_most_min * _MINUTE_MS
    fit, long = [], []
    for ticket in waiting:
        waited_long = now - max(ticket.since, ticket.drawn) >= most
        # Whoever was handed to a window that does not call him is anybody's after that time.
        if hand.serves(ticket) or (waited_long and hand.could_serve(ticket)):
            fit.append(ticket)
            long += [ticket] if waited_long else []
    handed = [ticket for ticket in fit if ticket.wanted and ticket.wanted == hand.dev]
    if handed:
        return min(handed, key=_age), Why.TRANSFERRED
    if long:
        return min(long, key=_age), Why.WAITED_LONG
    first = [ticket for ticket in fit if preferred(ticket, rule, now)]
    others = [ticket for ticket in fit if not preferred(ticket, rule, now)]
    if others and (not first or streak >= rule.turns):
        return min(others, key=_age), Why.TURN_OF_OTHERS if first else Why.ORDER
    if first:
        return min(first, key=lambda t: (rule.rank(t.kind), *_age(t))), Why.RANK
    return None


def ahead_of(queue: Queue, ticket: Ticket, rule: QueueRule, now: int) -> int:
    """Return how many would be called before a number if one window called them all.

    What a slip says, so an estimate: other windows call too, and appointments still arrive.
    """
    left = {t.number: t for t in queue.waiting() if rival(t, ticket)}
    left[ticket.number] = ticket
    alone = Hand(ticket.wanted, "", "")
    streak = queue.streak
    for count in range(len(left)):
        chosen = choose(left.values(), alone, rule, now, streak)
        if chosen is None or chosen[0].number == ticket.number:
            return count
        streak = streak_after(chosen[0], left.values(), alone, rule, now, streak)
        del left[chosen[0].number]
    return 0


def rival(other: Ticket, ticket: Ticket) -> bool:
    """Say whether some window might have to choose between two numbers."""
    if other.wanted or ticket.wanted:
        return other.wanted == ticket.wanted
    return not other.department or not ticket.department or other.department == ticket.department


def _age(ticket: Ticket) -> tuple[int, int, str]:
    return ticket.since, ticket.drawn, ticket.number


def streak_after(
    called: Ticket,
    waiting: Iterable[Ticket],
    hand: Hand,
    rule: QueueRule,
    now: int,
    streak: int,
) -> int:
    """Return how many preferred numbers in a row were called while somebody else waited."""
    if not preferred(called, rule, now):
        return 0
    others = (t for t in waiting if hand.serves(t) and not preferred(t, rule, now))
    return streak + 1 if any(True for _ in others) else streak
