"""What the centre owes children and lead: played until nothing is owed, in any order. ST10–ST13."""

from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sync.domain.case import INNER, State
from sync.domain.ids import make_case_number
from sync.domain.joint import DROPPED, children_to_open, children_to_report
from sync.domain.joint_steps import SILENT, merged_lacks, news_of, owed_to
from sync.domain.time_limit import clock
from tests.unit.domain.world import Desk, at, paper, rules
from tests.unit.domain.world import given as handed

BUNDLES = ("joint-01", "joint-02")
NOON = "2026-09-17 12:00"


class Bundle:
    """A joint case with the centre at work on it: after every step all that is owed is made."""

    def __init__(self, item: str = "joint-02", **switches: Any) -> None:
        self.lead = Desk(item, rules(**switches))
        self.children: dict[str, Desk] = {}

    def centre(self, when: str) -> int:
        """Make what is owed; return how many steps there were."""
        made = 0
        for plan in children_to_open(self.lead.case, self.children, self.lead.rules):
            made += 1
            self._open(plan, when)
        while todo := self._owed(when):
            for desk, kind, body in todo:
                desk.do(kind, "centre", when, **body)
                made += 1
                assert made < 100
        return made

    def _open(self, plan: Any, when: str) -> None:
        desk = Desk("scjg-02", self.lead.rules)
        item = self.lead.rules.catalogue.item(plan.body["item"])
        assert item is not None
        desk.item, desk.scope = item, plan.scope
        serial = 50 + len(self.children)
        desk.number = make_case_number(date(2026, 9, 17), plan.scope[:6], serial)
        assert desk.do("preregister", "centre", when, **plan.body) == ()
        self.children[plan.helper] = desk

    def _owed(self, when: str) -> list[tuple[Desk, str, Any]]:
        lead = self.lead.case
        owed: list[tuple[Desk, str, Any]] = []
        for desk in self.children.values():
            step = owed_to(lead, desk.case, desk.rules, at(when))
            if step is not None:
                owed.append((desk, step.kind, step.body))
        if owed:
            return owed
        cases = [desk.case for desk in self.children.values()]
        news = (news_of(lead, case, self.lead.rules) for case in cases)
        owed = [(self.lead, "child_moved", body) for body in news if body is not None]
        return owed or [
            (self.lead, "child_ended", b) for b in children_to_report(lead, cases, self.lead.rules)
        ]

    def received(self, when: str = "2026-09-17") -> "Bundle":
        self.lead.received(when)
        self.centre(when)
        return self

    def accepted(self, when: str = "2026-09-17 15:00") -> "Bundle":
        self.received()
        self.lead.accept(when)
        self.centre(when)
        return self

    def seen(self, helper: str) -> Any:
        return next(c for c in self.lead.case.children if c.helper == helper)


@settings(max_examples=12)
@given(st.sampled_from(BUNDLES))
def test_what_is_owed_is_made_once_and_then_nothing_is(item):
    bundle = Bundle(item).received()
    assert {desk.case.state for desk in bundle.children.values()} == {State.RECEIVED}
    assert bundle.centre("2026-09-17") == 0
    bundle.lead.accept("2026-09-17 15:00")
    assert bundle.centre("2026-09-17 15:00") == 2 * len(bundle.children)  # accepted, and told
    assert {desk.case.state for desk in bundle.children.values()} == {State.ACCEPTED}
    assert bundle.centre("2026-09-17 15:00") == 0
    assert all(child.due is not None for child in bundle.lead.case.children)


@settings(max_examples=20)
@given(st.permutations(("location", "traffic", "green", "advertiser")), st.data())
def test_opinions_reach_the_lead_in_any_order_and_let_it_decide(order, data):
    bundle = Bundle().accepted()
    for number, helper in enumerate(order):
        said = data.draw(st.sampled_from(("agree", "disagree")))
        body = {"opinion": said, "text": f"{helper}意见"}
        bundle.children[helper].do("give_opinion", "helper", "2026-09-18", **body)
        bundle.centre("2026-09-18")
        seen = bundle.seen(helper)
        assert (seen.opinion, seen.text, seen.result) == (said, body["text"], "opinion")
        assert [c.result for c in bundle.lead.case.children].count(None) == 3 - number
    bundle.lead.handled("2026-09-18").reviewed("2026-09-18")
    bundle.centre("2026-09-18")
    bundle.lead.granted("2026-09-18")


def test_a_child_gets_what_the_lead_took_and_only_what_its_item_asks_for():
    bundle = Bundle("joint-01").received()
    planning = bundle.children["planning"].case
    taken = {m.code for m in bundle.lead.case.materials if m.given}
    assert {m.code for m in planning.materials if m.given} == taken & {
        m.code for m in planning.materials
    }
    assert not planning.lacking
    assert bundle.children["fire"].case.material("contract").given
    assert not bundle.children["fire"].case.lacking


