"""Who may see and do what on supervision's pages: three levels, one table (RO15, CH12, SE12).

Leaders look from above, the monitoring centre judges, a department (and a hall) sees what is its
own and has been served. What supervisors find and write is nobody else's until it is served
(rules.md §5). Pure: roles come from policy's grants, scope by scope.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from sync.domain.authority import Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Act(StrEnum):
    """One thing that can be done on the pages, in one scope."""

    OVERVIEW = "overview"  # figures and what is red
    BOARD = "board"
    CASE = "case"
    FIGURES = "figures"
    ORDERS = "orders"  # follow urges and orders
    URGE = "urge"
    ORDER = "order"
    JUDGE = "judge"  # replies and findings
    FINDINGS = "findings"
    SAMPLE = "sample"
    NOTES = "notes"
    RATE = "rate"  # scores before they are published, faults
    CHANGES = "changes"  # what a change of calendar or scheme would do
    VIDEO = "video"  # look through cameras, each of which names its own roles of these (CH13)
    CRASHES = "crashes"  # what became of faults of windows' programs (docs/adr/038)
    REPORTS = "reports"  # be sent reports, or copied in (CH12); which ones: sync.domain.reports
    REPORT = "report"  # write them, follow their instructions to the end
    INSTRUCT = "instruct"  # write an instruction (批示) on one that is addressed to oneself


class Level(StrEnum):
    """From where somebody looks; decides the page he comes to."""

    LEADER = "leader"
    CENTRE = "centre"
    DEPARTMENT = "department"


_LOOKING = frozenset({Act.OVERVIEW, Act.BOARD, Act.CASE, Act.FIGURES, Act.ORDERS, Act.REPORTS})
_EVERYTHING = frozenset(Act)

MAY: Mapping[Role, frozenset[Act]] = {
    Role.SUPERVISOR: _EVERYTHING - {Act.INSTRUCT},  # who reports does not instruct himself
    Role.SUPERVISION_LEADER: _EVERYTHING,
    Role.GOVERNMENT_HEAD: _LOOKING | {Act.INSTRUCT},
    Role.HALL_MANAGER: _LOOKING | {Act.VIDEO, Act.CRASHES},  # the windows are his
    Role.DEPARTMENT_LEADER: _LOOKING,
}
"""What each role may; a role that is not named may nothing here."""

_LEVELS = (
    (Level.CENTRE, frozenset({Role.SUPERVISOR, Role.SUPERVISION_LEADER})),
    (Level.LEADER, frozenset({Role.GOVERNMENT_HEAD})),
    (Level.DEPARTMENT, frozenset({Role.HALL_MANAGER, Role.DEPARTMENT_LEADER})),
)


def acts_of(roles: Iterable[str]) -> frozenset[Act]:
    """Return what somebody with these roles in a scope may do there."""
    return frozenset[Act]().union(*(MAY.get(Role(role), frozenset()) for role in roles))


def rights_of(held: Mapping[str, Iterable[str]]) -> dict[Act, tuple[str, ...]]:
    """Return the scopes in which each act is allowed; an act allowed nowhere is missing.

    Args:
        held: roles by scope.
    """
    found: dict[Act, list[str]] = {}
    for scope, roles in held.items():
        for act in acts_of(roles):
            found.setdefault(act, []).append(scope)
    return {act: tuple(scopes) for act, scopes in found.items()}


def level_of(held: Mapping[str, Iterable[str]]) -> Level:
    """Return from where somebody looks, by all the roles he holds anywhere."""
    roles = {Role(role) for every in held.values() for role in every}
    return next((level for level, own in _LEVELS if own & roles), Level.DEPARTMENT)
