"""Appointments at the centre: given under the hall's lock, so none beyond the room there is.

For windows and for the applicants' own page: `make`, `move`, `cancel` ask for no
session; who is not at a window shows the appointment's check code (`with_code`). A unit that acts
names `queues.lock(hall)` among its scopes.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from sync.domain import bookings, identity, queueing
from sync.domain.bookings import Booking, BookingState
from sync.domain.calendar import china_day
from sync.domain.fields import moment_of
from sync.domain.queue_rule import APPOINTED
from sync.domain.tickets import QueueFailure
from sync.proof.checkcode import crockford
from sync.proof.keys import new_bytes
from sync.protocol.errors import WireError
from sync.protocol.hall_messages import BookingAnswer, BookingsAnswer
from sync.server.services.rows.hall import HallActRow

if TYPE_CHECKING:
    from sync.domain.bookings import Slot
    from sync.domain.calendar import Calendar
    from sync.protocol.hall_messages import BookingCall, BookingsCall
    from sync.server.clock import Clock
    from sync.server.services.entry.callers import Caller
    from sync.server.services.hall.queues import Queues
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.record.policy import Policy

_CODE_BYTES = 5  # 8 characters


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants an appointment for; `start` is ms UTC."""

    start: int
    department: str
    name: str
    phone: str
    item: str = ""
    dev: str = ""
    fast: bool = False


@dataclass(frozen=True, slots=True)
class Offered:
    """The days for which appointments are given, and the times of one that are free."""

    days: tuple[date, ...]
    day: date
    slots: tuple[Slot, ...]


