"""One page for leaders: how many cases of each light, what is red, what was asked and not answered.

Each figure leads to the list behind it (RO15). What supervisors found is counted only for those who
may see findings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sync.domain.calendar import china_day
from sync.domain.figures.counters import per_mille
from sync.domain.lights import Light
from sync.domain.statistics import span_of
from sync.domain.supervising import Act
from sync.server.clock import moment
from sync.server.services.figures.reckoning import whole_of
from sync.server.services.rows.figures import Cut

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sync.domain.figures.counters import Counts
    from sync.server.clock import Clock
    from sync.server.services.entry.console import Visitor
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.record.policy import Policy
    from sync.server.services.supervision.inbox import Inbox
    from sync.server.services.supervision.supervision import BoardRow, Supervision

RED_SHOWN = 12
SPAN = "month"


@dataclass(frozen=True, slots=True)
class Office:
    """One department's open cases by light."""

    scope: str
    hall: str
    department: str
    lights: Mapping[str, int]

    @property
    def total(self) -> int:
        """Return how many are open."""
        return sum(self.lights.values())


@dataclass(frozen=True, slots=True)
class Picture:
    """The page."""

    at_ms: int
    lights: Mapping[str, int]
    offices: tuple[Office, ...]  # those with the most red first
    red: tuple[BoardRow, ...]
    orders: Mapping[str, int]
    findings: Mapping[str, int] | None  # by shelf; None where they are not his
    figures: Counts  # of this month

    @property
    def on_time(self) -> int | None:
        """Return the rate of decisions kept in time, ‰."""
        return per_mille(self.figures, "on_time")


class Overview:
    """Reads it."""

    def __init__(
        self,
        policy: Policy,
        clock: Clock,
        supervision: Supervision,
        inbox: Inbox,
    ) -> None:
        self._policy = policy
        self._clock = clock
        self._supervision = supervision
        self._inbox = inbox

    def picture(self, tx: Transaction, visitor: Visitor) -> Picture:
        """Return the page.

        Raises:
            WireError: forbidden.
        """
        scopes, now = visitor.of(Act.OVERVIEW), self._clock.now_ms()
        today = china_day(moment(now))
        by_scope = tx.supervision.lights_by_scope(scopes)
        lights = dict.fromkeys((light.value for light in Light), 0)
        for (_, light), count in by_scope.items():
            lights[light] = lights.get(light, 0) + count
        offices = (self._office(scope, by_scope) for scope in scopes)
        shown = sorted(
            (each for each in offices if each is not None and each.total),
            key=lambda each: (
                -each.lights.get(Light.RED, 0),
                -each.lights.get(Light.YELLOW, 0),
                each.scope,
            ),
        )
        findings = None
        if visitor.may(Act.FINDINGS):
            findings = self._inbox.found(tx, visitor, "", 1, judged=False).counts
        return Picture(
            at_ms=now,
            lights=lights,
            offices=tuple(shown),
            red=self._supervision.red(tx, visitor, RED_SHOWN),
            orders=tx.supervision.pressing_counts(scopes, now),
            findings=findings,
            figures=whole_of(tx, Cut((), scopes), span_of(SPAN, today)),
        )

    def _office(self, scope: str, counts: Mapping[tuple[str, str], int]) -> Office | None:
        hall, _, code = scope.partition("/")
        book = self._policy.book
        department = book.departments.get(code)
        if department is None:
            return None
        own = {light: count for (each, light), count in counts.items() if each == scope}
        return Office(scope, book.hall_name(hall), department.name, own)
