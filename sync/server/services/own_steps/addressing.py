"""Whom a warning tells, and until when it wants its reply: a scheme's channels as persons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.domain.authority import Role, Standing, at_moment
from sync.domain.catalogue import Limit, Unit
from sync.domain.spans import count
from sync.server.clock import milliseconds, moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sync.server.services.record.policy import Policy
    from sync.server.services.rows.cases import CaseRow

WINDOW = "window"  # whoever is at the desk
LEVELS = ("department", "hall", "supervision")
_OF_LEVEL = {
    "department": (Role.DEPARTMENT_LEADER, Role.LIAISON),
    "hall": (Role.HALL_MANAGER,),
    "supervision": (Role.SUPERVISOR, Role.SUPERVISION_LEADER),
}
_ROLES = frozenset(role.value for role in Role)


class Addressing:
    """Names persons of the roster for what a scheme calls channels."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy

    def reply_by(self, row: CaseRow, working_days: int, now: int) -> int:
        """Return the end of a term that begins now, ms; at least one working day."""
        rules = self._policy.rules()
        calendar = rules.calendars.of_hall(row.hall)
        limit = Limit(Unit.WORKING, max(1, working_days))
        return milliseconds(count(limit, moment(now), calendar, rules.switches).at)

    def told(self, row: CaseRow, channels: Iterable[str], now: int) -> list[str]:
        """Return who is told: roster ids, and "window"; sorted, each once.

        A channel is "window", "person" (the holder), a role, or a level of escalation; paper and
        telephone channels are the channels' own, and name nobody here.
        """
        return sorted(set(self._named(row, channels, now)))

    def level(self, row: CaseRow, level: str, now: int) -> list[str]:
        """Return whom an escalation to a level tells."""
        return sorted(set(self._at_level(row, level, now)))

    def _named(self, row: CaseRow, channels: Iterable[str], now: int) -> Iterator[str]:
        for channel in channels:
            if channel == WINDOW:
                yield channel
            elif channel == "person":
                if row.holder:
                    yield row.holder
            elif channel in _OF_LEVEL:
                yield from self._at_level(row, channel, now)
            elif channel in _ROLES:
                yield from self._holding(Role(channel), row.scope, now)

    def _at_level(self, row: CaseRow, level: str, now: int) -> Iterator[str]:
        for role in _OF_LEVEL.get(level, ()):
            yield from self._holding(role, row.scope, now)

    def _holding(self, role: Role, scope: str, now: int) -> Iterator[str]:
        authority, when = self._policy.rules().authority, at_moment(moment(now))
        for person in authority.grants:
            right = authority.right(person, (role,), scope, None, when)
            if right.standing is Standing.HELD:
                yield person


def next_level(level: str, chain: tuple[str, ...]) -> str | None:
    """Return the level above, None at the top.

    Args:
        level: of the debt: a colour when it was never raised, else a level.
        chain: the scheme's `escalates_to`, lowest first; empty takes all levels.
    """
    steps = chain or LEVELS
    if level not in LEVELS:
        return steps[0]
    above = [each for each in steps if LEVELS.index(each) > LEVELS.index(level)]
    return above[0] if above else None