class Appointments:
    """Gives appointments, moves them, takes them back, and lets who has one in."""

    def __init__(self, policy: Policy, clock: Clock, queues: Queues) -> None:
        self._policy = policy
        self._clock = clock
        self._queues = queues

    # ------------------------------------------------------------ for everybody

    def make(self, tx: Transaction, hall: str, wish: Wish, by: str = "") -> Booking:
        """Give an appointment.

        Args:
            tx: a unit that has taken the hall's queue.
            hall: where.
            wish: what is wanted.
            by: roster id of the clerk; "" the applicant himself.

        Raises:
            QueueFailure: booking.malformed, booking.no_slot, booking.full, booking.twice,
                queue.counter_unknown.
        """
        self._queues.check_place(hall, wish.department, wish.dev)
        name, phone = identity.person_name(wish.name), identity.phone(wish.phone)
        if not wish.department or not isinstance(name, str) or not isinstance(phone, str):
            raise QueueFailure("booking.malformed")
        day = china_day(moment_of(wish.start)).isoformat()
        taken = tx.queue.bookings(hall, day)
        wanted = Booking(
            hall=hall,
            day=day,
            number=self._number(tx, hall, day),
            start=wish.start,
            department=wish.department,
            state=BookingState.BOOKED,
            dev=wish.dev,
            item=wish.item,
            name=name,
            phone=phone,
            fast=wish.fast,
            code=crockford(new_bytes(_CODE_BYTES)),
            made=self._clock.now_ms(),
            made_by=by,
        )
        self._check(hall, wanted, taken)
        tx.queue.save_booking(wanted)
        return wanted

    def move(self, tx: Transaction, booking: Booking, start: int, dev: str = "") -> Booking:
        """Give an appointment another time, or leave it where it is.

        Raises:
            QueueFailure: booking.over, booking.no_slot, booking.full, booking.twice,
                queue.counter_unknown.
        """
        self._queues.check_place(booking.hall, "", dev)
        later = bookings.moved(booking, start, dev)
        self._check(booking.hall, later, tx.queue.bookings(booking.hall, later.day))
        tx.queue.save_booking(later)
        return later

    def cancel(self, tx: Transaction, booking: Booking) -> Booking:
        """Take an appointment back.

        Raises:
            QueueFailure: booking.over.
        """
        gone = bookings.cancelled(booking)
        tx.queue.save_booking(gone)
        return gone

    def of(self, tx: Transaction, hall: str, number: str) -> Booking:
        """Return an appointment.

        Raises:
            QueueFailure: booking.unknown.
        """
        found = tx.queue.booking(hall, number)
        if found is None:
            raise QueueFailure("booking.unknown")
        return found

    def with_code(self, tx: Transaction, hall: str, number: str, code: str) -> Booking:
        """Return the appointment of whoever shows its check code.

        Raises:
            QueueFailure: booking.unknown, whether the number or the code is wrong.
        """
        found = self.of(tx, hall, number)
        if not found.code or not hmac.compare_digest(found.code.encode(), code.upper().encode()):
            raise QueueFailure("booking.unknown")
        return found

    def offered(self, tx: Transaction, hall: str, department: str, day: date | None) -> Offered:
        """Return a department's times of a day, the first that is offered unless it is named.

        Raises:
            QueueFailure: queue.counter_unknown.
        """
        self._queues.check_place(hall, department, "")
        rule, calendar, now = self._queues.rule(hall), self._calendar(hall), self._clock.now_ms()
        days = bookings.days_offered(rule, calendar, now)
        chosen = day if day in days else days[0]
        taken = tx.queue.bookings(hall, chosen.isoformat())
        earliest = now + rule.lead_min * 60_000
        found = bookings.slots(rule, calendar, chosen, taken, department)
        free = tuple(each for each in found if each.left and each.start >= earliest)
        if not free and day is None and len(days) > 1:
            return self.offered(tx, hall, department, days[1])
        return Offered(days, chosen, free)

    # ------------------------------------------------------------ for windows

    def look(self, tx: Transaction, caller: Caller, call: BookingsCall) -> BookingsAnswer:
        """Return a day's times and who has them.

        Raises:
            WireError: forbidden, malformed. QueueFailure: queue.counter_unknown.
        """
        self._queues.hand(caller)
        self._queues.check_place(caller.hall, call.department, call.dev)
        try:
            day = date.fromisoformat(call.day)
        except ValueError as error:
            raise WireError("wire.malformed") from error
        rule, calendar = self._queues.rule(caller.hall), self._calendar(caller.hall)
        now, taken = self._clock.now_ms(), tx.queue.bookings(caller.hall, call.day)
        offered = bookings.slots(rule, calendar, day, taken, call.department, dev=call.dev)
        return BookingsAnswer(
            days=[each.isoformat() for each in bookings.days_offered(rule, calendar, now)],
            slots=list(offered),
            bookings=[each for each in taken if each.department == call.department],
            t=now,
        )

    def act(self, tx: Transaction, caller: Caller, call: BookingCall) -> BookingAnswer:
        """Do one act; one that was done before is answered with how it stands now.

        Raises:
            WireError: forbidden. QueueFailure: what the rule does not allow.
        """
        self._queues.hand(caller)
        hall, before = caller.hall, tx.queue.act(caller.hall, call.id)
        if before is not None:
            return self._stands(tx, self.of(tx, hall, before.number))
        if call.act == "book":
            wish = Wish(
                start=call.start,
                department=call.department,
                name=call.name,
                phone=call.phone,
                item=call.item,
                dev=call.dev,
                fast=call.fast,
            )
            done = BookingAnswer(booking=self.make(tx, hall, wish, caller.person))
        elif call.act == "arrive":
            done = self._arrive(tx, self.of(tx, hall, call.number))
        elif call.act == "move":
            booking = self.of(tx, hall, call.number)
            done = BookingAnswer(booking=self.move(tx, booking, call.start, call.dev))
        else:
            done = BookingAnswer(booking=self.cancel(tx, self.of(tx, hall, call.number)))
        tx.queue.keep_act(
            HallActRow(
                hall=hall,
                id=call.id,
                at=self._clock.now_ms(),
                kind=f"booking.{call.act}",
                number=done.booking.number,
                dev=caller.dev,
                person=caller.person,
            )
        )
        return done

    # ------------------------------------------------------------ inside

    def _arrive(self, tx: Transaction, booking: Booking) -> BookingAnswer:
        rule, now = self._queues.rule(booking.hall), self._clock.now_ms()
        here = bookings.arrived(booking, rule, now)
        queue, _ = self._queues.begin_day(tx, booking.hall)
        after, ticket = queueing.draw(
            queue,
            rule,
            APPOINTED if rule.of(APPOINTED) else rule.plain.code,
            now,
            department=booking.department,
            booking=booking.number,
            since=bookings.since_of(booking, rule),
        )
        ticket = replace(ticket, wanted=booking.dev)
        after = after.with_(ticket)
        self._queues.save(tx, queue, after)
        here = replace(here, ticket=ticket.number)
        tx.queue.save_booking(here)
        return BookingAnswer(booking=here, ticket=ticket, ahead=self._queues.ahead(after, ticket))

    def _stands(self, tx: Transaction, booking: Booking) -> BookingAnswer:
        if not booking.ticket:
            return BookingAnswer(booking=booking)
        queue, _ = self._queues.read(tx, booking.hall)
        ticket = tx.queue.ticket(booking.hall, booking.day, booking.ticket)
        waits = ticket is not None and ticket.number in queue.tickets
        ahead = self._queues.ahead(queue, ticket) if waits and ticket is not None else 0
        return BookingAnswer(booking=booking, ticket=ticket, ahead=ahead)

    def _check(self, hall: str, wanted: Booking, taken: list[Booking]) -> None:
        rule, calendar = self._queues.rule(hall), self._calendar(hall)
        bookings.check(rule, calendar, wanted, taken, self._clock.now_ms())

    def _calendar(self, hall: str) -> Calendar:
        return self._policy.rules().calendars.of_hall(hall)

    @staticmethod
    def _number(tx: Transaction, hall: str, day: str) -> str:
        """Return the next number of a day; moved appointments keep theirs, so each is tried."""
        head, count = day[2:].replace("-", ""), 1 + len(tx.queue.bookings(hall, day))
        while tx.queue.booking(hall, f"{head}-{count:03d}") is not None:
            count += 1
        return f"{head}-{count:03d}"
