"""The day in figures, for everybody: how many, never who (CH05, CH17, PL28)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sync.domain.calendar import china_day
from sync.domain.fields import moment_of
from sync.domain.tickets import TicketState
from sync.server.services.rows.figures import Cut

if TYPE_CHECKING:
    from sync.server.clock import Clock
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.record.policy import Policy

KEPT_MS = 15_000


@dataclass(frozen=True, slots=True)
class HallDay:
    """One hall's day so far; `waiting` numbers wait now."""

    name: str
    code: str
    received: int
    accepted: int
    decided: int
    closed: int
    waiting: int


class Today:
    """Counts a day, no oftener than every quarter of a minute."""

    def __init__(self, policy: Policy, clock: Clock) -> None:
        self._policy = policy
        self._clock = clock
        self._kept: tuple[int, tuple[HallDay, ...]] | None = None

    def fresh(self) -> tuple[HallDay, ...] | None:
        """Return what was counted a moment ago, or None; on the loop."""
        kept = self._kept
        recent = kept is not None and 0 <= self._clock.now_ms() - kept[0] < KEPT_MS
        return kept[1] if recent and kept is not None else None

    def counted(self, tx: Transaction) -> tuple[HallDay, ...]:
        """Count every hall's day."""
        now, book = self._clock.now_ms(), self._policy.book
        day = china_day(moment_of(now)).isoformat()
        days = []
        for hall in book.halls.values():
            own = (d.code for d in book.departments.values() if d.hall == hall.code)
            scopes = tuple(f"{hall.code}/{code}" for code in own)
            sums = tx.figures.whole(Cut((day,), scopes))
            waiting = [
                each
                for each in tx.queue.open_tickets(hall.code)
                if each.day == day and each.state is TicketState.WAITING
            ]
            days.append(
                HallDay(
                    name=hall.name,
                    code=hall.code,
                    received=sums.received,
                    accepted=sums.accepted,
                    decided=sums.decided,
                    closed=sums.closed,
                    waiting=len(waiting),
                )
            )
        self._kept = now, tuple(days)
        return tuple(days)
