"""A case told step by step: the light at each step's time, and the role in which it was made.

Source: look.md "Case page" (the timeline is the case's truth); rules.md §3 "Lights", §5; SE02.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sync.domain import bodies
from sync.domain.authority import Role, Standing, When
from sync.domain.failures import Failure
from sync.domain.folding import advance, row_of
from sync.domain.lights import Light, light_of
from sync.domain.rights import roles_for
from sync.domain.time_limit import clock

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sync.domain.case import Case
    from sync.domain.events import Step
    from sync.domain.rules import Rules


@dataclass(frozen=True, slots=True)
class Told:
    """What stands beside one step.

    Args:
        light: of the case as the step found it, at the time that counts, by the calendar that was
            published then; of an opening step the light that it lit.
        passed: the law's own date had passed.
        role: in which the person made it; None where he held none that the step asks for.
    """

    light: Light
    passed: bool
    role: Role | None


def tell(steps: Iterable[tuple[Step, bool]], rules: Rules) -> tuple[Told, ...]:
    """Return what stands beside each step of one case.

    Args:
        steps: in the order in which they count, each with whether it has an effect: a refused
            step is shown in its place and changes nothing.
        rules: the policy known now; rights and calendars are looked up as of each step's time.
    """
    case: Case | None = None
    told = []
    for step, counts in steps:
        before = case
        if counts:
            try:
                case = advance(case, step, rules)
            except Failure:
                case = None  # a step of a case that was never opened: there is nothing to light
        told.append(_told(before, case, step, rules))
    return tuple(told)


def _told(before: Case | None, after: Case | None, step: Step, rules: Rules) -> Told:
    lit = before or after
    if lit is None:
        return Told(Light.NONE, passed=False, role=role_in(before, step, rules))
    at = step.counted
    found = light_of(lit, clock(lit, rules, at), rules, at)
    return Told(found.light, found.statutory_passed, role_in(before, step, rules))


def role_in(case: Case | None, step: Step, rules: Rules) -> Role | None:
    """Return the role in which a person made a step: the first that the table names and he held.

    Args:
        case: as the step found it; None where it opened one.
        step: authenticated.
        rules: with every grant, those that ended too.
    """
    if step.by_centre:
        return Role.CENTRE
    row = row_of(case, step)
    if row is None:
        return None
    code = bodies.text(step.body, "item") if case is None else case.item
    version = bodies.whole(step.body, "item_version") if case is None else case.item_version
    item = rules.item_of(code, version)
    when = When(step.counted, step.earliest, step.latest)
    for who in row.who:
        for role in roles_for(who, item, case):
            right = rules.authority.right(step.person, (role,), step.scope, code, when)
            if right.standing is not Standing.NONE:
                return role
    return None
