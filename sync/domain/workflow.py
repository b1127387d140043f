"""Judge a step, fold it, and say what may come next: the same function at window and centre.

`judge` is the rule book's `apply`: Refused has no effect; AppliedWithFindings stands and the
violation is recorded; nothing is ever silently corrected. Source: rules.md §2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sync.domain import bodies, folding
from sync.domain.events import BOOKKEEPING, Kind, Step
from sync.domain.guards import BODY_GUARDS, GUARDS
from sync.domain.guards_flow import check_named_step
from sync.domain.rights import check_act, check_rights, right_to
from sync.domain.shapes import check_body
from sync.domain.transitions import Row, rows_from
from sync.domain.trial import Trial
from sync.domain.violations import Violation, refusals, violation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from sync.domain.case import Case
    from sync.domain.catalogue import Item
    from sync.domain.rules import Rules
    from sync.domain.time_limit import Clock

advance = folding.advance

_YEARS = range(2000, 2200)
_KINDS = frozenset(kind.value for kind in Kind) - BOOKKEEPING


@dataclass(frozen=True, slots=True)
class Applied:
    """The step stands."""

    case: Case


@dataclass(frozen=True, slots=True)
class AppliedWithFindings:
    """The step stands and something about it is recorded."""

    case: Case
    findings: tuple[Violation, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """The step has no effect. `paper` = it had handed a paper out: a cure is owed (rules.md §2)."""

    violations: tuple[Violation, ...]
    paper: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """A step that a screen offers: enabled, or disabled with its reason."""

    kind: Kind
    blocked: Violation | None = None
    needs_card: bool = False


def judge(case: Case | None, step: Step, rules: Rules) -> Applied | AppliedWithFindings | Refused:
    """Judge a step on a case: pure, total, the same everywhere.

    Args:
        case: the case as folded so far; None when the step opens it.
        step: an authenticated step (signature, chain and device are sync.proof's).
        rules: the policy in force.
    """
    found = held_against(case, step, rules)
    refused = refusals(found)
    if refused:
        return Refused(refused, paper=bool(step.body.get("paper")))
    after = folding.advance(case, step, rules)
    return AppliedWithFindings(after, found) if found else Applied(after)


def held_against(case: Case | None, step: Step, rules: Rules) -> tuple[Violation, ...]:
    """Return what the rules hold against a step, refusals and findings: `judge` without its case.

    For whoever folds the step elsewhere, as the window's store does from what it has signed.
    """
    return tuple(_violations(case, step, rules))


def _violations(case: Case | None, step: Step, rules: Rules) -> Iterator[Violation]:
    row = folding.row_of(case, step)
    stopped = _not_allowed(case, step, row)
    if row is None or stopped is not None:
        yield stopped or violation("step_not_allowed", state="-", kind=step.kind)
        return
    trial = Trial(case, step, rules, row, _item(case, step, rules))
    malformed = tuple(check_body(step))
    yield from malformed
    yield from check_rights(trial)
    yield from check_act(trial)
    yield from _circumstances(step)
    yield from check_named_step(trial)
    for name in row.guards:
        if name in GUARDS:
            yield from GUARDS[name](trial)
        elif not malformed:
            yield from BODY_GUARDS[name](trial)


def _not_allowed(case: Case | None, step: Step, row: Row | None) -> Violation | None:
    """Return why the step cannot even be looked at."""
    if step.kind not in _KINDS:
        return violation("unknown_kind", kind=step.kind)
    told = (step.at,) if step.late is None else (step.at, step.late.happened_at)
    if any(moment.year not in _YEARS for moment in told):
        return violation("time_implausible", year=min(moment.year for moment in told))
    if row is None:
        state = "-" if case is None else case.state.value
        return violation("step_not_allowed", state=state, kind=step.kind)
    return None if case is None else _wrong_moment(case, step, row)


def _wrong_moment(case: Case, step: Step, row: Row) -> Violation | None:
    """Return why the step cannot be made on this case as it stands."""
    if step.scope != case.scope or step.case != case.number:
        return violation("wrong_scope", scope=step.scope)
    if case.suspension is not None and not row.parallel:
        return violation("suspended", until=case.suspension.until.isoformat())
    return None


def _item(case: Case | None, step: Step, rules: Rules) -> Item | None:
    if case is not None:
        return rules.item_of(case.item, case.item_version)
    code, version = step.body.get("item"), step.body.get("item_version")
    known = isinstance(code, str) and isinstance(version, int)
    return rules.item_of(code, version) if known else None  # type: ignore[arg-type]


def _circumstances(step: Step) -> Iterator[Violation]:
    """Yield what is said of any step: entered late, or without knowing the case's newest step."""
    if step.late is not None:
        # A note's own words say more than the code that its claim has room for.
        said = bodies.text(step.body, "reason") if step.kind == Kind.NOTE_LATE else ""
        yield violation("late_record", reason=said or step.late.reason)
    if not step.knew_latest:
        yield violation("stale_knowledge")


def stands_for(case: Case | None, step: Step, rules: Rules) -> str | None:
    """Return for whom a deputy (AB岗) would make the step, which its body must then declare.

    None for whoever acts by his own right, or has none.
    """
    row = folding.row_of(case, step)
    if row is None:
        return None
    return right_to(Trial(case, step, rules, row, _item(case, step, rules)))[0].acting_for


# -- what may come next ---------------------------------------------------------------------------

_NOTHING: Mapping[str, Any] = {}


def allowed(case: Case, person: str, rules: Rules, now: datetime) -> tuple[Option, ...]:
    """Return every step that persons may make from here, in the table's order.

    A blocked one carries the first reason why this person cannot make it now; guards that depend
    on what will be typed are not asked.
    """
    options: dict[Kind, Option] = {}
    clocks: dict[str, Clock] = {}
    for row in rows_from(case.state):
        if row.who == ("C",):
            continue
        step = Step(
            id="",
            kind=row.kind,
            case=case.number,
            scope=case.scope,
            person=person,
            device="",
            at=now,
            body=_NOTHING,
            signed_by_card=True,
        )
        option = _option(Trial(case, step, rules, row, _item(case, step, rules), clocks))
        known = options.get(row.kind)
        if option is not None and (known is None or known.blocked is not None):
            options[row.kind] = option
    return tuple(options.values())


def _option(trial: Trial) -> Option | None:
    row, step, case = trial.row, trial.step, trial.case
    if row.when not in ("full", "part") and not folding.PREDICATES[row.when](case, step):
        return None
    stopped = _not_allowed(case, step, row)
    found = (stopped,) if stopped is not None else refusals(_standing_reasons(trial))
    needs_card = row.act or (trial.item is not None and row.kind in trial.item.acts)
    return Option(row.kind, found[0] if found else None, needs_card)


def _standing_reasons(trial: Trial) -> Iterator[Violation]:
    yield from check_rights(trial)
    for name in trial.row.guards:
        if name in GUARDS:
            yield from GUARDS[name](trial)
