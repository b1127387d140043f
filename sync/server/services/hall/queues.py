"""The queue of each hall at the centre: one place, under one lock, so no number is called twice.

Its state is the centre's and no chain of signed steps (docs/adr/016): a number is no act of
approval. Every act is written down with its window and its clerk. A unit that acts names
`lock(hall)` among its scopes.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sync.domain import queueing
from sync.domain.authority import Role
from sync.domain.bookings import BookingState, forget_before, missed
from sync.domain.calendar import china_day
from sync.domain.queue_order import ahead_of
from sync.domain.tickets import (
    OPEN,
    QUEUE,
    Hand,
    Queue,
    QueueFailure,
    Ticket,
    TicketState,
    mark_of,
)
from sync.protocol.errors import WireError
from sync.protocol.hall_messages import QueueAnswer
from sync.server.services.rows.hall import HallActRow, QueueRow

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sync.domain.queue_rule import QueueRule
    from sync.domain.queueing import Moved
    from sync.protocol.hall_messages import QueueCall
    from sync.server.clock import Clock
    from sync.server.services.entry.callers import Caller
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.record.policy import Policy

RECENT = 8
_EVERYBODY_S = (Role.RECEPTION_CLERK, Role.COMPREHENSIVE_CLERK, Role.HALL_MANAGER)
_AT_WINDOWS = (*_EVERYBODY_S, Role.WINDOW_CLERK, Role.CHIEF_REPRESENTATIVE, Role.CASHIER)
_BROUGHT_END = frozenset({TicketState.DONE, TicketState.LEFT, TicketState.WAITING})


def lock(hall: str) -> tuple[str, ...]:
    """Return what a unit that acts in a hall's queue takes."""
    return (f"{QUEUE}{hall}",)


@dataclass(frozen=True, slots=True)
class Board:
    """What a hall's display shows: numbers, windows, counts; nobody's name."""

    name: str
    rule: QueueRule
    day: str
    rev: int
    called: tuple[Ticket, ...]  # newest first
    waiting: Mapping[str, int]  # by class
    at: int
    own: Ticket | None = None  # the number that a slip's code asked for
    ahead: int = 0  # of it


