"""Joint cases: which children open when, how they end, when the lead decides. ST09–ST13."""

from dataclasses import replace
from datetime import date

from sync.domain.case import Case, Flag, State
from sync.domain.catalogue import ChildSort
from sync.domain.ids import make_case_number
from sync.domain.joint import (
    children_at_work,
    children_to_open,
    children_to_report,
    find_helper,
    open_stage,
    outcome_of,
)
from sync.domain.time_limit import clock
from tests.unit.domain.world import Desk, application, paper, rules


def lead(item: str = "joint-02", when: str = "2026-09-17", **switches) -> Desk:
    return Desk(item, rules(**switches) if switches else None).received(when)


def child_of(parent: Desk, helper: str, serial: int, when: str = "2026-09-17 11:00") -> Desk:
    plan = next(p for p in children_to_open(parent.case, (), parent.rules) if p.helper == helper)
    desk = Desk("scjg-02", parent.rules)
    found = parent.rules.catalogue.item(plan.body["item"])
    assert found is not None
    desk.item, desk.scope = found, plan.scope
    desk.number = make_case_number(date(2026, 9, 17), plan.scope[:6], serial)
    desk.do("preregister", "centre", when, **plan.body)
    desk.do("receive", "centre", when, materials=[])
    return desk


def test_children_open_at_receipt_in_their_departments_scopes():
    parent = lead()
    assert Flag.JOINT in parent.case.flags
    assert [child.helper for child in parent.case.children] == [
        "location", "traffic", "green", "advertiser",
    ]  # fmt: skip
    plans = children_to_open(parent.case, ("location",), parent.rules)
    assert [(p.helper, p.scope) for p in plans] == [
        ("traffic", "339901/gaj"), ("green", "339901/zjj"), ("advertiser", "339901/scjg"),
    ]  # fmt: skip
    registered = Desk("joint-02")
    registered.preregister("2026-09-17")
    assert children_to_open(registered.case, (), registered.rules) == ()
    assert children_to_open(Desk("scjg-02").received("2026-09-17").case, (), rules()) == ()


def test_a_result_read_from_the_shared_store_makes_no_child():
    parent = lead("joint-01")
    helpers = {child.helper for child in parent.case.children}
    assert helpers == {"planning", "environment", "fire", "civil_defence"}
    assert parent.item.material("land") is not None
    assert parent.item.material("report_form") is not None


def test_an_opinion_child_ends_in_an_opinion_within_its_helper_limit():
    parent = lead()
    child = child_of(parent, "traffic", 2)
    assert {material.required for material in child.case.materials} == {False}
    assert not children_at_work(parent.case)
    parent.accept("2026-09-17 15:00")
    assert children_at_work(parent.case)
    child.do("accept", "centre", "2026-09-17 15:00")
    due = clock(child.case, child.rules)
    assert (due.governing.limit, due.governing.by_date.isoformat()) == ("helper", "2026-09-21")
    assert due.due("decision.statutory") is None
    answer = {"opinion": "agree", "text": "同意"}
    assert child.refused("give_opinion", "centre", "2026-09-18", **answer) == ("no_authority",)
    child.do("give_opinion", "helper", "2026-09-18", **answer)
    assert child.case.state is State.DELIVERED
    assert outcome_of(child.case) == "opinion"


def test_silence_is_consent_only_by_switch_after_the_date_and_always_found():
    silent = {"opinion": "agree", "text": "逾期视为同意", "silence": True}

    def waiting(**switches) -> Desk:
        parent = lead(**switches)
        child = child_of(parent, "traffic", 2)
        parent.accept("2026-09-17 15:00")
        child.do("accept", "centre", "2026-09-17 15:00")
        return child

    assert waiting().refused("give_opinion", "centre", "2026-09-22", **silent) == (
        "silence_not_allowed",
    )
    switched = waiting(silence_is_consent=True)
    assert switched.refused("give_opinion", "centre", "2026-09-21", **silent) == (
        "silence_not_allowed",
    )
    assert switched.refused("give_opinion", "helper", "2026-09-22", **silent) == (
        "silence_not_allowed",
    )
    assert switched.do("give_opinion", "centre", "2026-09-22", **silent) == (
        "silence_taken_as_consent",
    )


def test_a_late_opinion_is_found():
    parent = lead()
    child = child_of(parent, "traffic", 2)
    parent.accept("2026-09-17 15:00")
    child.do("accept", "centre", "2026-09-17 15:00")
    found = child.do("give_opinion", "helper", "2026-09-22", opinion="agree", text="同意")
    assert found == ("overdue",)


