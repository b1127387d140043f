"""Golden vectors G1–G10 of the legal clock: deadlines that a weekend-only engine gets wrong."""

from dataclasses import replace

import pytest

from sync.domain.calendar import Calendar, calendar_from
from sync.domain.catalogue import Limit, Trigger, Unit
from sync.domain.spans import Stop, count
from sync.domain.switches import Switches
from tests.unit.domain.world import at, day, resource

CALENDAR = calendar_from(resource("calendars/cn-2024-2026.json"))
SWITCHES = Switches()


def deadline(start: str, unit: Unit, amount: int, stops: tuple[Stop, ...] = (), extra: int = 0):
    found = count(Limit(unit, amount), at(start), CALENDAR, SWITCHES, stops, extra)
    assert found.at == CALENDAR.closes(found.by_date)
    return found.by_date.isoformat()


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        ("2025-09-26", 5, "2025-10-10"),  # G1
        ("2026-02-12", 5, "2026-02-26"),  # G2
        ("2026-09-17", 20, "2026-10-21"),  # G3
        ("2026-04-30", 5, "2026-05-11"),  # G5
        ("2026-03-02", 45, "2026-05-08"),  # G8
    ],
)
def test_working_days_follow_the_decrees(start, days, expected):
    assert deadline(start, Unit.WORKING, days) == expected


def test_g4_extension_adds_its_working_days():
    assert deadline("2026-09-17", Unit.WORKING, 20, extra=10) == "2026-11-04"


def test_g6_stopped_days_are_left_out():
    stop = Stop(at("2026-09-24"), at("2026-09-30"), "expert_review")
    assert deadline("2026-09-21", Unit.WORKING, 10) == "2026-10-12"
    found = count(Limit(Unit.WORKING, 10), at("2026-09-21"), CALENDAR, SWITCHES, (stop,))
    assert (found.by_date.isoformat(), found.left_out) == ("2026-10-15", 3)


def test_g7_a_later_issue_of_the_calendar_moves_the_deadline():
    assert deadline("2026-09-22", Unit.WORKING, 7) == "2026-10-09"
    second = replace(
        CALENDAR,
        version="2",
        off=CALENDAR.off | {day("2026-09-30")},
        in_force_from=day("2026-09-23"),
    )
    newer: Calendar = CALENDAR.replaced_by(second)
    found = count(Limit(Unit.WORKING, 7), at("2026-09-22"), newer, SWITCHES)
    assert found.by_date.isoformat() == "2026-10-10"


def test_g8_joint_handling_extended():
    assert deadline("2026-03-02", Unit.WORKING, 45, extra=15) == "2026-05-28"


def test_g9_natural_days_end_on_a_saturday_that_is_worked():
    assert deadline("2026-09-10", Unit.NATURAL, 30) == "2026-10-10"


def test_g10_beyond_the_calendar_the_date_is_provisional():
    found = count(Limit(Unit.WORKING, 20), at("2026-12-21"), CALENDAR, SWITCHES)
    assert found.by_date.isoformat() == "2027-01-18"
    assert CALENDAR.provisional(found.by_date)
    assert not CALENDAR.provisional(day("2026-12-31"))


def test_s5_natural_days_that_end_in_a_holiday_move_to_its_end():
    assert deadline("2026-09-01", Unit.NATURAL, 30) == "2026-10-08"


def test_trigger_after_hours_or_on_a_day_off_counts_from_its_own_date():
    assert deadline("2026-09-17 20:00", Unit.WORKING, 1) == "2026-09-18"
    assert deadline("2026-10-01 10:00", Unit.WORKING, 1) == "2026-10-08"
    assert Limit(Unit.WORKING, 1).trigger is Trigger.ACCEPTANCE
