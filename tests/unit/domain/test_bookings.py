"""Appointments: times of the calendar, never more than there is room for, forgotten in the end."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.domain import bookings
from sync.domain.bookings import Booking, BookingState
from sync.domain.fields import ms_of
from sync.domain.queue_rule import QueueRule
from sync.domain.tickets import QueueFailure
from tests.unit.domain.world import at, county

RULE = QueueRule()
CALENDAR = county().rules().calendars.of_hall("339901")
FRIDAY = date(2026, 9, 18)
NOW = ms_of(at("2026-09-17 10:00"))


def time_of(text):
    return ms_of(at(text))


def booking(when="2026-09-18 09:30", number="260918-001", phone="13900000001", **more):
    return Booking(
        hall="339901",
        day=when[:10],
        number=number,
        start=time_of(when),
        department="scjg",
        state=BookingState.BOOKED,
        name="王芳",
        phone=phone,
        **more,
    )


def refused(work, *args):
    with pytest.raises(QueueFailure) as failure:
        work(*args)
    return failure.value.code


def check(wanted, *taken, rule=RULE, now=NOW):
    bookings.check(rule, CALENDAR, wanted, taken, now)


def not_given(wanted, *taken, **more):
    return refused(lambda: check(wanted, *taken, **more))


class TestTimes:
    def test_half_hours_of_office_time_with_a_break_at_noon(self):
        starts = [slot.start for slot in bookings.slots(RULE, CALENDAR, FRIDAY, (), "scjg")]
        assert starts[0] == time_of("2026-09-18 09:00")
        assert time_of("2026-09-18 11:30") in starts
        assert time_of("2026-09-18 12:00") not in starts
        assert starts[-1] == time_of("2026-09-18 16:30")
        assert len(starts) == 14

    @pytest.mark.parametrize("day", [date(2026, 9, 19), date(2026, 10, 1)])
    def test_none_on_a_saturday_or_a_holiday(self, day):
        assert bookings.slots(RULE, CALENDAR, day, (), "scjg") == ()

    def test_on_a_sunday_that_is_worked_by_decree(self):
        assert bookings.slots(RULE, CALENDAR, date(2026, 9, 20), (), "scjg")

    def test_what_is_given_back_is_free_and_another_department_s_is_not_ours(self):
        taken = (
            booking(),
            booking(number="260918-002", phone="2"),
            replace(booking(number="260918-003"), state=BookingState.CANCELLED),
            replace(booking(number="260918-004"), department="gaj"),
        )
        slot = bookings.slots(RULE, CALENDAR, FRIDAY, taken, "scjg")[1]
        assert (slot.taken, slot.room, slot.left) == (2, 2, 0)

    def test_days_offered_are_working_days(self):
        days = bookings.days_offered(replace(RULE, horizon_wd=3), CALENDAR, NOW)
        assert days == (date(2026, 9, 17), FRIDAY, date(2026, 9, 20), date(2026, 9, 21))


class TestTaking:
    def test_as_many_as_there_is_room_for(self):
        first, second = booking(), booking(number="260918-002", phone="2")
        check(first)
        check(second, first)
        assert not_given(booking(number="260918-003", phone="3"), first, second) == "booking.full"

    def test_one_window_may_have_less_room_than_its_department(self):
        rule = replace(RULE, capacity={"scjg": 3, "scjg@d-3": 1})
        first = booking(dev="d-3")
        wanted = booking(number="260918-002", phone="2", dev="d-3")
        assert not_given(wanted, first, rule=rule) == "booking.full"
        check(replace(wanted, dev=""), first, rule=rule)

    @pytest.mark.parametrize(
        "when",
        [
            "2026-09-18 09:10",  # between two times
            "2026-09-18 12:30",  # at noon
            "2026-09-19 09:00",  # a Saturday
            "2026-10-30 09:00",  # too far ahead
            "2026-09-17 10:00",  # now: less than half an hour ahead
            "2026-09-16 09:00",
        ],
    )
    def test_a_time_that_is_not_offered(self, when):
        assert not_given(booking(when)) == "booking.no_slot"

    def test_one_appointment_a_day_with_a_department(self):
        twice = booking("2026-09-18 10:00", number="260918-002")
        assert not_given(twice, booking()) == "booking.twice"

    def test_without_a_name_or_telephone(self):
        assert not_given(replace(booking(), name="")) == "booking.malformed"
        assert not_given(replace(booking(), phone="")) == "booking.malformed"

    def test_moved_it_does_not_stand_in_its_own_way(self):
        first, second = booking(), booking(number="260918-002", phone="2")
        later = bookings.moved(first, time_of("2026-09-18 10:00"), "")
        check(later, first, second)
        assert (later.changes, later.day) == (1, "2026-09-18")


class TestItsEnd:
    def test_cancelled_it_is_over(self):
        gone = bookings.cancelled(booking())
        assert gone.state is BookingState.CANCELLED
        assert refused(bookings.cancelled, gone) == "booking.over"
        assert refused(bookings.moved, gone, NOW, "") == "booking.over"

    @pytest.mark.parametrize(
        ("when", "code"),
        [
            ("2026-09-17 16:00", "booking.other_day"),
            ("2026-09-18 09:46", "booking.too_late"),
        ],
    )
    def test_arrival_at_another_time(self, when, code):
        assert refused(bookings.arrived, booking(), RULE, time_of(when)) == code

    @pytest.mark.parametrize("when", ["2026-09-18 08:30", "2026-09-18 09:30", "2026-09-18 09:45"])
    def test_arrival_in_time(self, when):
        here = bookings.arrived(booking(), RULE, time_of(when))
        assert here.state is BookingState.ARRIVED

    def test_missed_when_nobody_can_come_any_more(self):
        assert not bookings.missed(booking(), RULE, time_of("2026-09-18 09:45"))
        assert bookings.missed(booking(), RULE, time_of("2026-09-18 09:45") + 1)
        assert not bookings.missed(bookings.cancelled(booking()), RULE, time_of("2026-09-19 09:00"))

    def test_its_person_is_forgotten(self):
        gone = bookings.forgotten(booking(code="AB12CD"))
        assert (gone.name, gone.phone, gone.code) == ("", "", "")
        assert bookings.forget_before(RULE, FRIDAY) == "2026-06-20"


@given(
    wishes=st.lists(
        st.tuples(st.integers(0, 13), st.integers(0, 40), st.sampled_from(["", "d-3", "d-4"])),
        max_size=60,
    ),
    whole=st.integers(0, 3),
    window=st.integers(0, 3),
)
def test_never_more_than_there_is_room_for(wishes, whole, window):
    rule = replace(RULE, capacity={"scjg": whole, "scjg@d-3": window})
    times = [slot.start for slot in bookings.slots(rule, CALENDAR, FRIDAY, (), "scjg")]
    given_ = []
    for count, (place, phone, dev) in enumerate(wishes):
        wanted = replace(
            booking(phone=str(phone), number=f"260918-{count:03d}", dev=dev), start=times[place]
        )
        try:
            check(wanted, *given_, rule=rule)
        except QueueFailure:
            continue
        given_.append(wanted)
    for start in times:
        here = [each for each in given_ if each.start == start]
        assert len(here) <= whole
        assert len([each for each in here if each.dev == "d-3"]) <= window
    assert len({each.phone for each in given_}) == len(given_)