def test_the_leads_own_item_asks_for_no_result_that_the_joint_case_makes():
    permit = Desk("zjj-01").item.material("planning_permit")
    assert permit is not None
    assert permit.result_of == "zrj-01"
    assert Desk("joint-01").item.material("planning_permit") is None


def test_one_notice_is_merged_from_all_departments():
    bundle = Bundle("joint-01").received()
    lacks = {
        "planning": [{"material": "design", "reason": "illegible", "text": "总平面图看不清"}],
        "fire": [
            {"material": "design", "reason": "incomplete", "text": "缺消防专篇"},
            {"material": "contract", "reason": "expired", "text": ""},
        ],
    }
    for helper, missing in lacks.items():
        body = {"text": "需要补正", "missing": missing}
        bundle.children[helper].do("answer_precheck", "clerk", NOON, **body)
    assert bundle.centre(NOON) == 2
    merged = merged_lacks(bundle.lead.case)
    assert merged == (
        ("design", "illegible", (("planning", "总平面图看不清"), ("fire", "缺消防专篇"))),
        ("contract", "expired", ()),
    )
    bundle.lead.notice("2026-09-17 14:00", *(code for code, _, _ in merged))
    bundle.centre("2026-09-17 14:00")
    bundle.lead.correct("2026-09-21", "design", "contract")
    bundle.centre("2026-09-21")
    assert bundle.children["fire"].case.precheck is None
    bundle.lead.accept("2026-09-21 15:00")
    bundle.centre("2026-09-21 15:00")
    assert merged_lacks(bundle.lead.case) == ()


def test_a_helper_misses_only_what_is_asked_for_and_no_other_case_is_prechecked_so():
    bundle = Bundle().received()
    unknown = {"text": "缺", "missing": [{"material": "moon", "reason": "not_given"}]}
    traffic = bundle.children["traffic"]
    assert traffic.refused("answer_precheck", "helper", NOON, **unknown) == ("unknown_material",)
    alone = Desk("scjg-02").received("2026-09-17")
    assert alone.refused("answer_precheck", "clerk", NOON, text="好") == ("step_not_allowed",)


def test_nobody_but_the_lead_takes_a_child_in_or_turns_it_away():
    planning = Bundle("joint-01").received().children["planning"]
    assert planning.refused("accept", "clerk", NOON, paper=paper("acceptance")) == (
        "child_by_centre_only",
    )
    body = {"reason": "x", "text": "不属于", "remedies": "复议", "paper": paper("refusal")}
    assert "child_by_centre_only" in planning.refused("refuse", "chief", NOON, **body)


def test_the_lead_waits_for_corrections_and_no_child_is_late_by_it():
    bundle = Bundle("joint-01").received()
    bundle.lead.notice("2026-09-18", "contract")
    bundle.centre("2026-09-18")
    bundle.lead.correct("2026-10-15", "contract")
    bundle.lead.accept("2026-10-15 15:00")
    bundle.centre("2026-10-15 15:00")
    planning = bundle.children["planning"].case
    assert planning.state is State.ACCEPTED
    assert bundle.seen("planning").due > at("2026-10-20")
    assert planning.findings == ()


@settings(max_examples=10)
@given(st.sampled_from(BUNDLES), st.booleans())
def test_children_of_a_withdrawn_case_are_withdrawn_with_it(item, at_work):
    bundle = Bundle(item).accepted() if at_work else Bundle(item).received()
    bundle.lead.do("withdraw", "clerk", "2026-09-18", paper=paper("withdrawal"))
    bundle.centre("2026-09-18")
    assert {desk.case.state for desk in bundle.children.values()} == {State.WITHDRAWN}
    assert {child.outcome for child in bundle.lead.case.children} == {"withdrawn"}
    bundle.lead.do("close", "clerk", "2026-09-18")
    assert bundle.centre("2026-09-19") == 0


def test_silence_speaks_only_by_switch_and_the_lead_sees_that_it_was_silence():
    late = "2026-09-22 10:00"
    assert Bundle().accepted().centre(late) == 0
    bundle = Bundle(silence_is_consent=True).accepted()
    assert bundle.centre("2026-09-21") == 0
    traffic = bundle.children["traffic"]
    step = owed_to(bundle.lead.case, traffic.case, traffic.rules, at(late))
    assert step is not None
    assert step.body["text"] == SILENT
    assert traffic.do(step.kind, "centre", late, **step.body) == ("silence_taken_as_consent",)
    news = news_of(bundle.lead.case, traffic.case, traffic.rules)
    assert news is not None
    assert news["silence"] is True


