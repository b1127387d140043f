"""Fold steps into a case: which row a step takes, where it leads, what it changes.

The fold asks no calendar and judges nothing: replaying accepted steps in any chunking gives the
same case, whatever policy has become meanwhile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sync.domain import bodies, effects_after, effects_inner, effects_intake
from sync.domain.case import Case, State, StepMark
from sync.domain.catalogue import ChildSort
from sync.domain.events import Kind, Step
from sync.domain.failures import Failure, FailureKind
from sync.domain.replacing import replace
from sync.domain.transitions import Row, rows_for

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sync.domain.rules import Rules

_EFFECTS: Mapping[str, Callable[[Case, Step], Case]] = {
    **effects_intake.EFFECTS,
    **effects_inner.EFFECTS,
    **effects_after.EFFECTS,
}

_ENDING = frozenset(
    {
        State.REFUSED,
        State.NOT_REQUIRED,
        State.DENIED,
        State.WITHDRAWN,
        State.TERMINATED,
        State.UPPER_CLOSED,
        State.DELIVERED,
        State.LAPSED,
    }
)


# -- which of two rows ----------------------------------------------------------------------------


def _opinion_child(case: Case | None, step: Step) -> bool:
    del step
    return case is not None and case.child is not None and case.child.sort is ChildSort.OPINION


def _child_of_lead(case: Case | None, step: Step) -> bool:
    del step
    return case is not None and case.child is not None


def _only_deemed(case: Case | None, step: Step) -> bool:
    del step
    return case is not None and case.deemed


def _no_certificate(case: Case | None, step: Step) -> bool:
    del step
    return case is not None and not case.with_certificate


def _full(case: Case | None, step: Step) -> bool:
    del case
    return bodies.truth(step.body, "complete")


def _by_office(case: Case | None, step: Step) -> bool:
    del case
    return bodies.truth(step.body, "ex_officio") or step.kind in (Kind.REVOKE, Kind.REDO)


PREDICATES: Mapping[str, Callable[[Case | None, Step], bool]] = {
    "": lambda case, step: True,  # noqa: ARG005  # a row without a condition
    "full": _full,
    "part": lambda case, step: not _full(case, step),
    "only_deemed": _only_deemed,
    "child_of_lead": _child_of_lead,
    "opinion_child": _opinion_child,
    "not_opinion_child": lambda case, step: not _opinion_child(case, step),
    "no_certificate": _no_certificate,
    "paper_to_serve": lambda case, step: (
        not (_no_certificate(case, step) and case is not None and case.state is State.GRANTED)
    ),
    "by_office": _by_office,
    "by_applicant": lambda case, step: not _by_office(case, step),
}


def row_of(case: Case | None, step: Step) -> Row | None:
    """Return the row of the table that a step takes, or None: the step is not allowed."""
    state = None if case is None else case.state
    for row in rows_for(state, step.kind):
        if PREDICATES[row.when](case, step):
            return row
    return None


# -- where to -------------------------------------------------------------------------------------


def _route(case: Case, step: Step, row: Row) -> State:
    """Return the state that a step leads to; for rows with several the step decides."""
    if not row.to:
        return case.state
    if len(row.to) == 1:
        return row.to[0]
    if step.kind == Kind.HANDLE:
        up = case.review_levels > 0
        return State.REVIEWING if up else State.DECIDING
    if step.kind == Kind.REVIEW:
        return State.REVIEWING if case.review_level < case.review_levels else State.DECIDING
    if step.kind == Kind.SEND_BACK:
        return State.REVIEWING if bodies.whole(step.body, "to") > 0 else State.HANDLING
    return State.GRANTED if bodies.truth(step.body, "made_here") else State.UPPER_CLOSED


def opens(case: Case | None, step: Step) -> bool:
    """Say whether the step opens a case, or turns a pre-check into one."""
    return case is None or (
        case.state is State.PRECHECKING and step.kind in (Kind.PREREGISTER, Kind.FILE)
    )


def advance(case: Case | None, step: Step, rules: Rules) -> Case:
    """Return the case after an accepted step; never refuses.

    Args:
        case: the case before it; None when the step opens it.
        step: a step judged before, here or at the centre.
        rules: only the item that a new case names is looked up.

    Raises:
        Failure: domain.no_case (broken): a step without a case that opens none.
    """
    row = row_of(case, step)
    if row is not None and opens(case, step):
        new = effects_intake.open_case(step, row.to[0], rules)
        if case is not None:
            new = replace(new, steps=case.steps, papers=case.papers)
        return _noted(new, step, 0)
    if case is None:
        raise Failure("domain.no_case", FailureKind.BROKEN, step=step.kind)
    if row is None:
        # A newer window's step: it changes nothing here, and is not lost.
        return replace(case, unknown_steps=(*case.unknown_steps, step.id))
    return _noted(_moved(case, step, row), step, case.review_level)


def _moved(case: Case, step: Step, row: Row) -> Case:
    target = _route(case, step, row)
    delivers = step.kind == Kind.SERVE and bool(row.to)
    effect = effects_after.deliver_decision if delivers else _EFFECTS.get(step.kind)
    after = case if effect is None else effect(case, step)
    changes: dict[str, Any] = {}
    if target is not after.state:
        changes["state"] = target
    if target is not case.state or after.review_level != case.review_level:
        changes["state_since"] = step.counted if step.kind == Kind.DEEM_ACCEPTED else step.begins
    if target in _ENDING and target is not case.state:
        changes["ended_at"] = step.counted
    return replace(after, **changes) if changes else after


def _noted(case: Case, step: Step, level: int) -> Case:
    """Add the step's paper and its mark on the timeline."""
    case = effects_after.with_paper(case, step)
    declared = bodies.text(step.body, "acting_for") or None
    mark = StepMark(
        id=step.id,
        kind=step.kind,
        person=step.person,
        device=step.device,
        at=step.counted,
        scope=step.scope,
        level=level,
        signed_by_card=step.signed_by_card,
        late=step.late is not None,
        acting_for=declared or case.stand_ins.get(step.person),
        state=case.state,
    )
    return replace(case, steps=(*case.steps, mark))
