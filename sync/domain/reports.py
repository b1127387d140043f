"""Reports to leaders (专报), their instructions (批示) and what becomes of them (CH12).

The monitoring centre writes; the leaders to whom it is addressed and the units to which it is
copied read; a leader instructs a unit, with a term; the unit replies until the reply is enough;
when every instruction is done the centre closes the report. Pure; the rooms are in docs/adr/031.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from sync.domain.authority import Role
from sync.domain.supervising import Act

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

UNIT = frozenset({Role.DEPARTMENT_LEADER, Role.HALL_MANAGER})
"""Who reads what is copied to a unit, and answers for it."""
LEADERS = (Role.GOVERNMENT_HEAD, Role.SUPERVISION_LEADER)
"""Whom a report may be addressed to; the higher first."""


class InstructionState(StrEnum):
    """What an instruction waits for."""

    OPEN = "open"  # for the unit
    REPLIED = "replied"  # for whoever judges the reply
    DONE = "done"


class Turn(StrEnum):
    """What happens to an instruction after it was given."""

    REPLY = "reply"
    RETURN = "return"  # not enough: the unit replies again, by a new term
    DONE = "done"


_TURNS: Mapping[tuple[InstructionState, Turn], InstructionState] = {
    (InstructionState.OPEN, Turn.REPLY): InstructionState.REPLIED,
    (InstructionState.REPLIED, Turn.RETURN): InstructionState.OPEN,
    (InstructionState.REPLIED, Turn.DONE): InstructionState.DONE,
}


class Stage(StrEnum):
    """Where a report stands as a whole."""

    DRAFT = "draft"
    SENT = "sent"  # no leader has instructed anything
    LATE = "late"  # a unit's term is over
    OPEN = "open"
    REPLIED = "replied"  # a reply is to be judged, none is owed
    DONE = "done"  # every instruction is done; to be closed
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Report:
    """What decides who sees a report and how it goes on.

    Args:
        scope: what it is about.
        author: who wrote it; he instructs nobody on it, whatever else he is.
        sent: whether it left the centre's own hands.
        closed: whether it is at its end.
        leaders: persons to whom it is addressed.
        copies: scopes of the units that have a copy.
        duties: scopes of the units that a leader instructed.
    """

    scope: str
    author: str
    sent: bool
    closed: bool
    leaders: frozenset[str]
    copies: frozenset[str]
    duties: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who asks for it: rights by act, and the scopes in which he answers for a unit."""

    person: str
    rights: Mapping[Act, tuple[str, ...]]
    units: frozenset[str]

    def may(self, act: Act, scope: str) -> bool:
        """Say whether he may do something in a scope."""
        return scope in self.rights.get(act, ())


def units_of(held: Mapping[str, Iterable[str]]) -> frozenset[str]:
    """Return the scopes in which somebody with these roles answers for the unit."""
    return frozenset(scope for scope, roles in held.items() if UNIT & {Role(r) for r in roles})


def writes(report: Report, reader: Reader) -> bool:
    """Say whether he writes, sends, judges and closes it: the monitoring centre."""
    return reader.may(Act.REPORT, report.scope)


def instructs(report: Report, reader: Reader) -> bool:
    """Say whether he may write an instruction on it: a leader to whom it is addressed."""
    return _addressed(report, reader) and report.sent and not report.closed


def reads(report: Report, reader: Reader) -> bool:
    """Say whether he sees it at all; a draft is the centre's own (SE12)."""
    if writes(report, reader):
        return True
    if not report.sent:
        return False
    if _addressed(report, reader):
        return True
    units = {unit for unit in reader.units if reader.may(Act.REPORTS, unit)}
    return bool(units & (report.copies | report.duties))


def answers(unit: str, reader: Reader) -> bool:
    """Say whether he replies for a unit that was instructed."""
    return unit in reader.units and reader.may(Act.REPORTS, unit)


def _addressed(report: Report, reader: Reader) -> bool:
    own = reader.person in report.leaders and reader.person != report.author
    return own and reader.may(Act.INSTRUCT, report.scope)


def after(state: InstructionState, turn: Turn) -> InstructionState | None:
    """Return how an instruction stands after a turn; None where that turn is not its next."""
    return _TURNS.get((state, turn))


def stage_of(
    report: Report, instructions: Iterable[tuple[InstructionState, int]], now: int
) -> Stage:
    """Return where a report stands.

    Args:
        report: the report.
        instructions: state and term (ms UTC) of each.
        now: ms UTC.
    """
    if report.closed or not report.sent:
        return Stage.CLOSED if report.closed else Stage.DRAFT
    given = list(instructions)
    if any(state is InstructionState.OPEN and due < now for state, due in given):
        return Stage.LATE
    states = {state for state, _ in given}
    if not states:
        return Stage.SENT
    if InstructionState.OPEN in states:
        return Stage.OPEN
    return Stage.REPLIED if InstructionState.REPLIED in states else Stage.DONE
