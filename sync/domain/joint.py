"""Joint cases (联办件): which children the centre opens, accepts and reports, and when.

Children open for pre-check at receipt and for work at acceptance; a stage opens when the results
of the one before exist; all ended, the lead decides. The centre makes these steps in the
children's own scopes; here it is only said which are due. Source: rules.md §2 "Joint"; ST09–ST13.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sync.domain.case import INNER, Case, State
from sync.domain.catalogue import Catalogue, ChildSort, Helper

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sync.domain.rules import Rules

DROPPED = "dropped"  # outcome of a part that the bundle lost before it was opened
_AT_WORK = (*INNER, State.RECEIVED, State.AWAITING_CORRECTION)


@dataclass(frozen=True, slots=True)
class ChildPlan:
    """One child to be opened: where, and the body of its `preregister`."""

    helper: str
    scope: str
    body: Mapping[str, Any]


def find_helper(catalogue: Catalogue, item: str, code: str) -> Helper | None:
    """Return the helper that a child of an item belongs to: by its bundle, or by its own item."""
    for bundle in catalogue.bundles.values():
        for helper in bundle.helpers:
            own = item == bundle.code if helper.sort is ChildSort.OPINION else item == helper.item
            if helper.code == code and own and not helper.shared_only:
                return helper
    return None


def open_stage(parent: Case) -> int:
    """Return the newest stage that may be at work: 1, or the first with an open child."""
    stages = sorted({child.stage for child in parent.children})
    unfinished = [child.stage for child in parent.children if child.result is None]
    return min(unfinished, default=stages[-1] if stages else 0)


def children_to_open(parent: Case, opened: Iterable[str], rules: Rules) -> tuple[ChildPlan, ...]:
    """Return the children that are due to be opened now.

    Args:
        parent: the lead's case; before receipt nothing is due.
        opened: helper codes whose child exists already.
        rules: the policy in force.
    """
    bundle = rules.catalogue.bundles.get(parent.item)
    if bundle is None or parent.state not in _AT_WORK:
        return ()
    known, stage = set(opened), open_stage(parent)
    return tuple(
        _plan(parent, helper, rules)
        for helper in bundle.helpers
        if not helper.shared_only and helper.stage == stage and helper.code not in known
    )


def children_at_work(parent: Case) -> bool:
    """Say whether open children are to be accepted: from the parent's acceptance on."""
    return parent.state in INNER


def _plan(parent: Case, helper: Helper, rules: Rules) -> ChildPlan:
    licence = helper.sort is ChildSort.LICENCE and helper.item is not None
    item = rules.catalogue.item(helper.item or parent.item if licence else parent.item)
    applicant = parent.applicant
    agent = parent.agent
    body: dict[str, Any] = {
        "applicant": {
            "kind": applicant.kind,
            "id_kind": applicant.id_kind,
            "id_no": applicant.id_no,
            "name": applicant.name,
            "phone": applicant.phone,
        },
        "agent": None
        if agent is None
        else {"name": agent.name, "id_no": agent.id_no, "phone": agent.phone},
        "item": parent.item if item is None else item.code,
        "item_version": parent.item_version if item is None else item.version,
        "catalogue": parent.catalogue,
        "calendar": parent.calendar,
        "project": None
        if parent.project is None
        else {"name": parent.project.name, "key": parent.project.key},
        "fast_track": False,
        "child": {
            "parent": parent.number,
            "helper": helper.code,
            "sort": helper.sort.value,
            "by_wd": helper.limit.amount,
            "stage": helper.stage,
        },
    }
    return ChildPlan(helper.code, f"{helper.hall}/{helper.department}", body)


def children_to_report(
    parent: Case, children: Iterable[Case], rules: Rules
) -> tuple[Mapping[str, Any], ...]:
    """Return the bodies of `child_ended` that the parent, waiting for its decision, is owed.

    A helper that the bundle no longer has, and whose child was never opened, is not waited for.
    """
    if parent.state is not State.DECIDING:
        return ()
    still = {child.helper for child in parent.children if child.ended is None}
    ended = [
        {"helper": case.child.helper, "child": case.number, "outcome": outcome}
        for case in children
        if case.child is not None
        and case.child.helper in still
        and (outcome := outcome_of(case)) is not None
    ]
    bundle = rules.catalogue.bundles.get(parent.item)
    has = set() if bundle is None else {helper.code for helper in bundle.helpers}
    gone = (
        {"helper": child.helper, "child": parent.number, "outcome": DROPPED}
        for child in parent.children
        if child.ended is None and not child.number and child.helper not in has
    )
    return (*ended, *gone)


def outcome_of(child: Case) -> str | None:
    """Return how a child ended: "opinion", "granted", "denied", …; None while it is open."""
    if child.state in (State.CLOSED, State.ARCHIVED) or child.ended_at is not None:
        return child.decision or child.state.value
    # A licence child's grant is its end for the lead; its certificate goes its own way.
    granted = child.child is not None and child.child.sort is ChildSort.LICENCE
    return child.decision if granted else None