def test_silence_is_never_a_licence():
    bundle = Bundle("joint-01", silence_is_consent=True).accepted()
    planning = bundle.children["planning"]
    assert owed_to(bundle.lead.case, planning.case, planning.rules, at("2026-10-20")) is None


def test_a_denied_licence_child_is_final_for_it_and_the_lead_grants_the_rest():
    bundle = Bundle("joint-01").accepted()
    planning = bundle.children["planning"].handled("2026-09-18").reviewed("2026-09-18")
    planning.do("hear_party", "hand", "2026-09-18", party={"name": "申请人"}, text="无异议")
    refusal = {"reason": "not_met", "text": "不符合规划", "remedies": "复议、诉讼"}
    planning.do("deny", "chief", "2026-09-18", paper=paper("decision"), **refusal)
    bundle.centre("2026-09-18")
    seen = bundle.seen("planning")
    assert (seen.result, seen.opinion, seen.text) == ("denied", "denied", "不符合规划")
    for helper in ("fire", "civil_defence"):
        body = {"opinion": "agree", "text": "同意"}
        bundle.children[helper].do("give_opinion", "helper", "2026-09-18", **body)
    bundle.children["environment"].handled("2026-09-18").reviewed("2026-09-18").granted(
        "2026-09-18"
    )
    lead = bundle.lead.handled("2026-09-18")
    lead.do("review", "rev", "2026-09-18", level=1, opinion="agree", text="同意")
    lead.do("review", "rev2", "2026-09-18", level=2, opinion="agree", text="同意")
    bundle.centre("2026-09-18")
    lead.granted("2026-09-18")


def test_the_head_of_government_alone_extends_a_joint_case_by_fifteen_days_at_most():
    lead = Bundle().accepted().lead
    when = "2026-09-18"
    lead.do("claim", "hand", when)
    lead.do("request_extension", "hand", when, days=15, reason="complex", text="会审")
    assert lead.refused("extend", "head", when, **lead.extend_body(15)) == ("wrong_approver",)
    assert lead.refused("extend", "mayor", when, **lead.extend_body(16)) == ("extension_too_long",)
    lead.do("extend", "mayor", when, **lead.extend_body(15))
    days = clock(lead.case, lead.rules)
    law, promise = days.due("decision.statutory"), days.due("decision.promised")
    assert law is not None
    assert promise is not None
    calendar = lead.rules.calendars.of_department(lead.case.department, lead.case.hall)
    accepted = date(2026, 9, 17)
    assert law.by_date == calendar.after(accepted, 45 + 15)
    assert promise.by_date == calendar.after(accepted, 10 + 15)


def test_what_may_follow_later_follows_to_the_children_too():
    bundle = Bundle("joint-01")
    lead = bundle.lead
    lead.preregister("2026-09-17")
    given = [m.code for m in lead.item.materials if m.required and m.code != "basic_data"]
    lead.receive("2026-09-17", *given)
    bundle.centre("2026-09-17")
    assert lead.item.material("basic_data").minor
    pending = [{"material": "basic_data", "by": "2026-09-25"}]
    papers = {"paper": paper("acceptance"), "promise": paper("promise")}
    lead.do("accept_pending", "clerk", "2026-09-17 15:00", pending=pending, **papers)
    bundle.centre("2026-09-17 15:00")
    environment = bundle.children["environment"]
    assert [m.code for m in environment.case.pending] == ["basic_data"]
    lead.do("supply_pending", "clerk", "2026-09-21", materials=handed("basic_data"))
    bundle.centre("2026-09-21")
    assert environment.case.pending == ()


def test_a_parent_at_work_has_its_children_at_work():
    bundle = Bundle().accepted()
    assert all(desk.case.state in INNER for desk in bundle.children.values())


def test_a_helper_that_the_bundle_lost_is_not_waited_for():
    bundle = Bundle().accepted()
    lead = bundle.lead
    catalogue = lead.rules.catalogue
    plan = catalogue.bundles["joint-02"]
    fewer = replace(plan, helpers=tuple(h for h in plan.helpers if h.code != "traffic"))
    bundles = {**catalogue.bundles, "joint-02": fewer}
    lost = replace(lead.rules, catalogue=replace(catalogue, bundles=bundles))
    unopened = tuple(
        replace(child, number="") if child.helper in {"traffic", "green"} else child
        for child in lead.case.children
    )
    waiting = replace(lead.case, state=State.DECIDING, children=unopened)
    (told,) = children_to_report(waiting, (), lost)
    assert (told["helper"], told["outcome"]) == ("traffic", DROPPED)
    assert children_to_report(waiting, (), lead.rules) == ()