def test_a_licence_child_runs_its_own_course_with_the_helpers_limit_too():
    parent = lead("joint-01")
    child = child_of(parent, "planning", 3)
    assert (child.case.item, child.case.child.sort) == ("zrj-01", ChildSort.LICENCE)
    assert child.case.with_certificate
    parent.accept("2026-09-17 15:00")
    child.do("accept", "centre", "2026-09-17 15:00")
    due = clock(child.case, child.rules)
    assert due.governing.limit == "helper"
    assert due.due("decision.promised") is not None
    assert outcome_of(child.case) is None
    child.handled("2026-09-18").reviewed("2026-09-18").granted("2026-09-18")
    assert outcome_of(child.case) == "granted"


def test_only_the_centre_opens_children_and_only_those_of_the_bundle():
    parent = lead()
    plan = children_to_open(parent.case, (), parent.rules)[1]
    desk = Desk("scjg-02", parent.rules)
    desk.scope = plan.scope
    desk.number = make_case_number(date(2026, 9, 17), "339901", 9)
    assert desk.refused("preregister", "recept", "2026-09-17", **plan.body) == (
        "child_by_centre_only",
    )
    wrong = {**plan.body, "child": {**plan.body["child"], "helper": "nobody"}}
    assert desk.refused("preregister", "centre", "2026-09-17", **wrong) == ("child_unknown",)
    other = {**application("scjg-02"), "child": plan.body["child"]}
    assert desk.refused("preregister", "centre", "2026-09-17", **other) == ("child_unknown",)
    assert find_helper(parent.rules.catalogue, "joint-01", "project") is None


def test_children_are_not_noticed_by_themselves():
    parent = lead("joint-01")
    child = child_of(parent, "planning", 3)
    body = child.notice_body("2026-09-17", "design")
    assert child.refused("notify_correction", "clerk", "2026-09-17 15:00", **body) == (
        "notice_belongs_to_lead",
    )


def ended(parent: Desk, helper: str, outcome: str) -> dict[str, str]:
    return {"helper": helper, "child": parent.number, "outcome": outcome}


def test_the_lead_decides_when_every_child_has_ended():
    parent = Desk("joint-02").deciding("2026-09-17")
    grant = {"paper": paper("decision")}
    assert parent.refused("grant", "chief", "2026-09-18", **grant) == ("children_open",) * 4
    for helper in ("location", "traffic", "green", "advertiser"):
        parent.do("child_ended", "centre", "2026-09-18", **ended(parent, helper, "opinion"))
    assert parent.refused(
        "child_ended", "centre", "2026-09-18", **ended(parent, "green", "opinion")
    ) == ("child_unknown",)
    parent.granted("2026-09-18")


def test_what_the_parent_is_owed_is_reported_while_it_waits_for_its_decision():
    parent = lead()
    child = child_of(parent, "traffic", 2)
    parent.accept("2026-09-17 15:00")
    child.do("accept", "centre", "2026-09-17 15:00")
    child.do("give_opinion", "helper", "2026-09-18", opinion="agree", text="同意")
    assert children_to_report(parent.case, (child.case,), parent.rules) == ()
    parent.handled("2026-09-18").reviewed("2026-09-18")
    owed = children_to_report(parent.case, (child.case, parent.case), parent.rules)
    assert owed == ({"helper": "traffic", "child": child.number, "outcome": "opinion"},)
    parent.do("child_ended", "centre", "2026-09-18", **owed[0])
    assert children_to_report(parent.case, (child.case,), parent.rules) == ()


def staged(case: Case, *stages: int) -> Case:
    children = tuple(
        replace(child, stage=stage, ended=None)
        for child, stage in zip(case.children, stages, strict=False)
    )
    return replace(case, children=children)


def test_a_stage_opens_when_the_one_before_has_its_results():
    parent = lead().case
    two = staged(parent, 1, 2)
    assert open_stage(two) == 1
    first = replace(two.children[0], ended="opinion")
    assert open_stage(replace(two, children=(first, two.children[1]))) == 2
    done = tuple(replace(child, ended="opinion") for child in two.children)
    assert open_stage(replace(two, children=done)) == 2
    assert open_stage(replace(two, children=())) == 0


def test_an_agent_and_a_project_go_to_the_children_too():
    desk = Desk("joint-02")
    number = application("joint-02")["applicant"]["id_no"]
    desk.preregister(
        "2026-09-17", agent={"name": "李四", "id_no": number}, project={"name": "桥", "key": True}
    )
    desk.receive("2026-09-17")
    plan = children_to_open(desk.case, (), desk.rules)[0]
    assert plan.body["agent"]["name"] == "李四"
    assert plan.body["project"] == {"name": "桥", "key": True}


def test_a_withdrawn_child_is_reported_as_withdrawn():
    parent = lead()
    child = child_of(parent, "traffic", 2)
    child.do("withdraw", "clerk", "2026-09-18", paper=paper("withdrawal"))
    assert outcome_of(child.case) == "withdrawn"
