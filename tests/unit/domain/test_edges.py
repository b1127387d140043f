"""Cases as no honest window makes them, and corners of the clock: nothing fails."""

from dataclasses import replace

import pytest

from sync.domain.case import ChildRole, State
from sync.domain.catalogue import ChildSort, FlowStep, Limit, Trigger, Unit
from sync.domain.catalogue_reading import catalogue_from
from sync.domain.events import Late, Step
from sync.domain.failures import Failure, FailureKind
from sync.domain.guards import BODY_GUARDS, GUARDS
from sync.domain.lights import Light, light
from sync.domain.secret import Secret
from sync.domain.time_limit import clock
from sync.domain.timeliness import Timeliness, timeliness
from sync.domain.transitions import rows_from
from sync.domain.trial import Trial
from sync.domain.workflow import advance
from tests.unit.domain.world import Desk, at, resource, rules, with_item

DESK = Desk("scjg-02").accepted("2026-09-17")
BARE_CHILD = ChildRole(parent="p", helper="h", sort=ChildSort.OPINION)
CASES = [
    DESK.case,
    replace(DESK.case, accepted_at=None, received_at=None, first_received_at=None),
    replace(DESK.case, child=BARE_CHILD),
    replace(DESK.case, item="gone"),
]


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("name", sorted({*GUARDS, *BODY_GUARDS}))
def test_guards_are_total_on_empty_bodies_and_broken_cases(case, name):
    step = DESK.step("explain", "hand", "2026-09-18", {})
    row = rows_from(State.ACCEPTED)[0]
    item = DESK.rules.item_of(case.item, case.item_version)
    guard = {**GUARDS, **BODY_GUARDS}[name]
    assert isinstance(list(guard(Trial(case, step, DESK.rules, row, item))), list)


def test_a_guard_that_needs_a_case_says_so_where_there_is_none():
    step = DESK.step("claim", "hand", "2026-09-18", {})
    trial = Trial(None, step, DESK.rules, rows_from(None)[0], None)
    with pytest.raises(Failure) as caught:
        list(GUARDS["in_hand"](trial))
    assert (caught.value.code, caught.value.kind) == ("domain.no_case", FailureKind.BROKEN)


@pytest.mark.parametrize("kind", ["resume", "prolong_suspension", "amend", "child_ended"])
def test_folding_what_has_nothing_to_change_changes_nothing(kind):
    after = advance(
        replace(DESK.case, state=State.DECIDING),
        DESK.step(kind, "hand", "2026-09-18", {}),
        DESK.rules,
    )
    assert after.suspensions == ()
    assert after.steps[-1].kind == kind


def test_folding_a_return_without_a_stay_above_changes_nothing():
    above = replace(DESK.case, state=State.FORWARDED)
    after = advance(above, DESK.step("upper_return", "upper", "2026-09-18", {}), DESK.rules)
    assert after.forwards == ()
    assert after.state is State.HANDLING


def test_a_case_with_nothing_to_count_has_no_clock():
    bare = replace(DESK.case, accepted_at=None, received_at=None)
    assert clock(bare, DESK.rules).governing is None
    child = replace(DESK.case, child=BARE_CHILD)
    assert clock(child, DESK.rules).governing is None
    assert light(child, DESK.rules, at("2026-09-18")).light is Light.NONE
    assert timeliness(replace(child, decided_at=at("2026-09-18")), DESK.rules) is Timeliness.OPEN


def test_beyond_the_decrees_the_clock_says_provisional():
    desk = Desk("ycj-01").accepted("2026-12-21")
    found = clock(desk.case, desk.rules)
    assert found.governing.provisional
    assert "clock.provisional" in {line.key for line in found.explanation}


def test_a_limit_in_minutes_warns_at_a_fifth():
    limit = Limit(Unit.MINUTE, 300, Trigger.STEP)
    item = rules().catalogue.items["scjg-02"]
    flow = tuple(replace(s, limit=limit) if s.step == "claim" else s for s in item.flow)
    desk = Desk("scjg-02", with_item(rules(), "scjg-02", flow=flow)).accepted("2026-09-17 09:00")
    step = clock(desk.case, desk.rules).due("step")
    assert step.at == at("2026-09-17 15:00")
    assert step.warn_at == at("2026-09-17 14:00")


def test_a_step_without_a_limit_of_its_own_has_none():
    item = rules().catalogue.items["scjg-02"]
    flow = tuple(replace(s, limit=None) if s.step == "claim" else s for s in item.flow)
    desk = Desk("scjg-02", with_item(rules(), "scjg-02", flow=flow)).accepted("2026-09-17")
    assert clock(desk.case, desk.rules).due("step") is None
    body = resource("catalogue/yunling.json")
    del body["items"][1]["flow"][1]["limit"]
    assert catalogue_from(body).item("scjg-02").flow_step("claim").limit is None
    assert isinstance(item.flow[0], FlowStep)


def test_a_promise_from_receipt_counts_from_receipt():
    promised = Limit(Unit.WORKING, 5, Trigger.RECEIPT)
    desk = Desk("scjg-02", with_item(rules(), "scjg-02", promised=promised))
    desk.received("2026-09-15")
    desk.accept("2026-09-17")
    assert clock(desk.case, desk.rules).governing.by_date.isoformat() == "2026-09-21"


def test_implausible_times_of_late_records_are_refused():
    late = Late(at("1970-06-01"), "x")
    assert DESK.refused("claim", "hand", "2026-09-18", _late=late) == ("time_implausible",)


def test_secrets_do_not_print():
    pin: Secret[str] = Secret("123456")
    assert (repr(pin), str(pin), pin.reveal()) == ("***", "***", "123456")
    with pytest.raises(TypeError):
        pin.__reduce__()


def test_a_failure_prints_its_code_and_details():
    assert str(Failure("a.b", FailureKind.BROKEN, n=1)) == "a.b n=1"
    assert str(Failure("a.b")) == "a.b"
    assert isinstance(DESK.steps[0], Step)
