"""How good each department's data was over the last days: for supervision, and to be shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sync.domain.data_quality import Message, Quality, quality_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sync.domain.department_systems import System
    from sync.server.clock import Clock
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.record.policy import Policy
    from sync.server.services.rows.departments import SystemMessageRow

_DAY_MS = 24 * 3600 * 1000
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


class DepartmentQuality:
    """Counts."""

    def __init__(self, policy: Policy, clock: Clock) -> None:
        self._policy = policy
        self._clock = clock

    def since(self, tx: Transaction, scopes: Sequence[str], days: int) -> list[SystemMessageRow]:
        """Return the messages of the last days, of what the asker may see."""
        return tx.departments.since(scopes, self._clock.now_ms() - days * _DAY_MS)

    def figures(
        self, rows: Sequence[SystemMessageRow], scopes: Sequence[str]
    ) -> list[SystemQuality]:
        """Return the figures of each system in these scopes, the worst first; no I/O."""
        book, now, seen = self._policy.book, self._clock.now(), set(scopes)
        by_dev: dict[str, list[Message]] = {}
        for row in rows:
            said = Message(row.at, row.recv, row.verdict, row.code)
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
