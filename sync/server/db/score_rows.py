"""Scores, faults that people entered, bulletins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import update

from sync.server.db.figure_tables import bulletins, faults, score_runs, scores
from sync.server.db.rowwise import Rowwise, members, of
from sync.server.services.rows.scores import BulletinRow, FaultRow, ScoreRow, ScoreRunRow

if TYPE_CHECKING:
    from collections.abc import Sequence


class SqlScoreRows(Rowwise):
    """See services.ports.scores.ScoreRows."""

    def add_run(self, run: ScoreRunRow, scored: Sequence[ScoreRow]) -> bool:
        """Keep a run with its scores, once."""
        if not self._add_once(score_runs, run):
            return False
        self._add(scores, *scored)
        return True

    def move_run(self, run: ScoreRunRow, state: str) -> bool:
        """Write a run again, if it still stands in `state`."""
        own = (score_runs.c.period == run.period, score_runs.c.code == run.code)
        moved = update(score_runs).where(*own, score_runs.c.state == state).values(members(run))
        return self._connection.execute(moved.returning(score_runs.c.code)).first() is not None

    def run(self, period: str, code: str) -> ScoreRunRow | None:
        """Return a run."""
        return next(iter(self._found(ScoreRunRow, score_runs, period=period, code=code)), None)

    def runs(self) -> list[ScoreRunRow]:
        """Return all runs, newest period first."""
        newest = of(ScoreRunRow, score_runs).order_by(score_runs.c.made.desc())
        return self._all(ScoreRunRow, newest.order_by(score_runs.c.period.desc()))

    def ranking(self, period: str, code: str, kind: str) -> list[ScoreRow]:
        """Return the scores of a kind, best first."""
        own = of(ScoreRow, scores).where(
            scores.c.period == period, scores.c.code == code, scores.c.kind == kind
        )
        return self._all(ScoreRow, own.order_by(scores.c.total.desc(), scores.c.subject))

    def score(self, period: str, code: str, kind: str, subject: str) -> ScoreRow | None:
        """Return one score."""
        key = {"period": period, "code": code, "kind": kind, "subject": subject}
        return next(iter(self._found(ScoreRow, scores, **key)), None)

    def scores_of(self, code: str, periods: Sequence[str]) -> list[ScoreRow]:
        """Return every score of several periods."""
        own = of(ScoreRow, scores).where(scores.c.code == code, scores.c.period.in_(periods))
        return self._all(ScoreRow, own.order_by(scores.c.period, scores.c.kind, scores.c.subject))

    def save_fault(self, row: FaultRow) -> None:
        """Write a fault."""
        self._put(faults, row)

    def fault(self, id_: str) -> FaultRow | None:
        """Return a fault."""
        return next(iter(self._found(FaultRow, faults, id=id_)), None)

    def faults(self, months: Sequence[str]) -> list[FaultRow]:
        """Return the faults of months, newest first."""
        own = of(FaultRow, faults).where(faults.c.month.in_(months))
        return self._all(FaultRow, own.order_by(faults.c.entered.desc(), faults.c.id))

    def add_bulletin(self, row: BulletinRow) -> bool:
        """Keep a week's bulletin, once."""
        return self._add_once(bulletins, row)

    def save_bulletin(self, row: BulletinRow) -> None:
        """Write a bulletin again."""
        self._put(bulletins, row)

    def bulletin(self, week: str) -> BulletinRow | None:
        """Return a week's bulletin."""
        return next(iter(self._found(BulletinRow, bulletins, week=week)), None)

    def bulletins(self, limit: int) -> list[BulletinRow]:
        """Return the newest bulletins."""
        newest = of(BulletinRow, bulletins).order_by(bulletins.c.week.desc()).limit(limit)
        return self._all(BulletinRow, newest)
