"""What an item's own flow asks of its named steps, whatever their kind: time to pass, persons.

So flows of other fields (tenders, procurement, land, property: ST23, ST24, PL25) are data: their
steps are named over the steps of the table, with the waits and the numbers of their law.
"""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from sync.domain import bodies
from sync.domain.calendar import china_day
from sync.domain.catalogue import Unit
from sync.domain.events import Kind
from sync.domain.violations import Violation, violation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from sync.domain.case import Case
    from sync.domain.catalogue import FlowStep, Item
    from sync.domain.trial import Trial

#: By which kinds a step of a flow is done, where they are not the step's own.
_DOES: dict[str, tuple[str, ...]] = {
    "accept": (Kind.ACCEPT, Kind.ACCEPT_PENDING, Kind.DEEM_ACCEPTED),
    "claim": (Kind.CLAIM, Kind.ASSIGN),
    "decide": (Kind.GRANT, Kind.DENY),
}


def check_named_step(trial: Trial) -> Iterator[Violation]:
    """Yield what the item's flow holds against a step: too early, or too few persons named."""
    named = _named(trial)
    if named is None or trial.before is None or trial.item is None:
        return
    first = _first_day(trial, trial.before, trial.item, named)
    if first is not None and china_day(trial.when.counted) < first:
        yield violation("step_too_early", first=first.isoformat())
    present = set(bodies.texts(trial.step.body, "present"))
    if len(present) < named.persons:
        yield violation("persons_missing", least=named.persons)


def _named(trial: Trial) -> FlowStep | None:
    """Return the flow's step that this step is."""
    if trial.item is None or trial.before is None:
        return None
    names = _done_by(trial.step.kind)
    for step in trial.item.flow:
        if step.step in names:
            level = trial.before.review_level if step.step == Kind.REVIEW else 0
            if step.level == level:
                return step
    return None


@cache
def _done_by(kind: str) -> frozenset[str]:
    """Return by which names a flow means a kind of step."""
    own = () if kind in _DOES else (kind,)
    return frozenset((*own, *(name for name, kinds in _DOES.items() if kind in kinds)))


def _first_day(trial: Trial, case: Case, item: Item, named: FlowStep) -> date | None:
    """Return the first day on which a step may be made, None where the flow asks for no wait."""
    wait = named.not_before
    at = item.flow.index(named)
    if wait is None or not at:
        return None
    before = item.flow[at - 1]
    kinds = _DOES.get(before.step, (before.step,))
    done = [
        mark
        for mark in case.steps
        if mark.kind in kinds and (before.step != Kind.REVIEW or mark.level == before.level)
    ]
    if not done:
        return None
    day = china_day(done[-1].at)
    if wait.unit is Unit.WORKING:
        return trial.department.after(day, wait.amount)
    return day + timedelta(days=wait.amount)
