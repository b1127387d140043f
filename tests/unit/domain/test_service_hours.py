"""Hours of service beyond office hours (TM25): offered, never twice, none on a holiday."""

from dataclasses import replace
from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.domain import bookings
from sync.domain.bookings import Booking, BookingState
from sync.domain.failures import Failure
from sync.domain.fields import ms_of
from sync.domain.queue_rule import QueueRule, rule_from
from sync.domain.service_hours import ServiceHours, extended_on
from tests.unit.domain.world import at, county

CALENDAR = county().rules().calendars.of_hall("339901")
EVENING = {"days": [1, 2, 3, 4, 5], "hours": [["16:30", "19:00"]]}
SATURDAY = {"days": [6], "hours": [["09:00", "11:00"]], "but": ["2026-10-03"]}
RULE = rule_from({"service": [EVENING, SATURDAY], "horizon_wd": 12})
NOW = ms_of(at("2026-09-17 10:00"))


def starts(day):
    return [slot.start for slot in bookings.slots(RULE, CALENDAR, day, (), "scjg")]


def test_evenings_follow_office_hours_and_nothing_is_offered_twice():
    found = starts(date(2026, 9, 18))  # a Friday, open to 17:00
    assert found == sorted(set(found))
    assert found[-1] == ms_of(at("2026-09-18 18:30"))
    late = [start for start in found if bookings.is_extended(RULE, CALENDAR, start)]
    assert late[0] == ms_of(at("2026-09-18 17:00"))
    assert not bookings.is_extended(RULE, CALENDAR, ms_of(at("2026-09-18 16:30")))


def test_saturdays_are_offered_and_a_holidays_weekday_is_not():
    days = bookings.days_offered(RULE, CALENDAR, NOW)
    assert date(2026, 9, 19) in days
    assert days == tuple(sorted(days))
    assert days[0] == date(2026, 9, 17)
    assert starts(date(2026, 9, 19))[0] == ms_of(at("2026-09-19 09:00"))
    assert starts(date(2026, 10, 1)) == []  # a Thursday, and the National Day
    assert starts(date(2026, 10, 3)) == []  # a Saturday that the rule leaves out
    assert date(2026, 10, 1) not in days


def test_an_appointment_is_given_in_them_as_at_any_time():
    wanted = Booking(
        hall="339901",
        day="2026-09-19",
        number="260919-001",
        start=ms_of(at("2026-09-19 10:30")),
        department="scjg",
        state=BookingState.BOOKED,
        name="王芳",
        phone="13900000001",
    )
    bookings.check(RULE, CALENDAR, wanted, (), NOW)
    with pytest.raises(Failure) as refused:
        bookings.check(QueueRule(), CALENDAR, wanted, (), NOW)
    assert refused.value.code == "booking.no_slot"


def test_one_on_the_green_channel_stands_before_others_of_its_time():
    plain = Booking("339901", "2026-09-18", "1", NOW, "scjg", BookingState.BOOKED)
    fast = replace(plain, fast=True)
    assert bookings.since_of(fast, RULE) == bookings.since_of(plain, RULE) - RULE.slot_min * 60_000


@pytest.mark.parametrize(
    "service",
    [
        [{"days": [], "hours": [["17:00", "19:00"]]}],
        [{"days": [0], "hours": [["17:00", "19:00"]]}],
        [{"days": [8], "hours": [["17:00", "19:00"]]}],
        [{"days": [True], "hours": [["17:00", "19:00"]]}],
        [{"days": [6, 6], "hours": [["17:00", "19:00"]]}],
        [{"days": [6], "hours": []}],
        [{"days": [6], "hours": [["19:00", "17:00"]]}],
        [{"days": [6], "hours": [["17:00"]]}],
        [{"days": [6], "hours": [["late", "later"]]}],
        [{"days": [6], "hours": [["17:00", "19:00"]], "but": ["soon"]}],
        [EVENING] * 29,
        "always",
    ],
)
def test_hours_that_are_none_are_refused(service):
    with pytest.raises(Failure):
        rule_from({"service": service})


HOURS = st.builds(
    lambda days, edges: ServiceHours(tuple(sorted(days)), min(edges), max(edges)),
    st.sets(st.integers(1, 7), min_size=1),
    st.sets(st.integers(0, 1439), min_size=2, max_size=2),
)


@given(st.lists(HOURS, max_size=5), st.integers(0, 60))
def test_no_minute_is_offered_twice_and_none_is_lost(service, later):
    day = date(2026, 9, 14) + timedelta(days=later)
    office = CALENDAR.hours if CALENDAR.is_working(day) else ()
    found = extended_on(service, CALENDAR, day)
    minutes = [minute for a, b in (*office, *found) for minute in range(a, b)]
    assert len(minutes) == len(set(minutes))
    wanted = {
        m for each in service if each.on(day, CALENDAR) for m in range(each.begins, each.ends)
    }
    assert set(minutes) == wanted | {m for a, b in office for m in range(a, b)}


def test_a_window_keeps_the_rule_as_it_is():
    """The window's store keeps the folded policy as JSON."""
    kept = msgspec.json.decode(msgspec.json.encode(RULE), type=QueueRule)
    assert kept == RULE