class Queues:
    """Looks at queues and acts in them.

    Args:
        policy: halls, windows, clerks, rules.
        clock: the centre's.
    """

    def __init__(self, policy: Policy, clock: Clock) -> None:
        self._policy = policy
        self._clock = clock

    def rule(self, hall: str) -> QueueRule:
        """Return the rule in force in a hall."""
        return self._policy.book.queue_rule(hall)

    def hand(self, caller: Caller) -> Hand:
        """Return which window acts, and whom it may serve.

        Raises:
            WireError: forbidden: nobody who works at a window of this hall.
        """
        book, authority, now = self._policy.book, self._policy.rules().authority, self._clock.now()

        def any_of(roles: tuple[Role, ...], scope: str) -> bool:
            return bool(authority.roles_of(caller.person, scope, now).intersection(roles))

        own = [d.code for d in book.departments.values() if d.hall == caller.hall]
        scopes = [f"hall/{caller.hall}", *(f"{caller.hall}/{code}" for code in own)]
        if not any(any_of(_AT_WINDOWS, scope) for scope in scopes):
            raise WireError("wire.forbidden")
        device = book.devices.get(caller.dev)
        counter = caller.dev if device is None else device.label
        if any(any_of(_EVERYBODY_S, scope) for scope in scopes):
            return Hand(caller.dev, counter, caller.person)
        served = frozenset(code for code in own if any_of(_AT_WINDOWS, f"{caller.hall}/{code}"))
        return Hand(caller.dev, counter, caller.person, served)

    def look(self, tx: Transaction, caller: Caller) -> QueueAnswer:
        """Return a hall's queue as it stands.

        Raises:
            WireError: forbidden.
        """
        self.hand(caller)
        queue, rev = self.read(tx, caller.hall)
        return self._answer(queue, rev)

    def act(self, tx: Transaction, caller: Caller, call: QueueCall) -> QueueAnswer:
        """Do one act; one that was done before is answered with how its number stands now.

        Raises:
            WireError: forbidden, malformed. QueueFailure: what the rule does not allow.
        """
        hand, hall = self.hand(caller), caller.hall
        before = tx.queue.act(hall, call.id)
        if before is not None:
            queue, rev = self.read(tx, hall)
            found = tx.queue.ticket(hall, queue.day, before.number)
            return self._answer(queue if found is None else queue.with_(found), rev, before.number)
        queue, _ = self.begin_day(tx, hall)
        if call.act == "bring":
            after, number = self._brought(tx, queue, hand, call), ""
        else:
            after, ticket = self._acts(tx, queue, hand, call)[call.act]()
            number = ticket.number
        rev = self.save(tx, queue, after)
        tx.queue.keep_act(self._kept(caller, call.id, call.act, number))
        return self._answer(after, rev, number)

    def board(self, tx: Transaction, hall: str, number: str = "") -> Board | None:
        """Return what a hall's display shows, and how one number stands.

        None where policy knows no such hall.
        """
        known = self._policy.book.halls.get(hall)
        if known is None:
            return None
        queue, rev = self.read(tx, hall)
        rule, waiting = self.rule(hall), [t.kind for t in queue.waiting()]
        own = tx.queue.ticket(hall, queue.day, number) if number else None
        waits = own is not None and own.state is TicketState.WAITING
        return Board(
            name=known.name,
            rule=rule,
            day=queue.day,
            rev=rev,
            called=tuple(tx.queue.recent(hall, queue.day, RECENT)),
            waiting={each.code: waiting.count(each.code) for each in rule.classes},
            at=self._clock.now_ms(),
            own=own,
            ahead=self.ahead(queue, own) if waits and own is not None else 0,
        )

    # ------------------------------------------------------------ the day

    def read(self, tx: Transaction, hall: str) -> tuple[Queue, int]:
        """Return today's queue with its open numbers, and how often it has moved; locks nothing."""
        today = china_day(self._clock.now()).isoformat()
        row = tx.queue.state(hall)
        if row is None or row.day != today:
            return Queue(hall, today), 0 if row is None else row.rev
        open_ones = {t.number: t for t in tx.queue.open_tickets(hall) if t.day == today}
        return Queue(hall, today, open_ones, json.loads(row.drawn), row.streak), row.rev

    def begin_day(self, tx: Transaction, hall: str) -> tuple[Queue, int]:
        """Return today's queue to be acted in; the first act of a day ends what yesterday left."""
        queue, rev = self.read(tx, hall)
        row = tx.queue.state(hall)
        if row is None or row.day != queue.day:
            now, rule = self._clock.now_ms(), self.rule(hall)
            stale = [queueing.over_by_night(t, now) for t in tx.queue.open_tickets(hall)]
            tx.queue.save_tickets(*stale)
            self.note_missed(tx, hall)
            tx.queue.forget(hall, forget_before(rule, china_day(self._clock.now())))
        return queue, rev

    def note_missed(self, tx: Transaction, hall: str) -> None:
        """Write down which appointments nobody kept (爽约)."""
        now, rule = self._clock.now_ms(), self.rule(hall)
        for booking in tx.queue.unkept(hall, now):
            if missed(booking, rule, now):
                tx.queue.save_booking(replace(booking, state=BookingState.MISSED))

    def save(self, tx: Transaction, before: Queue, after: Queue) -> int:
        """Write what an act changed; return how often the queue has moved now."""
        row = tx.queue.state(after.hall)
        rev = 1 + (0 if row is None else row.rev)
        changed = [t for n, t in after.tickets.items() if before.tickets.get(n) != t]
        tx.queue.save_tickets(*changed)
        drawn = json.dumps(dict(after.drawn))
        tx.queue.save_state(QueueRow(after.hall, after.day, rev, after.streak, drawn))
        return rev

    def ahead(self, queue: Queue, ticket: Ticket) -> int:
        """Return how many are called before a number, as its slip says."""
        return ahead_of(queue, ticket, self.rule(queue.hall), self._clock.now_ms())

    # ------------------------------------------------------------ inside

    def _acts(
        self, tx: Transaction, queue: Queue, hand: Hand, call: QueueCall
    ) -> Mapping[str, Callable[[], Moved]]:
        now, rule, number = self._clock.now_ms(), self.rule(queue.hall), call.number
        kind = call.kind or rule.plain.code

        def draw() -> Moved:
            self.check_place(queue.hall, call.department, "")
            return queueing.draw(queue, rule, kind, now, department=call.department)

        def hand_over() -> Moved:
            self.check_place(queue.hall, call.department, call.wanted)
            to, department = call.wanted, call.department
            return queueing.hand_over(queue, hand, number, now, wanted=to, department=department)

        return {
            "draw": draw,
            "next": lambda: queueing.call_next(queue, rule, hand, now),
            "again": lambda: queueing.call_again(queue, hand, number),
            "pass": lambda: queueing.pass_over(queue, rule, hand, number, now),
            "back": lambda: queueing.come_back(queue, rule, number, now),
            "hand": hand_over,
            "serve": lambda: self._serve(tx, queue, hand, call),
            "done": lambda: queueing.finish(queue, hand, number, now),
            "leave": lambda: queueing.leave(queue, number, now),
        }

    def check_place(self, hall: str, department: str, dev: str) -> None:
        """Say whether a department, and a window, are this hall's; "" is everybody's.

        Raises:
            QueueFailure: queue.counter_unknown.
        """
        book = self._policy.book
        if department:
            there = book.departments.get(department)
            if there is None or there.hall != hall:
                raise QueueFailure("queue.counter_unknown", counter=department)
        if dev:
            window = book.devices.get(dev)
            if window is None or window.hall != hall or window.closed_at is not None:
                raise QueueFailure("queue.counter_unknown", counter=dev)

    def _serve(self, tx: Transaction, queue: Queue, hand: Hand, call: QueueCall) -> Moved:
        """Serve; who was asked first about a case stays named, on another day too (TM27)."""
        now, case = self._clock.now_ms(), call.case or ""
        queue, ticket = queueing.serve(queue, hand, call.number, now, case)
        first = tx.queue.first_of(queue.hall, case) if case else None
        if first is not None and (first.day, first.number) != (ticket.day, ticket.number):
            ticket = replace(
                ticket, first_counter=first.first_counter, first_person=first.first_person
            )
        return queue.with_(ticket), ticket

    def _brought(self, tx: Transaction, queue: Queue, hand: Hand, call: QueueCall) -> Queue:
        """Take in what a window drew and called by itself while its line was out."""
        for ticket in call.tickets:
            known = tx.queue.ticket(queue.hall, queue.day, ticket.number)
            if not self._own(ticket, hand, queue):
                raise WireError("wire.malformed")
            if known is None:
                queue = queue.with_(ticket)
            elif known.drawn != ticket.drawn:
                raise QueueFailure("queue.number_taken", number=ticket.number)
        return queue

    def _own(self, ticket: Ticket, hand: Hand, queue: Queue) -> bool:
        rule, mark = self.rule(queue.hall), re.escape(mark_of(hand.dev))
        found = rule.of(ticket.kind)
        texts = (ticket.department, ticket.counter, ticket.person, ticket.case, ticket.why)
        return (
            (ticket.hall, ticket.day) == (queue.hall, queue.day)
            and found is not None
            and re.fullmatch(rf"{found.letter}{mark}-[0-9]{{2,3}}", ticket.number) is not None
            and ticket.state in _BROUGHT_END
            and ticket.dev in {"", hand.dev}
            and not ticket.booking
            and all(len(text) <= 64 for text in texts)
            and 0 < ticket.drawn <= self._clock.now_ms()
        )

    def _kept(self, caller: Caller, id_: str, kind: str, number: str) -> HallActRow:
        return HallActRow(
            hall=caller.hall,
            id=id_,
            at=self._clock.now_ms(),
            kind=kind,
            number=number,
            dev=caller.dev,
            person=caller.person,
        )

    def _answer(self, queue: Queue, rev: int, number: str = "") -> QueueAnswer:
        shown = [t for n, t in queue.tickets.items() if t.state in OPEN or n == number]
        about = queue.tickets.get(number)
        waits = about is not None and about.state is TicketState.WAITING
        return QueueAnswer(
            day=queue.day,
            rev=rev,
            t=self._clock.now_ms(),
            tickets=shown,
            number=number,
            ahead=self.ahead(queue, about) if waits and about is not None else 0,
        )
