"""How good each department's data was over the last days: for supervision, and to be shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from sync.domain.calendar import CHINA, china_day
from sync.domain.data_quality import LATE_MS, Alike, Quality, quality_of
from sync.server.clock import milliseconds

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sync.domain.department_systems import System
    from sync.server.clock import Clock
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.record.policy import Policy
    from sync.server.services.rows.departments import AlikeRow

_DAY_MS = 24 * 3600 * 1000
_SETTLES = timedelta(hours=1)
KEPT_DAYS = 3660
"""Ten years, as long as a score is disputed or made again: rules may count messages (PE17)."""


@dataclass(frozen=True, slots=True)
class SystemQuality:
    """One system and its figures; `ended` = policy has taken it out."""

    system: System
    department: str
    officer: str
    ended: bool
    quality: Quality


@dataclass(frozen=True, slots=True)
class _Closed:
    """What came in days that are over, added up; of those nothing comes any more."""

    begin: int
    end: int
    rows: list[AlikeRow]


class DepartmentQuality:
    """Counts.

    A page that refreshes itself asks for the running day; the days before were added up once.
    """

    def __init__(self, policy: Policy, clock: Clock) -> None:
        self._policy = policy
        self._clock = clock
        self._closed: dict[int, _Closed] = {}

    def since(self, tx: Transaction, days: int) -> list[AlikeRow]:
        """Return the messages of the last days, from the beginning of the first, added up.

        Args:
            tx: a unit that reads.
            days: one of a few spans: what is over is kept for each.
        """
        # What came just before midnight is committed by then.
        end = _midnight(china_day(self._clock.now() - _SETTLES))
        begin = _midnight(china_day(self._clock.now() - timedelta(days=days)))
        kept = self._closed.get(days)
        if kept is None or (kept.begin, kept.end) != (begin, end):
            kept = _Closed(begin, end, tx.departments.alike(begin, end, LATE_MS))
            self._closed[days] = kept
        return [*kept.rows, *tx.departments.alike(end, None, LATE_MS)]

    def figures(self, rows: Sequence[AlikeRow], scopes: Sequence[str]) -> list[SystemQuality]:
        """Return the figures of each system in these scopes, the worst first; no I/O."""
        book, now, seen = self._policy.book, self._clock.now(), set(scopes)
        by_dev: dict[str, list[Alike]] = {}
        for row in rows:
            if row.scope in seen:
                said = Alike(
                    verdict=row.verdict,
                    code=row.code,
                    late=bool(row.late),
                    minute=row.minute,
                    count=row.count,
                    longest_ms=row.longest_ms,
                    last=row.last,
                )
                by_dev.setdefault(row.dev, []).append(said)
        found = [
            SystemQuality(
                system=system,
                department=book.departments[system.department].name,
                officer=book.roster[system.officer].name,
                ended=system.ended_at is not None and now >= system.ended_at,
                quality=quality_of(by_dev.get(system.dev, ())),
            )
            for system in book.systems.values()
            if system.scope in seen
        ]
        return sorted(found, key=lambda each: (each.ended, each.quality.permille, each.system.id))

    def forget(self, tx: Transaction) -> int:
        """Drop what is older than anybody counts."""
        return tx.departments.forget(self._clock.now_ms() - KEPT_DAYS * _DAY_MS)


def _midnight(day: date) -> int:
    return milliseconds(datetime.combine(day, time(), CHINA))
