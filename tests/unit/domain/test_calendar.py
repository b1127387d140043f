"""Working days and office time: data against an independent library, tables against counting."""

from dataclasses import replace
from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.domain.calendar import Calendar, calendar_from, china_day, end_of_day
from sync.domain.fields import DataFailure
from tests.unit.domain.world import at, day, resource

BODY = resource("calendars/cn-2024-2026.json")
CALENDAR = calendar_from(BODY)
DAYS = st.dates(date(2022, 1, 1), date(2029, 12, 31))
MOMENTS = st.integers(0, 4 * 365 * 24 * 3600 * 1000).map(
    lambda ms: at("2023-06-01 00:00") + timedelta(milliseconds=ms)
)


def test_calendar_data_agrees_with_the_library_day_by_day():
    current = date(2024, 1, 1)
    while current <= date(2026, 12, 31):
        assert CALENDAR.is_working(current) == chinese_calendar.is_workday(current), current
        current += timedelta(days=1)


def works(current: date) -> bool:
    if current in CALENDAR.on:
        return True
    return current.isoweekday() <= 5 and current not in CALENDAR.off


@given(DAYS, st.integers(1, 120))
def test_the_nth_working_day_is_the_one_that_counting_finds(start, count):
    current, left = start, count
    while left:
        current += timedelta(days=1)
        left -= works(current)
    assert CALENDAR.after(start, count) == current
    assert CALENDAR.between(start, current) == count
    assert CALENDAR.before(current + timedelta(days=1), count) > start


@given(DAYS)
def test_from_day_is_the_day_itself_or_the_next_worked_one(start):
    found = CALENDAR.from_day(start)
    assert found >= start
    assert works(found)
    assert (found == start) == works(start)


@given(MOMENTS)
def test_office_time_and_its_inverse_agree(moment):
    spent = CALENDAR.office_ms(moment)
    reached = CALENDAR.at_office_ms(spent)
    assert CALENDAR.office_ms(reached) == spent
    if CALENDAR.in_hours(moment) and moment.microsecond == 0:
        assert reached == moment or CALENDAR.office_ms(moment) == spent


@given(MOMENTS, st.integers(1, 10_000))
def test_office_time_never_runs_backwards(moment, seconds):
    later = moment + timedelta(seconds=seconds)
    assert 0 <= CALENDAR.office_ms(later) - CALENDAR.office_ms(moment) <= seconds * 1000


def test_a_full_day_ends_at_its_close_and_not_at_the_next_opening():
    opening = CALENDAR.office_ms(at("2026-09-17 09:00"))
    assert CALENDAR.at_office_ms(opening + CALENDAR.day_ms) == at("2026-09-17 17:00")
    assert CALENDAR.at_office_ms(opening + CALENDAR.day_ms + 1) > at("2026-09-18 09:00")
    assert CALENDAR.at_office_ms(opening + 180 * 60_000) == at("2026-09-17 12:00")
    assert CALENDAR.at_office_ms(opening + 181 * 60_000) == at("2026-09-17 13:01")


def test_next_opening_is_now_in_office_time_and_the_next_day_after_it():
    assert CALENDAR.next_opening(at("2026-09-17 16:59")) == at("2026-09-17 16:59")
    assert CALENDAR.next_opening(at("2026-09-17 17:00")) == at("2026-09-18 09:00")
    assert CALENDAR.next_opening(at("2026-10-01 10:00")) == at("2026-10-08 09:00")


def test_in_hours_knows_lunch_and_days_off():
    assert CALENDAR.in_hours(at("2026-09-17 09:00"))
    assert not CALENDAR.in_hours(at("2026-09-17 12:30"))
    assert not CALENDAR.in_hours(at("2026-10-01 10:00"))


def test_dates_far_outside_do_not_fail():
    assert CALENDAR.after(date(2199, 12, 31), 3660) > date(2199, 12, 31)
    assert CALENDAR.after(date(9999, 12, 1), 10_000) <= date.max
    assert CALENDAR.before(date(2000, 1, 3), 5) == date(1999, 12, 27)


def test_a_new_issue_keeps_the_days_before_its_day_of_force():
    newer = replace(
        CALENDAR,
        version="2",
        off=frozenset({day("2026-03-04")}),
        on=frozenset(),
        in_force_from=day("2026-06-01"),
    )
    merged = CALENDAR.replaced_by(newer)
    assert merged.version == "2"
    assert not merged.is_working(day("2026-02-16"))
    assert merged.is_working(day("2026-03-04"))
    assert merged.is_working(day("2026-10-01"))
    assert CALENDAR.replaced_by(replace(newer, in_force_from=None)).off == newer.off


@pytest.mark.parametrize("force", [None, "2027-01-01", "2026-12-01"])
def test_the_next_years_issue_leaves_the_decrees_of_the_former_years_alone(force):
    newer = replace(
        CALENDAR,
        version="2027",
        first=day("2027-01-01"),
        official_until=day("2027-12-31"),
        off=frozenset({day("2027-01-01")}),
        on=frozenset(),
        in_force_from=None if force is None else day(force),
    )
    merged = CALENDAR.replaced_by(newer)
    assert merged.after(day("2026-09-17"), 20) == CALENDAR.after(day("2026-09-17"), 20)
    assert merged.is_working(day("2026-02-14"))
    assert not merged.is_working(day("2026-12-26"))
    assert not merged.is_working(day("2027-01-01"))
    assert merged.is_working(day("2027-01-04"))


def test_a_hall_with_other_hours_has_the_same_days():
    short = CALENDAR.with_hours(((600, 720),))
    assert short.day_ms == 120 * 60_000
    assert short.after(day("2026-09-30"), 1) == CALENDAR.after(day("2026-09-30"), 1)
    assert CALENDAR.with_hours(()) is CALENDAR
    assert CALENDAR.with_hours(CALENDAR.hours) is CALENDAR


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"hours": []}, "calendar.hours"),
        ({"hours": [["12:00", "09:00"]]}, "calendar.hours"),
        ({"hours": [["09:00"]]}, "calendar.hours"),
        ({"hours": [["nine", "ten"]]}, "calendar.hours"),
        ({"hours": [[9, 10]]}, "calendar.hours"),
        ({"hours": "09:00"}, "calendar.malformed"),
        ({"first": "2026-13-01"}, "calendar.malformed"),
        ({"first": 20260101}, "calendar.malformed"),
        ({"official_until": "2023-01-01"}, "calendar.malformed"),
        ({"off": ["2026-1-1"]}, "calendar.malformed"),
        ({"id": ""}, "calendar.malformed"),
    ],
)
def test_a_malformed_calendar_is_refused_with_its_place(change, code):
    with pytest.raises(DataFailure) as caught:
        calendar_from({**BODY, **change})
    assert caught.value.code == code


def test_an_issue_names_its_day_of_force():
    read = calendar_from({**BODY, "in_force_from": "2026-07-01"})
    assert read.in_force_from == day("2026-07-01")


def test_end_of_day_is_the_last_millisecond_in_china():
    assert china_day(end_of_day(day("2026-09-17"))) == day("2026-09-17")


def test_calendars_compare_by_what_they_say():
    assert calendar_from(BODY) == CALENDAR
    assert isinstance(CALENDAR, Calendar)


@settings(max_examples=30)
@given(DAYS)
def test_beyond_the_decrees_every_day_is_provisional(current):
    assert CALENDAR.provisional(current) == (current > date(2026, 12, 31))
