"""What the services ask of the database about scores and bulletins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sync.server.services.rows.scores import BulletinRow, FaultRow, ScoreRow, ScoreRunRow


class ScoreRows(Protocol):
    """Runs, scores, faults that people entered, bulletins."""

    def add_run(self, run: ScoreRunRow, scores: Sequence[ScoreRow]) -> bool:
        """Keep a run with its scores, once; False: there is one of this period and these rules."""

    def move_run(self, run: ScoreRunRow, state: str) -> bool:
        """Write a run again, if it still stands in `state`."""

    def run(self, period: str, code: str) -> ScoreRunRow | None:
        """Return a run."""

    def runs(self) -> list[ScoreRunRow]:
        """Return all runs, newest period first."""

    def ranking(self, period: str, code: str, kind: str) -> list[ScoreRow]:
        """Return the scores of a kind, best first."""

    def score(self, period: str, code: str, kind: str, subject: str) -> ScoreRow | None:
        """Return one score."""

    def scores_of(self, code: str, periods: Sequence[str]) -> list[ScoreRow]:
        """Return every score of several periods."""

    def save_fault(self, row: FaultRow) -> None:
        """Write a fault."""

    def fault(self, id_: str) -> FaultRow | None:
        """Return a fault."""

    def faults(self, months: Sequence[str]) -> list[FaultRow]:
        """Return the faults of months, newest first."""

    def add_bulletin(self, row: BulletinRow) -> bool:
        """Keep a week's bulletin, once."""

    def save_bulletin(self, row: BulletinRow) -> None:
        """Write a bulletin again."""

    def bulletin(self, week: str) -> BulletinRow | None:
        """Return a week's bulletin."""

    def bulletins(self, limit: int) -> list[BulletinRow]:
        """Return the newest bulletins."""
