"""Scoring by data: what costs points, how far, and what follows; never a float, never below 0."""

import copy
import json
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.domain.fields import DataFailure
from sync.domain.figures.scoring import Subject, Told, mean, score
from sync.domain.figures.scoring_rules import matches, newest_in_force, rules_of

SHIPPED = sorted(each.name for each in (files("resources") / "scoring").iterdir())
NAME = {"zh": "名", "en": "name"}
PLAIN = {
    "schema": 1,
    "code": "plain",
    "version": 1,
    "name": NAME,
    "source": NAME,
    "first": "2026-01",
    "parts": [
        {
            "code": "limits",
            "name": NAME,
            "points": "14",
            "losses": [
                {"code": "third", "name": NAME, "on": ["urged:yellow"], "points": "3", "every": 3},
                {"code": "red", "name": NAME, "on": ["urged:red"], "points": "5", "most": "9"},
            ],
        },
        {"code": "other", "name": NAME, "points": "86", "losses": []},
    ],
    "losses": [{"code": "sanction", "name": NAME, "on": ["fault:demerit"], "points": "15"}],
    "bonuses": [
        {
            "code": "early",
            "name": NAME,
            "on": ["decided:early"],
            "of": ["decided:*"],
            "start": 100,
            "points": "1",
            "step": 100,
            "more": "1",
        }
    ],
    "suggestions": [
        {"code": "talk", "name": NAME, "on": ["urged:red"], "at_least": 2},
        {"code": "inspect", "name": NAME, "below": "95", "kinds": ["department"]},
    ],
}


def rules(**changes):
    return rules_of({**copy.deepcopy(PLAIN), **changes})


def told(*signals, n=0, person="p", **more):
    return Told(f"e{n:03}", f"c{n}", "2026-03-03", "h/d", "dev", person, signals, **more)


def of(scores, kind=Subject.DEPARTMENT, subject="h/d"):
    return next(each for each in scores if (each.kind, each.subject) == (kind, subject))


def test_three_warnings_cost_three_points_and_two_cost_none():
    two = of(score(rules(), [told("urged:yellow", n=n) for n in range(2)]))
    assert two.total == 10_000
    four = of(score(rules(), [told("urged:yellow", n=n) for n in range(4)]))
    assert four.total == 9_700
    (line,) = (line for line in four.parts[0].lines if line.code == "third")
    assert [step.points for step in line.steps] == [0, 0, 300, 0]


def test_a_rule_takes_no_more_than_its_most_and_says_which_steps_took_it():
    found = of(score(rules(), [told("urged:red", n=n) for n in range(3)]))
    assert found.total == 10_000 - 900
    line = found.parts[0].lines[1]
    assert (line.count, [step.points for step in line.steps]) == (3, [500, 400, 0])
    assert [each.code for each in found.suggested] == ["talk", "inspect"]
    assert [step.event for step in found.suggested[0].steps] == ["e000", "e001", "e002"]


def test_a_sanction_is_taken_from_the_whole_of_its_subject_alone():
    sanction = told("fault:demerit", n=1, only=(Subject.PERSON, "p"))
    scores = score(rules(), [told("closed"), sanction])
    assert of(scores, Subject.PERSON, "p").total == 8_500
    assert of(scores).total == 10_000


def test_early_decisions_earn_a_point_for_each_tenth():
    facts = [told("decided:early" if n < 3 else "decided:on_time", n=n) for n in range(10)]
    found = of(score(rules(), facts))
    assert found.total == 10_300
    assert (found.bonuses[0].count, found.bonuses[0].of) == (3, 10)


def test_a_conversion_factor_belongs_to_one_subject():
    scores = score(rules(factors={"h/d": 950}), [told("closed")])
    assert of(scores).total == 9_500
    assert of(scores, Subject.WINDOW, "dev").total == 10_000


def test_the_centre_is_not_scored_and_nobody_is_where_nothing_is_told():
    assert score(rules(), []) == ()
    scores = score(rules(), [told("urged:red", person="")])
    assert {each.kind for each in scores} == {Subject.HALL, Subject.DEPARTMENT, Subject.WINDOW}


@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                ["urged:yellow", "urged:red", "decided:early", "closed", "fault:demerit"]
            ),
            st.sampled_from("pqr"),
        ),
        max_size=60,
    ),
    st.randoms(use_true_random=False),
)
def test_the_order_of_facts_changes_nothing_and_every_point_has_its_step(said, chance):
    facts = [told(signal, n=n, person=person) for n, (signal, person) in enumerate(said)]
    shuffled = list(facts)
    chance.shuffle(shuffled)
    scores = score(rules(), facts)
    assert score(rules(), shuffled) == scores
    for each in scores:
        assert each.total >= 0
        for part in each.parts:
            assert part.left >= 0
            for line in part.lines:
                assert line.points == sum(step.points for step in line.steps)


@pytest.mark.parametrize("name", SHIPPED)
def test_the_shipped_rules_make_a_hundred_points_and_have_words(name):
    data = json.loads((files("resources") / "scoring" / name).read_text("utf-8"))
    found = rules_of(data)
    assert found.full == 10_000
    assert name == f"{found.code}-v{found.version}.json"


@pytest.mark.parametrize(
    ("place", "value", "code"),
    [
        ("schema", 2, "scoring.unknown"),
        ("first", "2026-13", "scoring.malformed"),
        ("parts", [], "scoring.malformed"),
        ("parts", [PLAIN["parts"][0]] * 2, "scoring.twice"),
        ("factors", {"h/d": "0.9"}, "scoring.malformed"),
        ("version", 0, "scoring.malformed"),
    ],
)
def test_a_file_that_is_not_understood_is_refused(place, value, code):
    with pytest.raises(DataFailure) as refused:
        rules(**{place: value})
    assert refused.value.code == code


@pytest.mark.parametrize("points", ["-1", "1.234", "1e3", "", 5, "٣"])
def test_points_are_decimal_text_with_two_places(points):
    part = {**PLAIN["parts"][1], "points": points}
    with pytest.raises(DataFailure, match="malformed"):
        rules(parts=[part])


def test_a_month_has_the_newest_version_in_force():
    versions = [
        rules(),
        rules(version=2, first="2026-04"),
        rules(version=3, first="2026-06", last="2026-06"),
    ]
    found = [newest_in_force(versions, f"2026-{n:02}")["plain"].version for n in (3, 4, 6, 7)]
    assert found == [1, 2, 3, 2]
    assert newest_in_force(versions, "2025-12") == {}


def test_a_star_stands_for_any_ending():
    assert matches("found:hearing_late", ("found:hearing_*",))
    assert not matches("found:hearing", ("found:hearing_*",))
    assert mean([9_000, 10_001]) == 9_500
