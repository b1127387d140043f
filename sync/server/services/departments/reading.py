"""What a department's system may read: its own scope, where its cases stand, fresh numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.domain.calendar import china_day
from sync.domain.ids import MOST_CASES, MOST_SERIALS, make_case_number, make_serial
from sync.protocol.department_messages import (
    CaseAnswer,
    DepartmentsHello,
    LinesAnswer,
    NumbersAnswer,
    SystemHead,
)
from sync.protocol.errors import WireError
from sync.protocol.records import LogEntry
from sync.server.services.cases.numbers import CASE, CERTIFICATE
from sync.server.services.rows.leases import BlockRow

if TYPE_CHECKING:
    from sync.domain.department_systems import System
    from sync.protocol.department_messages import LinesCall, NumbersCall
    from sync.server.clock import Clock
    from sync.server.services.departments.systems import Systems
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.record.policy import Policy
    from sync.server.services.rows.log import LogRow

_PAGE_BYTES = 2 * 1024 * 1024
_NO_LEASE = ""


class DepartmentReading:
    """Answers departments' systems."""

    def __init__(self, policy: Policy, systems: Systems, clock: Clock) -> None:
        self._policy = policy
        self._systems = systems
        self._clock = clock

    def hello(self) -> DepartmentsHello:
        """Tell anybody which centre this is, and its time."""
        book = self._policy.book
        calendars = (issues[-1].calendar for issues in book.calendars.issues.values())
        calendar = next(calendars, None)
        return DepartmentsHello(
            aud=self._policy.aud,
            name="" if book.genesis is None else book.genesis.name,
            t=self._clock.now_ms(),
            catalogue=book.catalogue.version,
            calendar="" if calendar is None else f"{calendar.id}@{calendar.version}",
        )

    def head(self, tx: Transaction, system: System) -> SystemHead:
        """Tell a system where its chain stands: after a crash it goes on from there."""
        head = self._systems.head(tx, system)
        return SystemHead(
            dev=head.dev,
            inc=head.inc,
            seq=head.seq,
            hash=head.hash,
            scope=system.scope,
            kinds=list(system.kinds),
        )

    def numbers(self, tx: Transaction, system: System, call: NumbersCall) -> NumbersAnswer:
        """Lend numbers, in a unit that writes; today's date stands in those of cases.

        Raises:
            WireError: numbers_out.
        """
        highest = {CASE: MOST_CASES, CERTIFICATE: MOST_SERIALS}[call.kind]
        now = self._clock.now_ms()
        drawn = tx.leases.reserve(call.kind, system.hall, call.count, highest, now)
        if drawn is None:
            raise WireError("wire.numbers_out")
        first, last = drawn
        seq = self._systems.head(tx, system).seq
        tx.leases.add_block(
            BlockRow(call.kind, system.hall, first, last, system.dev, system.inc, _NO_LEASE, seq)
        )
        day = china_day(self._clock.now())
        return NumbersAnswer(
            numbers=[
                make_case_number(day, system.hall, number)
                if call.kind == CASE
                else make_serial(system.hall, day.year, number)
                for number in range(first, last + 1)
            ]
        )

    @staticmethod
    def case(tx: Transaction, system: System, number: str) -> CaseAnswer:
        """Tell how a case of the department stands.

        Raises:
            WireError: case_forbidden, for one of another department or none.
        """
        row = tx.cases.get(number)
        if row is None or row.scope != system.scope:
            raise WireError("wire.case_forbidden")
        return CaseAnswer(
            case=row.number,
            item=row.item,
            state=row.state,
            light=row.light,
            due=row.due,
            last=row.last_hash,
        )

    @staticmethod
    def lines(tx: Transaction, system: System, call: LinesCall) -> LinesAnswer:
        """Hand out what was logged in the system's scope, as a pull would.

        Raises:
            WireError: cursor.
        """
        head = tx.log.peek(system.scope)
        size = 0 if head is None else head.size
        if call.after > size:
            raise WireError("wire.cursor", scope=system.scope, size=size)
        rows: list[LogRow] = []
        spent = 0
        for row in tx.log.after(system.scope, call.after, call.limit):
            spent += len(row.jws) + len(row.body) + len(row.outcome) + len(row.act or "")
            if rows and spent > _PAGE_BYTES:
                break
            rows.append(row)
        reached = rows[-1].n if rows else call.after
        return LinesAnswer(
            entries=[LogEntry(row.n, row.jws, row.body, row.act, row.outcome) for row in rows],
            next=reached,
            size=size,
            sth=head.sth if head is not None and reached == size else None,
            more=reached < size,
        )
