"""A hand-made window may send anything: the rules judge it and never fail; so does the fold."""

import contextlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.domain import bodies
from sync.domain.case import State
from sync.domain.events import BOOKKEEPING, Kind, Late, Step
from sync.domain.fields import DataFailure, Fields, moment_of, ms_of
from sync.domain.lights import light, next_moment
from sync.domain.policy import POLICY_KINDS
from sync.domain.shapes import BODIES
from sync.domain.time_limit import clock
from sync.domain.violations import SEVERITY
from sync.domain.workflow import Applied, AppliedWithFindings, Refused, advance, allowed, judge
from tests.unit.domain.plausible import body_for, person_for
from tests.unit.domain.world import START, Desk, at, county

BOOK = county()
DESK = Desk("scjg-02").accepted("2026-09-17")
NAMES = sorted({m.name for members in BODIES.values() for m in members} | {"child", "case", "x"})
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text(max_size=12)
    | st.sampled_from(["agree", "scjg-02", "application", "2026-09-30", "A" * 43, "hand"])
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=8,
)
BODIES_OF_ANY_KIND = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=8)
MOMENTS = st.datetimes(
    datetime(1970, 1, 2),  # noqa: DTZ001  hypothesis adds the zone
    datetime(9990, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
) | st.just(at("2026-09-18"))
KINDS = st.sampled_from([k.value for k in Kind if k not in BOOKKEEPING])


def in_state(state: State | None):
    return None if state is None else replace(DESK.case, state=state)


@pytest.mark.slow
@settings(max_examples=600)
@given(KINDS, st.sampled_from([None, *State]), BODIES_OF_ANY_KIND, MOMENTS, st.booleans())
def test_any_body_at_any_time_is_judged(kind, state, body, moment, by_centre):
    step = replace(
        DESK.step(kind, "all", "2026-09-18", body),
        at=moment,
        device="centre:1" if by_centre else "d1",
        late=Late(moment - timedelta(days=1), "x") if by_centre else None,
    )
    judged = judge(in_state(state), step, DESK.rules)
    assert isinstance(judged, Applied | AppliedWithFindings | Refused)
    if isinstance(judged, Refused):
        assert judged.violations
        assert all(v.code in SEVERITY for v in judged.violations)
    else:
        look(judged.case)


@pytest.mark.slow
@settings(max_examples=600)
@given(KINDS, st.sampled_from(list(State)), BODIES_OF_ANY_KIND)
def test_any_accepted_step_is_folded(kind, state, body):
    step = DESK.step(kind, "all", "2026-09-18", body)
    look(advance(in_state(state), step, DESK.rules))


def look(case) -> None:
    clock(case, DESK.rules).explanation  # noqa: B018  made without failing
    light(case, DESK.rules, at("2026-09-19"))
    next_moment(case, DESK.rules, at("2026-09-19"))
    allowed(case, "all", DESK.rules, at("2026-09-19"))


@pytest.mark.slow
@settings(max_examples=300)
@given(KINDS, st.data())
def test_one_member_of_another_form_never_passes_as_the_right_one(kind, data):
    members = [m for m in BODIES[kind] if m.shape not in {"object", "bool", "text"}]
    if not members:
        return
    member = data.draw(st.sampled_from(members))
    desk = DESK
    body = {**body_for(kind, desk, at("2026-09-18")), member.name: 3.5}
    step = desk.step(kind, person_for(kind, desk), "2026-09-18", body)
    for state in (None, *State):
        judged = judge(in_state(state), step, desk.rules)
        assert isinstance(judged, Refused)


@pytest.mark.slow
@settings(max_examples=300)
@given(
    st.sampled_from(POLICY_KINDS),
    st.dictionaries(
        st.sampled_from(
            [
                "code",
                "name",
                "id",
                "person",
                "roles",
                "items",
                "hours",
                "from",
                "version",
                "hall",
                "value",
                "keys",
                "certs",
                "jwk",
                "use",
                "dev",
            ]
        ),
        VALUES,
        max_size=8,
    ),
)
def test_any_policy_body_is_folded_or_refused_with_a_code(kind, body):
    with contextlib.suppress(DataFailure):  # nothing else may escape
        assert BOOK.with_event(kind, body, START).size == BOOK.size + 1


def test_wire_times_are_exact_and_bounded():
    moment = at("2026-09-17 10:30")
    assert moment_of(ms_of(moment)) == moment
    for wrong in (-1, 7_258_118_400_001):
        with pytest.raises(ValueError, match=str(wrong)):
            moment_of(wrong)


def test_bodies_are_read_without_trust():
    body = {"n": True, "t": 1, "d": "2026-99-99", "m": -1, "l": ["a", 1, {"x": 1}], "o": []}
    assert bodies.whole(body, "n", 7) == 7
    assert bodies.text(body, "t") == ""
    assert bodies.day(body, "d") is None
    assert bodies.day(body, "none") is None
    assert bodies.moment(body, "m") is None
    assert bodies.moment(body, "n") is None
    assert bodies.texts(body, "l") == ("a",)
    assert bodies.texts(body, "o") == ()
    assert bodies.texts(body, "none") == ()
    assert bodies.parts(body, "l") == ({"x": 1},)
    assert bodies.parts(body, "none") == ()
    assert bodies.part(body, "l") == {}
    assert bodies.days({"n": 10**9}, "n") == 0


def test_a_failure_names_its_place():
    fields = Fields({"a": {"b": [{}]}}, "room")
    failure = fields.part("a").parts("b")[0].fail("what", "c", item="i")
    assert str(failure) == "room.what place=a.b[0].c item=i"
    with pytest.raises(DataFailure):
        fields.moment("none")


def test_the_proven_interval_bounds_the_claim():
    step = Step("s", "claim", None, "s", "p", "d", at("2026-09-17 10:00"), {})
    assert (step.earliest, step.latest) == (step.at, step.at)
    late = replace(step, lo=at("2026-09-17 11:00"))
    assert late.counted == at("2026-09-17 11:00")
    early = replace(step, hi=at("2026-09-17 09:00"))
    assert (early.counted, early.latest) == (at("2026-09-17 09:00"),) * 2
