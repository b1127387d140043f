"""The fast track (绿色通道): who is told when a case on it is accepted, and what he is told.

Source: rules.md §1, §3 "Fast track"; TM22 (短信给部门分管领导, 提速50%); IN06. Window and centre
ask the same function: what the clerk reads before accepting is what the centre sends.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sync.domain.authority import Role, Standing, at_moment
from sync.domain.calendar import CHINA
from sync.domain.time_limit import clock

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sync.domain.authority import Person
    from sync.domain.case import Case
    from sync.domain.rules import Rules

TELLS = (Role.BRANCH_LEADER, Role.DEPARTMENT_LEADER)
"""分管领导 is told; where a department names none, its head."""
ADVISES = "notice.fast_track"
LANGUAGE = "zh_CN"
"""What is sent is Chinese, whatever language the window of the clerk speaks."""


@dataclass(frozen=True, slots=True)
class LeaderNotice:
    """One short message to one leader; the text stands under `key` and names no applicant.

    `phone` is empty where policy knows none: then nothing can be sent.
    """

    person: str
    name: str
    phone: str = field(repr=False)
    key: str = ADVISES
    args: Mapping[str, str] = field(default_factory=dict)


def leaders_of(case: Case, rules: Rules, at: datetime) -> tuple[Person, ...]:
    """Return who leads the case's department in charge of its item, by roster id."""
    when = at_moment(at)
    for role in TELLS:
        found = tuple(
            person
            for code in sorted(rules.authority.grants)
            if (person := rules.roster.get(code)) is not None
            and rules.authority.right(code, (role,), case.scope, case.item, when).standing
            is Standing.HELD
        )
        if found:
            return found
    return ()


def leader_notices(case: Case, rules: Rules, at: datetime) -> tuple[LeaderNotice, ...]:
    """Return what is told to whom about a case as acceptance left it; () off the fast track.

    Args:
        case: accepted.
        rules: policy in force.
        at: the time that counts for the acceptance.
    """
    due = clock(case, rules).governing if case.fast_track else None
    if due is None:
        return ()
    item = rules.item_of(case.item, case.item_version)
    local = due.at.astimezone(CHINA)
    args = {
        "case": case.number,
        "item": item.name.zh if item else case.item,
        "project": case.project.name if case.project and case.project.name else "—",
        "day": local.date().isoformat(),
        "time": f"{local:%H:%M}",
    }
    return tuple(
        LeaderNotice(person.person, person.name, person.phone, args=args)
        for person in leaders_of(case, rules, at)
    )
