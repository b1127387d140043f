"""Counts of the work: each case once in its group, kept in time as the rules say (PE09, PE07)."""

from datetime import UTC, date, datetime

import pytest

from sync.domain.statistics import By, Figures, Made, Span, decisive_step, first_day, tally, whole
from sync.domain.timeliness import Timeliness
from tests.unit.domain.test_main_flow import whole as finished
from tests.unit.domain.world import Desk, at

_PLACE = iter(range(10_000))


def made(kind, case="c1", person="clerk", when="2026-09-17 10:00", **more):
    values = {"item": "scjg-02", "device": "d1", "verdict": "accepted", "code": None} | more
    return Made(
        event=f"e{next(_PLACE)}", kind=kind, case=case, person=person, at=at(when), **values
    )


def only(rows):
    assert len(rows) == 1
    return rows[0].figures


def test_a_case_received_twice_by_one_person_is_one_case():
    steps = [made("receive"), made("receive"), made("receive", case="c2")]
    assert only(tally(steps, {}, By.PERSON)) == Figures(received=2)


def test_two_persons_who_handled_one_case_have_one_each_and_the_whole_has_one():
    steps = [made("accept"), made("handle", person="hand"), made("review", person="rev")]
    assert [(row.key, row.figures.handled) for row in tally(steps, {}, By.PERSON)] == [
        ("clerk", 1),
        ("hand", 1),
        ("rev", 1),
    ]
    assert whole(steps, {}).handled == 1


@pytest.mark.parametrize(
    ("verdict", "code", "wanted"),
    [
        ("refused", "no_authority", Figures(errors=1)),
        ("disputed", "authority_disputed", Figures(errors=1)),
        ("accepted", "second_correction_notice", Figures(received=1, errors=1)),
        ("accepted", "overdue", Figures(received=1, overdue_steps=1)),
        ("accepted", "on_time_unproven", Figures(received=1, overdue_steps=1)),
    ],
)
def test_a_refused_step_is_an_error_and_no_work_and_a_late_one_is_late(verdict, code, wanted):
    assert whole([made("receive", verdict=verdict, code=code)], {}) == wanted


@pytest.mark.parametrize(
    ("kept", "wanted"),
    [
        (Timeliness.EARLY, Figures(handled=1, on_time=1)),
        (Timeliness.ON_TIME, Figures(handled=1, on_time=1)),
        (Timeliness.EXTENDED, Figures(handled=1, extended=1)),
        (Timeliness.OVERDUE, Figures(handled=1, late=1)),
    ],
)
def test_a_decision_counts_for_whoever_made_it(kept, wanted):
    decision = made("grant", person="chief")
    assert only(tally([decision], {decision.event: kept}, By.PERSON)) == wanted


def test_the_rate_is_of_what_was_decided_and_an_extended_case_is_not_on_time():
    assert Figures(on_time=2, extended=1, late=1).per_mille == 500
    assert Figures(on_time=1, late=2).per_mille == 333
    assert Figures(received=7).per_mille is None


def test_notices_of_the_centre_are_nobodys_work():
    assert tally([made("urge", person="centre"), made("preregister")], {}, By.PERSON) == ()


def test_periods_are_days_weeks_and_months_of_china():
    # 16:30 UTC on the last of August is half past midnight on the first of September in China.
    step = made("receive", when="2026-09-01 00:30")
    assert step.at.astimezone(UTC) == datetime(2026, 8, 31, 16, 30, tzinfo=UTC)
    keys = [tally([step], {}, by)[0].key for by in (By.DAY, By.WEEK, By.MONTH)]
    assert keys == ["2026-09-01", "2026-08-31", "2026-09-01"]
    assert first_day(date(2026, 9, 6), By.WEEK) == date(2026, 8, 31)


def test_a_span_is_from_the_first_midnight_to_the_one_after_the_last_day():
    span = Span(date(2026, 9, 1), date(2026, 9, 30))
    assert (span.begin, span.end) == (at("2026-09-01 00:00"), at("2026-10-01 00:00"))


def test_a_decided_case_names_its_deciding_step_and_an_open_one_none():
    desk = finished()
    event, kept = decisive_step(desk.case, desk.rules)
    assert event == desk.case.step_of("grant").id
    assert kept is Timeliness.EARLY
    begun = Desk("scjg-02")
    begun.preregister("2026-09-17 09:10")
    assert decisive_step(begun.case, begun.rules) is None


def test_by_window_and_by_item():
    steps = [
        made("receive", device="d1", item="a"),
        made("receive", case="c2", device="d2", item="a"),
    ]
    assert [row.key for row in tally(steps, {}, By.WINDOW)] == ["d1", "d2"]
    assert [(row.key, row.figures.received) for row in tally(steps, {}, By.ITEM)] == [("a", 2)]
