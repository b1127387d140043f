"""Each detector finds its own anomaly, and lets ordinary work pass (PE12, PE19, ST19, IN14)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from sync.domain import anomalies as look
from sync.domain.anomalies import Trace
from sync.domain.events import Kind
from sync.domain.service_hours import ServiceHours
from tests.unit.domain.world import at, rules

NOON = at("2026-09-21 11:00")
CALENDAR = rules().calendars.of_hall("339901")
NEVER_IMMEDIATE = frozenset({"at-once"})


def step(kind, minutes=0.0, *, case="c1", person="p1", item="i1", **more):
    event = f"{case}-{kind}-{minutes}"
    moment = NOON + timedelta(minutes=minutes)
    return Trace(event, kind, case, item, person, "d1", moment, **more)


def codes(found):
    return [each.code for each in found]


def quick(count, gap_s=0.5, kind=Kind.REVIEW):
    return [step(kind, n * gap_s / 60, case=f"c{n}") for n in range(count)]


def test_a_dozen_steps_in_ten_seconds_are_one_burst():
    [found] = look.bursts(quick(look.BURST_STEPS + 3))
    assert (found.person, found.args["count"]) == ("p1", look.BURST_STEPS + 3)
    assert codes(look.bursts(quick(look.BURST_STEPS - 1))) == []
    assert codes(look.bursts(quick(look.BURST_STEPS, gap_s=2))) == []
    spread = [replace(each, person=f"p{n}") for n, each in enumerate(quick(30))]
    assert codes(look.bursts(spread)) == []
    assert codes(look.bursts([replace(each, by_centre=True) for each in quick(30)])) == []


def test_two_bursts_apart_are_two_findings_with_keys_of_their_own():
    later = [replace(s, at=s.at + timedelta(hours=1), event=s.event + "x") for s in quick(12)]
    found = list(look.bursts([*quick(12), *later]))
    assert len({each.key for each in found}) == 2


@pytest.mark.parametrize(
    ("minutes", "more", "found"),
    [
        (0.5, {}, ["decided_in_seconds"]),
        (1, {}, []),
        (0.5, {"late": True}, []),
        (0.5, {"item": "at-once"}, []),
    ],
)
def test_a_decision_seconds_after_acceptance_is_found(minutes, more, found):
    steps = [step(Kind.GRANT, minutes, **more), step(Kind.ACCEPT, item=more.get("item", "i1"))]
    assert codes(look.decided_in_seconds(steps, NEVER_IMMEDIATE)) == found


def test_decide_at_once_and_a_decision_without_its_acceptance_are_none():
    at_once = [step(Kind.ACCEPT), step(Kind.DECIDE_AT_ONCE, 0.2)]
    assert codes(look.decided_in_seconds(at_once, NEVER_IMMEDIATE)) == []
    assert codes(look.decided_in_seconds([step(Kind.GRANT)], NEVER_IMMEDIATE)) == []


def test_decisions_at_night_are_one_finding_for_a_person_and_day():
    night = [step(Kind.DENY, 600 + n, case=f"c{n}") for n in range(3)]
    [found] = look.out_of_hours([*night, step(Kind.GRANT)], CALENDAR)
    assert (found.args["count"], found.args["day"]) == (3, "2026-09-21")
    others = [replace(n, kind=Kind.HANDLE) for n in night]
    assert codes(look.out_of_hours(others, CALENDAR)) == []
    assert codes(look.out_of_hours([replace(n, late=True) for n in night], CALENDAR)) == []
    whole = (ServiceHours((1, 2, 3, 4, 5, 6, 7), 0, 24 * 60 - 1),)  # hours of service count (TM25)
    assert codes(look.out_of_hours(night, CALENDAR, whole)) == []


def reasons(same, other, text="材料 不全"):
    said = [text] * same + [f"其他理由{n}" for n in range(other)]
    return [step(Kind.REFUSE, n, case=f"c{n}", text=words) for n, words in enumerate(said)]


def test_the_same_reason_again_and_again_is_found():
    [found] = look.repeated_reasons(reasons(5, 1))
    assert (found.args["count"], found.args["all"]) == (5, 6)
    assert codes(look.repeated_reasons(reasons(4, 0))) == []
    assert codes(look.repeated_reasons(reasons(5, 2))) == []
    assert codes(look.repeated_reasons(reasons(9, 0, text="同意"))) == []
    assert codes(look.repeated_reasons([replace(r, kind=Kind.REVIEW) for r in reasons(9, 0)])) == []


def sitting(minutes, **more):
    return [step(Kind.RECEIVE), step(Kind.ACCEPT, 1, **more), step(Kind.GRANT, minutes, **more)]


def test_a_case_entered_at_a_sitting_was_perhaps_approved_before():
    assert codes(look.recorded_after_approval(sitting(4), NEVER_IMMEDIATE)) == [
        "recorded_after_approval"
    ]
    assert codes(look.recorded_after_approval(sitting(6), NEVER_IMMEDIATE)) == []
    assert codes(look.recorded_after_approval(sitting(4), frozenset({"i1"}))) == []
    late = [replace(each, late=True) for each in sitting(600)]
    assert codes(look.recorded_after_approval(late, NEVER_IMMEDIATE)) == ["recorded_after_approval"]
    assert codes(look.recorded_after_approval([late[0], *sitting(600)[1:]], frozenset())) == []
    assert codes(look.recorded_after_approval([step(Kind.GRANT)], frozenset())) == []


def withdrawn(count, *between):
    return [
        each
        for n in range(count)
        for each in (
            step(Kind.ACCEPT, n, case=f"c{n}"),
            *(step(kind, n + 0.5, case=f"c{n}") for kind in between),
            step(Kind.WITHDRAW, n + 0.7, case=f"c{n}"),
        )
    ]


def test_cases_recorded_and_never_worked_on_are_found_by_person():
    [found] = look.only_recorded(withdrawn(5))
    assert (found.person, found.args["count"]) == ("p1", 5)
    assert codes(look.only_recorded(withdrawn(4))) == []
    assert codes(look.only_recorded(withdrawn(5, Kind.CLAIM))) == []


def received(count, checked):
    steps = [step(Kind.RECEIVE, n, case=f"c{n}") for n in range(count)]
    return steps + [step(Kind.ASK_PRECHECK, -n, case=f"c{n}") for n in range(checked)]


def test_a_precheck_that_nearly_everybody_passes_through_is_a_condition():
    [found] = look.prechecks_as_rule(received(10, 8))
    assert (found.args["item"], found.args["count"], found.args["all"]) == ("i1", 8, 10)
    assert codes(look.prechecks_as_rule(received(10, 7))) == []
    assert codes(look.prechecks_as_rule(received(4, 4))) == []
    assert codes(look.prechecks_as_rule([step(Kind.ASK_PRECHECK)])) == []


def test_a_window_that_does_nothing_for_three_working_days_is_idle():
    # Friday 18 September 2026; the 20th is a Sunday that the calendar makes a working day.
    last = {"d-busy": date(2026, 9, 21), "d-idle": date(2026, 9, 18)}
    today = date(2026, 9, 24)
    days = CALENDAR.between(date(2026, 9, 18), today) - 1
    found = {each.device: each.args["days"] for each in look.idle_windows(last, today, CALENDAR)}
    assert found == {"d-idle": days}
    assert codes(look.idle_windows(last, date(2026, 9, 21), CALENDAR)) == []


def test_items_without_a_case_for_three_months_are_unused_when_the_centre_is_old_enough():
    catalogue, now = rules().catalogue, NOON
    old = now - timedelta(days=200)
    codes_here = {i.code for i in catalogue.items.values() if i.hall == "339901"}
    busy = min(codes_here)
    used = {busy: now - timedelta(days=89)}
    found = {a.args["item"] for a in look.unused_items(catalogue, "339901", used, old, now)}
    assert found == codes_here - {busy}
    young = now - timedelta(days=89)
    assert codes(look.unused_items(catalogue, "339901", {}, young, now)) == []
