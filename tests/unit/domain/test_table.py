"""The table of transitions: complete, closed, drawn, and never left by any sequence of steps."""

import random
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.domain import folding, guards
from sync.domain.case import Case, State
from sync.domain.drawing import steps_page
from sync.domain.events import BOOKKEEPING, Kind
from sync.domain.shapes import BODIES, SHAPES
from sync.domain.transitions import TABLE, Row, Who, rows_for, rows_from
from sync.domain.workflow import Refused, advance, allowed, judge
from tests.unit.domain.plausible import body_for, person_for
from tests.unit.domain.world import Desk, at, codes, rules

K = Kind
DESK = Desk("scjg-02").accepted("2026-09-17")
ITEMS = ("scjg-01", "scjg-02", "ycj-01", "sqb-01", "fgj-01", "joint-01")


def in_state(state: State | None) -> Case | None:
    return None if state is None else replace(DESK.case, state=state)


@pytest.mark.parametrize("kind", [k for k in Kind if k not in BOOKKEEPING])
def test_what_the_table_does_not_name_is_not_allowed(kind):
    for state in (None, *State):
        if rows_for(state, kind):
            continue
        step = DESK.step(kind, "all", "2026-09-18", {})
        judged = judge(in_state(state), step, DESK.rules)
        assert isinstance(judged, Refused)
        assert codes(judged) == ("step_not_allowed",)


def test_every_kind_has_a_row_and_a_body():
    kinds = {row.kind for row in TABLE}
    assert kinds == set(Kind) - BOOKKEEPING
    assert set(BODIES) == kinds
    assert {m.shape for members in BODIES.values() for m in members} <= set(SHAPES)


def test_guards_and_predicates_are_the_ones_that_rows_name():
    named = {name for row in TABLE for name in row.guards}
    assert named == set(guards.GUARDS) | set(guards.BODY_GUARDS)
    assert not set(guards.GUARDS) & set(guards.BODY_GUARDS)
    assert {row.when for row in TABLE} == set(folding.PREDICATES)


def test_every_state_is_reached_and_only_the_last_ones_are_left_by_nothing():
    reached = {target for row in TABLE for target in row.to}
    assert reached == set(State)
    moving = {s for row in TABLE for s in row.source if row.to and s is not None}
    assert set(State) - moving == {State.LAPSED, State.ARCHIVED}


def test_rows_of_one_state_and_step_are_told_apart():
    for state in (None, *State):
        for kind in Kind:
            found = rows_for(state, kind)
            assert len(found) <= 1 or all(row.when for row in found), (state, kind)


def test_centre_steps_and_decisive_steps_are_those_of_the_rules():
    decisive = {row.kind.value for row in TABLE if row.act}
    assert decisive == {
        "refuse", "tell_not_required", "grant", "deny", "decide_at_once", "suspend",
        "prolong_suspension", "extend", "forward", "terminate", "amend", "correct_paper", "seal",
        "refund", "spoil", "cure",
    }  # fmt: skip
    alone = {row.kind.value for row in TABLE if row.who == (Who.C,)}
    assert alone == {"deem_accepted", "child_ended", "child_moved", "deem_renewed"}


def test_unknown_kinds_and_sessions_are_no_steps_of_a_case():
    for kind in ("teleport", "session.open", "session.close"):
        assert DESK.refused(kind, "clerk", "2026-09-18") == ("unknown_kind",)


def test_the_page_of_steps_is_drawn_from_the_tables():
    page = Path(__file__).parents[3] / "docs" / "STEPS.md"
    assert page.read_text(encoding="utf-8") == steps_page()


_EARLY_ENDS = (K.WITHDRAW, K.TERMINATE, K.LEAVE, K.REFUSE, K.TELL_NOT_REQUIRED)


def _weight(row: Row) -> float:
    """Walk forward more often than about, and out only now and then."""
    if row.kind in _EARLY_ENDS:
        return 0.2
    return 6 if row.to else 1


def walk(seed: int, length: int) -> Desk:
    """Take random steps; those that the rules refuse are dropped."""
    chance = random.Random(seed)  # noqa: S311  reproducible walks, not secrets
    desk = Desk(chance.choice(ITEMS))
    when = at("2026-09-01 09:00")
    for _ in range(length):
        when += timedelta(minutes=chance.choice((1, 30, 400, 3000, 20_000)))
        state = None if desk.case_or_none is None else desk.case.state
        rows = rows_from(state)
        row = chance.choices(rows, [_weight(row) for row in rows])[0]
        person = person_for(row.kind, desk)
        if chance.random() < 0.1:
            person = chance.choice(("clerk", "all", "centre", "head"))
        body = body_for(row.kind, desk, when)
        text = when.strftime("%Y-%m-%d %H:%M")
        judged = desk.try_(row.kind, person, text, **body)
        if isinstance(judged, Refused):
            continue
        named = {t for r in rows_for(state, row.kind) for t in (r.to or (state,))}
        assert judged.case.state in named, (row, judged.case.state)
        desk.do(row.kind, person, text, **body)
        for option in allowed(desk.case, person, desk.rules, when):
            assert rows_for(desk.case.state, option.kind)
    return desk


@pytest.mark.slow
@settings(max_examples=100)
@given(st.integers(0, 2**32), st.integers(1, 60))
def test_no_sequence_of_steps_leaves_the_table(seed, length):
    walk(seed, length)


@pytest.mark.slow
@settings(max_examples=50)
@given(st.integers(0, 2**32), st.data())
def test_replay_in_any_chunking_gives_the_same_case(seed, data):
    desk = walk(seed, 50)
    whole = None
    for step in desk.steps:
        whole = advance(whole, step, desk.rules)
    assert whole == desk.case_or_none
    cut = data.draw(st.integers(0, len(desk.steps)))
    part = None
    for step in desk.steps[:cut]:
        part = advance(part, step, rules())
    for step in desk.steps[cut:]:
        # The rules may be newer by then: a fold asks them only for the item that a case opens with.
        part = advance(part, step, rules(light_scheme="cards"))
    assert part == whole


@pytest.mark.slow
def test_walks_reach_far():
    reached: set[State] = set()
    taken: set[str] = set()
    for seed in range(70):
        desk = walk(seed, 80)
        reached |= {mark.state for mark in desk.case_or_none.steps} if desk.case_or_none else set()
        taken |= {step.kind for step in desk.steps}
    assert len(reached) >= 20, sorted(reached)
    assert len(taken) >= 55, sorted(set(Kind) - taken)
