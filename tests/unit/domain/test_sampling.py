"""Drawings: by risk, by a seed, the same again, whatever the order (TM11)."""

from collections import Counter
from dataclasses import replace

import pytest

from sync.domain.case import Correction, Extension, State, Suspension
from sync.domain.lights import Light
from sync.domain.sampling import POINTS, STATES, Candidate, Phase, candidate, draw
from tests.unit.domain.test_main_flow import whole
from tests.unit.domain.world import at

CASE = whole().case
NOW = at("2026-09-21 10:00")


def cases(count, risk=1):
    return [Candidate(f"n{n:03}", "s", risk, ()) for n in range(count)]


def test_the_same_seed_draws_the_same_cases_in_any_order():
    every = cases(40)
    assert draw(every, 5, "x") == draw(reversed(every), 5, "x")
    assert draw(every, 5, "x") != draw(every, 5, "y")
    assert len(draw(every, 50, "x")) == 40
    assert len({each.number for each in draw(every, 20, "x")}) == 20


def test_a_riskier_case_is_drawn_more_often_and_shown_first():
    every = [*cases(20), Candidate("risky", "s", 20, ("red",))]
    hits = Counter(each.number for seed in range(200) for each in draw(every, 3, str(seed)))
    assert hits["risky"] > 3 * max(count for number, count in hits.items() if number != "risky")
    drawn = draw(every, 21, "x")
    assert drawn[0].number == "risky"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"extension": Extension(5, "p", NOW)}, "extended"),
        ({"fast_track": True}, "fast_track"),
        ({"stand_ins": {"a": "b"}}, "deputy"),
        ({"decision": "denied"}, "denied"),
        ({"state": State.TERMINATED}, "terminated"),
        ({"corrections": (Correction("s", NOW, NOW, ()),) * 2}, "corrected_twice"),
        (
            {"suspensions": (Suspension("k", "s", NOW, NOW.date(), NOW, NOW),) * 2},
            "suspended_twice",
        ),
        ({"steps": tuple(replace(mark, late=True) for mark in CASE.steps)}, "late_record"),
        ({"steps": tuple(replace(mark, person="x") for mark in CASE.steps)}, "hand_to_hand"),
    ],
)
def test_each_reason_adds_its_points_and_is_named(changes, why):
    plain = candidate(CASE, Light.WHITE, 0)
    found = candidate(replace(CASE, **changes), Light.WHITE, 0)
    assert why not in plain.why
    assert why in found.why
    assert found.risk == plain.risk + POINTS[why]


def test_findings_count_up_to_three_and_red_counts():
    plain = candidate(CASE, Light.WHITE, 0).risk
    assert candidate(CASE, Light.RED, 0).risk == plain + POINTS["red"]
    assert candidate(CASE, Light.WHITE, 9).risk == plain + 3 * POINTS["finding"]


def test_every_state_but_the_lapsed_belongs_to_one_phase():
    every = [state for phase in Phase for state in STATES[phase]]
    assert len(every) == len(set(every))
    assert set(State) - set(every) == {State.LAPSED, State.PRECHECKING}
