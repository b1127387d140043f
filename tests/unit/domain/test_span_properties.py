"""Properties of the clock: stops and holidays only ever move a deadline away, never nearer."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sync.domain.calendar import calendar_from
from sync.domain.catalogue import Limit, Unit
from sync.domain.spans import Stop, back_from, count, halved
from sync.domain.switches import Switches
from tests.unit.domain.world import at, resource

CALENDAR = calendar_from(resource("calendars/cn-2024-2026.json"))
START = at("2025-12-01 00:00")
UNITS = st.sampled_from(list(Unit))
LIMITS = st.builds(Limit, UNITS, st.integers(1, 60)).map(
    lambda limit: limit if limit.unit is not Unit.MINUTE else Limit(limit.unit, limit.amount * 7)
)
MINUTES = st.integers(0, 200 * 24 * 60)
MOMENTS = MINUTES.map(lambda minutes: START + timedelta(minutes=minutes))
SWITCHES = st.builds(Switches, count_from_next_day=st.booleans(), ends_at_midnight=st.booleans())


@st.composite
def stops(draw: st.DrawFn) -> tuple[Stop, ...]:
    edges = sorted(draw(st.lists(MOMENTS, min_size=2, max_size=6, unique=True)))
    pairs = zip(edges[::2], edges[1::2], strict=False)
    return tuple(Stop(begin, end, "hearing") for begin, end in pairs)


@given(LIMITS, MOMENTS, stops(), SWITCHES, st.integers(0, 10))
def test_what_a_calendar_remembers_is_what_it_counts_anew(limit, start, stopped, switches, extra):
    for left_out in ((), stopped):
        again = count(limit, start, CALENDAR, switches, left_out, extra)
        assert again == count(limit, start, replace(CALENDAR), switches, left_out, extra)


@pytest.mark.slow
@settings(max_examples=400)
@given(LIMITS, MOMENTS, stops(), SWITCHES, st.integers(0, 10))
def test_a_stop_never_brings_the_deadline_nearer(limit, start, stopped, switches, extra):
    plain = count(limit, start, CALENDAR, switches, (), extra)
    for taken in range(len(stopped) + 1):
        found = count(limit, start, CALENDAR, switches, stopped[:taken], extra)
        assert found.at >= plain.at
        plain = found


@pytest.mark.slow
@settings(max_examples=400)
@given(LIMITS, MOMENTS, stops(), SWITCHES, st.integers(0, 220))
def test_a_holiday_more_never_brings_the_deadline_nearer(limit, start, stopped, switches, offset):
    holiday = (START + timedelta(days=offset)).date()
    assume(CALENDAR.is_working(holiday))
    fewer = replace(CALENDAR, off=CALENDAR.off | {holiday}, on=CALENDAR.on - {holiday})
    before = count(limit, start, CALENDAR, switches, stopped)
    after = count(limit, start, fewer, switches, stopped)
    assert after.at >= before.at


@pytest.mark.slow
@settings(max_examples=200)
@given(LIMITS, MOMENTS, stops(), SWITCHES)
def test_the_end_lies_after_the_start(limit, start, stopped, switches):
    found = count(limit, start, CALENDAR, switches, stopped)
    if switches.count_from_next_day:
        assert found.at > start
    assert found.at.date() == found.by_date


@pytest.mark.slow
@settings(max_examples=200)
@given(LIMITS, MOMENTS, stops(), st.integers(0, 100))
def test_a_warning_comes_before_the_end_and_later_for_less_time(limit, start, stopped, percent):
    found = count(limit, start, CALENDAR, Switches(), stopped)
    left = found.total_ms * percent // 100
    warned = back_from(found.at, left, CALENDAR, found.stops)
    assert warned <= found.at
    assert warned >= back_from(found.at, found.total_ms, CALENDAR, found.stops)


@given(LIMITS, MOMENTS, st.integers(1, 10))
def test_an_extension_moves_the_end_by_its_working_days(limit, start, days):
    plain = count(limit, start, CALENDAR, Switches())
    longer = count(limit, start, CALENDAR, Switches(), (), days)
    assert CALENDAR.between(plain.by_date, longer.by_date) == days


@given(st.integers(1, 40), MOMENTS)
def test_half_of_an_even_promise_is_the_day_half_as_far(days, start):
    whole = count(Limit(Unit.WORKING, days), start, CALENDAR, Switches())
    half = count(halved(Limit(Unit.WORKING, 2 * days)), start, CALENDAR, Switches())
    assert half.at == whole.at


def test_half_days_are_office_minutes_from_the_opening_of_day_one():
    green = count(Limit(Unit.HALF, 3), at("2026-09-17 16:00"), CALENDAR, Switches())
    # 1.5 working days: the 18th whole, then 210 minutes of Sunday the 20th, worked by decree.
    assert green.at == at("2026-09-20 13:30")
    quarter = count(Limit(Unit.QUARTER, 3), at("2026-09-17"), CALENDAR, Switches())
    assert quarter.at == at("2026-09-18 15:15")


def test_minutes_run_from_the_start_or_the_next_opening():
    limit = Limit(Unit.MINUTE, 60)
    assert count(limit, at("2026-09-17 11:30"), CALENDAR, Switches()).at == at("2026-09-17 13:30")
    assert count(limit, at("2026-09-17 17:30"), CALENDAR, Switches()).at == at("2026-09-18 10:00")
    half = halved(Limit(Unit.MINUTE, 61))
    found = count(half, at("2026-09-17 09:00"), CALENDAR, Switches()).at
    assert found == at("2026-09-17 09:30") + timedelta(seconds=30)
    assert halved(halved(Limit(Unit.WORKING, 3))).unit is Unit.QUARTER
    assert halved(Limit(Unit.AT_ONCE, 0)).unit is Unit.AT_ONCE


def test_stopped_on_the_last_day_the_rest_of_it_is_left_at_resumption():
    stop = Stop(at("2026-09-24 16:00"), at("2026-09-30 10:00"), "hearing")
    found = count(Limit(Unit.WORKING, 3), at("2026-09-21"), CALENDAR, Switches(), (stop,))
    assert found.by_date.isoformat() == "2026-09-30"


def test_a_stop_after_the_end_rescues_nothing():
    stop = Stop(at("2026-09-25 10:00"), at("2026-09-30 10:00"), "hearing")
    found = count(Limit(Unit.WORKING, 3), at("2026-09-21"), CALENDAR, Switches(), (stop,))
    assert found.by_date.isoformat() == "2026-09-24"
    for unit in (Unit.NATURAL, Unit.AT_ONCE, Unit.MINUTE):
        plain = count(Limit(unit, 3), at("2026-09-21"), CALENDAR, Switches())
        assert count(Limit(unit, 3), at("2026-09-21"), CALENDAR, Switches(), (stop,)) == plain


def test_at_once_stopped_is_due_on_the_day_of_resumption():
    stop = Stop(at("2026-09-21 11:00"), at("2026-09-23 10:00"), "hearing")
    found = count(Limit(Unit.AT_ONCE, 0), at("2026-09-21 10:00"), CALENDAR, Switches(), (stop,))
    assert found.at == at("2026-09-23 17:00")


def test_switches_change_the_end_of_a_day_limit():
    limit = Limit(Unit.WORKING, 5)
    midnight = count(limit, at("2026-09-17"), CALENDAR, Switches(ends_at_midnight=True))
    assert midnight.at > at("2026-09-23 23:59")
    same_day = count(limit, at("2026-09-17"), CALENDAR, Switches(count_from_next_day=False))
    assert same_day.by_date.isoformat() == "2026-09-22"
    raw = Switches(natural_rolls_forward=False)
    assert count(Limit(Unit.NATURAL, 30), at("2026-09-01"), CALENDAR, raw).by_date.isoformat() == (
        "2026-10-01"
    )
