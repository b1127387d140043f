"""What the services ask of the database about reports to leaders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sync.server.services.rows.reports import (
        InstructionRow,
        ReportReach,
        ReportReaderRow,
        ReportRow,
        TurnRow,
    )


class ReportRows(Protocol):
    """Reports, whom they go to, instructions and replies."""

    def get(self, id_: str) -> ReportRow | None:
        """Return one report."""

    def save(self, row: ReportRow) -> None:
        """Write a report."""

    def drop(self, id_: str) -> None:
        """Take a draft away, with whom it was to go to."""

    def last_number(self, head: str) -> int:
        """Return the greatest number that was given after a head; 0 while none was."""

    def address(self, id_: str, readers: Sequence[ReportReaderRow]) -> None:
        """Keep whom a report goes to, in place of what was kept."""

    def readers(self, ids: Sequence[str]) -> list[ReportReaderRow]:
        """Return whom reports go to."""

    def listed(self, reach: ReportReach, limit: int) -> list[ReportRow]:
        """Return the reports within somebody's reach: those not closed first, the newest first."""

    def instruct(self, row: InstructionRow) -> None:
        """Write an instruction."""

    def instruction(self, id_: str) -> InstructionRow | None:
        """Return one instruction."""

    def instructions(self, ids: Sequence[str]) -> list[InstructionRow]:
        """Return the instructions on reports, oldest first."""

    def overdue(self, now: int, after: tuple[int, str], limit: int) -> list[InstructionRow]:
        """Return instructions whose reply is owed since before now, the longest owed first.

        Args:
            now: ms.
            after: due and id of the one to go on behind; (0, "") begins.
            limit: how many at most.
        """

    def add_turn(self, row: TurnRow) -> None:
        """Keep a reply or its judgement."""

    def turns(self, instructions: Sequence[str]) -> list[TurnRow]:
        """Return what became of instructions, oldest first."""
