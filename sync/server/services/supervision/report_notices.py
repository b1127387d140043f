"""Who is told by telephone of a report: leaders of a new one, units of what they owe (CH12).

A message says that there is something to read in the room "专报" and until when something is owed,
never what it is about: a telephone lies on the table (SE12). It stands in the outbox in the unit
of what it tells of, and is not shown with a case.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sync.domain.authority import Role, at_moment
from sync.domain.calendar import china_day
from sync.domain.fields import moment_of
from sync.domain.reports import LEADERS
from sync.server.services.channels.delivery import masked
from sync.server.services.channels.outbox import SMS, Telling
from sync.server.services.supervision.reports import holders

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sync.server.clock import Clock
    from sync.server.services.channels.outbox import Outbox
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.record.policy import Policy
    from sync.server.services.rows.reports import InstructionRow, ReportRow
    from sync.server.services.supervision.reports import Whole

SENT, DUTY, LATE = "report", "report_duty", "report_late"
SLICE = 100
"""How many overdue instructions one look takes up; the rest wait for the next."""


@dataclass(frozen=True, slots=True)
class Told:
    """One message about a report, for those who wrote it; the address is masked."""

    template: str
    name: str
    address: str
    at_ms: int
    state: str
    code: str


class ReportNotices:
    """Tells people of reports.

    Args:
        policy: who leads what, and by which telephone he is reached.
        clock: the centre's.
        outbox: of the channels.
    """

    def __init__(self, policy: Policy, clock: Clock, outbox: Outbox) -> None:
        self._policy = policy
        self._clock = clock
        self._outbox = outbox

    def sent(self, tx: Transaction, report: ReportRow, leaders: Iterable[str]) -> None:
        """Tell the leaders to whom a report goes."""
        self._tell(tx, SENT, report.id, leaders, report)

    def given(self, tx: Transaction, report: ReportRow, row: InstructionRow) -> None:
        """Tell the unit that it owes a reply, the first or another one."""
        self._tell(tx, DUTY, _term(row), self._owing(row), report, row.due)

    def unheard(self, tx: Transaction) -> list[InstructionRow]:
        """Return the overdue instructions of which somebody with a telephone was not told yet."""
        found: list[InstructionRow] = []
        after = (0, "")
        # Those that were told of stay overdue: the look goes on behind them.
        while rows := tx.reports.overdue(self._clock.now_ms(), after, SLICE):
            found += (row for row in rows if not self._heard(tx, row))
            after = rows[-1].due, rows[-1].id
            if len(found) >= SLICE:
                break
        return found[:SLICE]

    def remind(self, tx: Transaction) -> int:
        """Tell of every overdue instruction, of each term once; return of how many.

        Whoever owes the reply is told, and the leader who waits for it.
        """
        unheard = self.unheard(tx)
        for row in unheard:
            if (report := tx.reports.get(row.report)) is not None:
                self._tell(tx, LATE, _term(row), self._chased(tx, row), report, row.due)
        return len(unheard)

    def told(self, tx: Transaction, report: Whole) -> tuple[Told, ...]:
        """Return what became of the messages about a report, oldest first; for its writers."""
        roster = self._policy.book.roster
        found = []
        for row in tx.messages.of_case(report.id) if report.may_write else ():
            person = row.id.split("/")[-2]
            found.append(
                Told(
                    template=row.template,
                    name=roster[person].name if person in roster else person,
                    address=masked(row.address),
                    at_ms=row.settled or row.sent or row.at,
                    state=row.state,
                    code=row.code,
                )
            )
        return tuple(found)

    # ------------------------------------------------------------ inside

    def _heard(self, tx: Transaction, row: InstructionRow) -> bool:
        """Say whether everybody whom an overdue instruction can reach was told of it."""
        known = {message.id for message in tx.messages.of_case(row.report)}
        ids = (_id(LATE, _term(row), each) for each in self._reached(self._chased(tx, row)))
        return all(f"{each}/{SMS}" in known for each in ids)

    def _tell(
        self,
        tx: Transaction,
        template: str,
        about: str,
        persons: Iterable[str],
        report: ReportRow,
        due: int | None = None,
    ) -> None:
        day = "" if due is None else china_day(moment_of(due)).isoformat()
        now = self._clock.now_ms()
        for person in self._reached(persons):
            telling = Telling(
                id=_id(template, about, person),
                template=template,
                args={"number": report.number, "day": day},
                phone=self._policy.book.roster[person].phone,
                scope=report.scope,
                case_no=report.id,
            )
            self._outbox.tell(tx, telling, now)

    def _reached(self, persons: Iterable[str]) -> list[str]:
        """Return those who have a telephone, each once."""
        roster = self._policy.book.roster
        return [p for p in dict.fromkeys(persons) if p in roster and roster[p].phone]

    def _owing(self, row: InstructionRow) -> list[str]:
        """Return who owes a reply: whom the leader named, or whoever leads the unit now."""
        authority, when = self._policy.rules().authority, at_moment(self._clock.now())
        heads = holders(authority, tuple(authority.grants), Role.DEPARTMENT_LEADER, row.unit, when)
        return [row.person] if row.person in heads else heads

    def _chased(self, tx: Transaction, row: InstructionRow) -> list[str]:
        """Return who is told of an overdue one: who owes it, and the leader if he still is one."""
        report = tx.reports.get(row.report)
        scope = "" if report is None else report.scope
        authority, when = self._policy.rules().authority, at_moment(self._clock.now())
        leads = any(holders(authority, (row.leader,), role, scope, when) for role in LEADERS)
        return [*self._owing(row), *([row.leader] if leads else [])]


def _term(row: InstructionRow) -> str:
    """Return the name of what is owed: a reply that was sent back is owed by another day."""
    return f"{row.id}/{row.due}"


def _id(template: str, about: str, person: str) -> str:
    return f"{template}/{about}/{person}"
