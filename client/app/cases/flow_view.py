"""Which step of the item's flow a case waits for, and by whose name (ST05, ST06, ST18). Pure.

The rights are those of policy at this moment; who worked on the case before is left out where the
rules want another person (rules §2 "Persons"). The rules still judge the step itself.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from client.app.rows.flow import FlowRow
from sync.domain.authority import Standing, at_moment
from sync.domain.case import END, State
from sync.domain.events import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from sync.domain.case import Case, StepMark
    from sync.domain.catalogue import FlowStep, Item
    from sync.domain.policy import PolicyBook
    from sync.domain.rules import Rules

#: The events that do a step of the flow.
_DOES: Mapping[str, frozenset[str]] = {
    "accept": frozenset({Kind.ACCEPT, Kind.ACCEPT_PENDING, Kind.DEEM_ACCEPTED}),
    "decide_at_once": frozenset({Kind.DECIDE_AT_ONCE}),
    "claim": frozenset({Kind.CLAIM, Kind.ASSIGN}),
    "survey": frozenset({Kind.SURVEY}),
    "handle": frozenset({Kind.HANDLE}),
    "review": frozenset({Kind.REVIEW}),
    "decide": frozenset({Kind.GRANT, Kind.DENY}),
    "make": frozenset({Kind.MAKE}),
    "seal": frozenset({Kind.SEAL}),
    "issue": frozenset({Kind.ISSUE}),
}
#: What a case waits for in a state; a review's level is the case's own.
_WAITS: Mapping[State, frozenset[str]] = {
    State.RECEIVED: frozenset({"accept"}),
    State.ACCEPTED: frozenset({"claim", "decide_at_once"}),
    State.HANDLING: frozenset({"survey", "handle"}),
    State.REVIEWING: frozenset({"review"}),
    State.DECIDING: frozenset({"decide"}),
    State.GRANTED: frozenset({"make"}),
    State.MAKING: frozenset({"seal"}),
    State.CERTIFIED: frozenset({"issue"}),
}
_OVER = frozenset({State.CLOSED, State.ARCHIVED})
_APART = frozenset({"review", "decide"})
_WORKED = frozenset({Kind.HANDLE, Kind.SURVEY, Kind.REVIEW})


def flow_of(
    case: Case, item: Item | None, rules: Rules, book: PolicyBook, now: datetime
) -> tuple[FlowRow, ...]:
    """Return the flow of a case's item, done steps with their persons, open ones with theirs.

    Args:
        case: folded to its newest step.
        item: as the case was filed under it; without one there is no flow.
        rules: whose rights count.
        book: names people.
        now: rights are those of this moment.
    """
    if item is None:
        return ()
    marks = _standing(case)

    def name_of(person: str) -> str:
        known = book.roster.get(person)
        return known.name if known else person

    rows = [_row(step, case, marks, rules, book, now, name_of) for step in item.flow]
    reached = max((n for n, row in enumerate(rows) if row.place != "ahead"), default=-1)
    over = case.state in END or case.state in _OVER
    # A step that was passed by (an item decided at once) is ahead of nobody any more.
    return tuple(
        row for n, row in enumerate(rows) if row.place != "ahead" or (n > reached and not over)
    )


def named(rows: tuple[FlowRow, ...], item: Item | None, language: str) -> tuple[FlowRow, ...]:
    """Return rows by the names that the item's own field has for its steps (ST02)."""
    own = {} if item is None else {(s.step, s.level): s.name for s in item.flow}
    found = ((row, own.get((row.step, row.level))) for row in rows)
    return tuple(
        row if words is None else replace(row, name=words.of(language)) for row, words in found
    )


def _standing(case: Case) -> dict[tuple[str, int], StepMark]:
    """Return by step and level what was done; a case sent back has those steps before it again."""
    found: dict[tuple[str, int], StepMark] = {}
    for mark in case.steps:
        if mark.kind == Kind.SEND_BACK:
            found = {key: each for key, each in found.items() if key[0] not in {"review", "handle"}}
            continue
        for step, kinds in _DOES.items():
            if mark.kind in kinds:
                found[step, mark.level if step == "review" else 0] = mark
    return found


def _row(  # noqa: PLR0913, PLR0917  what a row is made of
    step: FlowStep,
    case: Case,
    marks: Mapping[tuple[str, int], StepMark],
    rules: Rules,
    book: PolicyBook,
    now: datetime,
    name_of: Callable[[str], str],
) -> FlowRow:
    level = step.level if step.step == "review" else 0
    mark = marks.get((step.step, level))
    waits = step.step in _WAITS.get(case.state, ()) and (not level or level == case.review_level)
    if mark is not None and not waits:
        return FlowRow(step.step, level, "done", name_of(mark.person), mark.at)
    worked = {m.person for m in case.steps if m.kind in _WORKED and m.level != level}
    barred = set(case.recused) | (worked if step.step in _APART else set())
    when = at_moment(now)
    may = tuple(
        person.name
        for person in book.roster.values()
        if person.person not in barred
        and rules.authority.right(person.person, step.roles, case.scope, case.item, when).standing
        is Standing.HELD
    )
    return FlowRow(step.step, level, "now" if waits else "ahead", may=may)
