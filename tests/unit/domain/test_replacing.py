"""Copies with some members changed, and what is computed of a case without the whole clock."""

import dataclasses
from datetime import timedelta

import pytest

from sync.domain.case import State
from sync.domain.lights import Light, earliest_moment, light
from sync.domain.replacing import replace
from sync.domain.time_limit import clock, governing_due
from tests.unit.domain.world import Desk


@dataclasses.dataclass(frozen=True, slots=True)
class One:
    only: int


def desks():
    """Yield cases on their way: just registered, received, accepted, of several items."""
    for item in ("scjg-01", "scjg-02", "ycj-01", "zjj-01"):
        yield Desk(item).received("2026-09-17")
        yield Desk(item).accepted("2026-09-17")


def test_a_copy_is_what_the_standard_library_makes_of_it():
    case = Desk("scjg-02").accepted("2026-09-17").case
    for changes in ({}, {"holder": "somebody"}, {"state": State.GRANTED, "number": "another"}):
        assert replace(case, **changes) == dataclasses.replace(case, **changes)
    assert replace(One(1), only=2) == One(2)


def test_a_member_that_is_none_is_refused():
    with pytest.raises(KeyError):
        replace(One(1), other=2)


@pytest.mark.parametrize("state", State)
def test_the_governing_due_is_the_clocks_and_asks_for_no_list_of_steps(state):
    for desk in desks():
        case = dataclasses.replace(desk.case, state=state)
        found = clock(case, desk.rules).governing
        assert governing_due(case, desk.rules) == found
        assert governing_due(dataclasses.replace(case, steps=()), desk.rules) == found


@pytest.mark.parametrize("state", State)
def test_no_light_turns_before_the_earliest_moment(state):
    for desk in desks():
        case = dataclasses.replace(desk.case, state=state)
        first = earliest_moment(case, desk.rules, clock(case, desk.rules))
        if first is not None:
            before = light(case, desk.rules, first - timedelta(milliseconds=1))
            assert {before.light, before.step_light} <= {Light.WHITE, Light.NONE}
