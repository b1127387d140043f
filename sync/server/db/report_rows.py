"""Reports to leaders, whom they go to, instructions and replies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, or_, select

from sync.domain.reports import InstructionState
from sync.server.db.report_tables import instructions, report_readers, reports, turns
from sync.server.db.rowwise import Rowwise, of
from sync.server.services.rows.reports import (
    COPY,
    LEADER,
    InstructionRow,
    ReportReaderRow,
    ReportRow,
    TurnRow,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sync.server.services.rows.reports import ReportReach


class SqlReportRows(Rowwise):
    """See services.ports.reports.ReportRows."""

    def get(self, id_: str) -> ReportRow | None:
        """Return one report."""
        return self._one(ReportRow, reports, reports.c.id == id_)

    def save(self, row: ReportRow) -> None:
        """Write a report."""
        self._put(reports, row)

    def drop(self, id_: str) -> None:
        """Take a draft away, with whom it was to go to."""
        self._connection.execute(delete(report_readers).where(report_readers.c.report == id_))
        self._connection.execute(delete(reports).where(reports.c.id == id_, reports.c.sent == 0))

    def last_number(self, head: str) -> int:
        """Return the greatest number that was given after a head; 0 while none was."""
        return self._last_number(reports.c.number, head)

    def address(self, id_: str, readers: Sequence[ReportReaderRow]) -> None:
        """Keep whom a report goes to, in place of what was kept."""
        self._connection.execute(delete(report_readers).where(report_readers.c.report == id_))
        self._add(report_readers, *readers)

    def readers(self, ids: Sequence[str]) -> list[ReportReaderRow]:
        """Return whom reports go to."""
        return self._among(ReportReaderRow, report_readers, report=ids)

    def listed(self, reach: ReportReach, limit: int) -> list[ReportRow]:
        """Return the reports within somebody's reach: those not closed first, the newest first."""
        led = select(report_readers.c.report).where(
            report_readers.c.kind == LEADER, report_readers.c.name == reach.person
        )
        copied = select(report_readers.c.report).where(
            report_readers.c.kind == COPY, report_readers.c.name.in_(reach.units)
        )
        owed = select(instructions.c.report).where(instructions.c.unit.in_(reach.units))
        received = or_(
            and_(reports.c.scope.in_(reach.leads), reports.c.id.in_(led)),
            reports.c.id.in_(copied),
            reports.c.id.in_(owed),
        )
        seen = or_(reports.c.scope.in_(reach.writes), and_(reports.c.sent > 0, received))
        newest = (reports.c.closed > 0, reports.c.made.desc(), reports.c.id)
        own = of(ReportRow, reports).where(seen).order_by(*newest)
        return self._all(ReportRow, own.limit(limit))

    def instruct(self, row: InstructionRow) -> None:
        """Write an instruction."""
        self._put(instructions, row)

    def instruction(self, id_: str) -> InstructionRow | None:
        """Return one instruction."""
        return self._one(InstructionRow, instructions, instructions.c.id == id_)

    def instructions(self, ids: Sequence[str]) -> list[InstructionRow]:
        """Return the instructions on reports, oldest first."""
        found = self._among(InstructionRow, instructions, report=ids)
        return sorted(found, key=lambda row: (row.at, row.id))

    def overdue(self, now: int, after: tuple[int, str], limit: int) -> list[InstructionRow]:
        """Return instructions whose reply is owed since before now, the longest owed first."""
        due, id_ = after
        owed = instructions.c.state == InstructionState.OPEN.value
        late = of(InstructionRow, instructions).where(owed, instructions.c.due < now)
        behind = and_(instructions.c.due == due, instructions.c.id > id_)
        oldest = late.where(or_(instructions.c.due > due, behind)).order_by(
            instructions.c.due, instructions.c.id
        )
        return self._all(InstructionRow, oldest.limit(limit))

    def add_turn(self, row: TurnRow) -> None:
        """Keep a reply or its judgement."""
        self._add(turns, row)

    def turns(self, instructions: Sequence[str]) -> list[TurnRow]:
        """Return what became of instructions, oldest first."""
        found = self._among(TurnRow, turns, instruction=instructions)
        return sorted(found, key=lambda row: (row.at, row.id))
