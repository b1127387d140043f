"""Handling, opinions, hearing, suspension, extension, upper office, decision. LW12–LW26."""

from dataclasses import replace

import pytest

from sync.domain.case import Flag, State
from sync.domain.catalogue import CaseKind, FlowStep, Limit, Unit
from sync.domain.lights import Light, light, next_moment
from sync.domain.rules import Rules
from sync.domain.time_limit import clock, stops_of
from sync.domain.timeliness import Timeliness, timeliness
from sync.domain.workflow import advance, allowed
from tests.unit.domain.plausible import FILE
from tests.unit.domain.world import Desk, at, county, day, ms, paper, rules, with_item, with_person


def by_date(desk: Desk, limit: str) -> str:
    due = clock(desk.case, desk.rules).due(limit)
    assert due is not None
    return due.by_date.isoformat()


def handling(
    item: str = "ycj-01", when: str = "2026-09-17", the_rules: Rules | None = None
) -> Desk:
    desk = Desk("ycj-01", the_rules).accepted(when)
    desk.do("claim", "hand", when)
    return desk


# -- steps ----------------------------------------------------------------------------------------


def test_steps_run_in_order_and_none_is_skipped():
    desk = Desk("fgj-01").accepted("2026-09-17")
    grant = {"paper": paper("decision")}
    assert desk.refused("grant", "chief", "2026-09-17", **grant) == ("step_not_allowed",)
    desk.handled("2026-09-17 11:00")
    assert desk.case.review_level == 1
    assert desk.refused("grant", "chief", "2026-09-17 12:00", **grant) == ("step_not_allowed",)
    wrong = {"level": 2, "opinion": "agree"}
    assert desk.refused("review", "rev", "2026-09-17 13:00", **wrong) == ("review_level_wrong",)
    desk.reviewed("2026-09-17 14:00")
    assert desk.case.state is State.DECIDING
    assert desk.case.review_level == 0


def test_a_flow_that_names_a_survey_is_not_handled_without_one():
    desk = handling()
    body = {"opinion": "agree", "text": "同意"}
    assert desk.refused("handle", "hand", "2026-09-18", **body) == ("survey_not_done",)
    one = {"persons": ["hand"], "record": FILE}
    assert desk.refused("survey", "hand", "2026-09-18", **one) == ("survey_needs_two",)
    stranger = {"persons": ["hand", "clerk"], "record": FILE}
    assert desk.refused("survey", "hand", "2026-09-18", **stranger) == ("survey_needs_two",)
    desk.survey("2026-09-18")
    desk.do("handle", "hand", "2026-09-18", **body)


def test_a_late_step_is_found_though_the_case_is_in_time():
    desk = Desk("ycj-01").accepted("2026-09-17")
    assert desk.do("claim", "hand", "2026-09-20") == ("overdue",)
    state = light(desk.case, desk.rules, at("2026-10-09"))
    assert (state.light, state.step_light) == (Light.WHITE, Light.RED)
    assert state.step_due.ref == "handle"


def test_sending_back_goes_to_the_handler_or_a_lower_level_and_twice_is_found():
    desk = Desk("fgj-01").deciding("2026-09-17")
    assert desk.refused("send_back", "chief", "2026-09-18", to=3, text="x") == ("send_back_level",)
    assert desk.do("send_back", "chief", "2026-09-18", to=1, text="补充") == ()
    assert (desk.case.state, desk.case.review_level) == (State.REVIEWING, 1)
    assert desk.refused("send_back", "rev", "2026-09-18", to=1, text="x") == ("send_back_level",)
    assert desk.do("send_back", "rev", "2026-09-18", to=0, text="补充") == ("sent_back_twice",)
    assert (desk.case.state, desk.case.holder) == (State.HANDLING, "hand")


def test_an_unexplained_send_back_is_refused():
    desk = Desk("scjg-02").deciding("2026-09-17")
    assert desk.refused("send_back", "chief", "2026-09-18", to=0) == ("legal_part_missing",)


def test_a_case_is_handled_by_whoever_has_it_in_hand():
    desk = Desk("scjg-02").accepted("2026-09-17")
    assert desk.refused("assign", "chief", "2026-09-17", to="clerk") == ("no_authority",)
    desk.do("assign", "chief", "2026-09-17", to="hand2")
    assert desk.refused("handle", "hand", "2026-09-17", opinion="agree") == ("not_holder",)
    desk.do("reassign", "chief", "2026-09-17", to="hand", reason="调整")
    desk.do("handle", "hand", "2026-09-17", opinion="agree")


# -- helpers and hearings -------------------------------------------------------------------------


def test_a_helper_answers_in_its_own_limit():
    desk = handling()
    desk.do("ask_opinion", "hand", "2026-09-18", department="zrj", by_wd=3, text="请提意见")
    ref = desk.case.opinions[0].ref
    assert by_date(desk, "helper") == "2026-09-22"
    assert clock(desk.case, desk.rules).due("helper", "other") is None
    answer = {"opinion": "agree", "text": "同意"}
    assert desk.refused("give_opinion", "helper", "2026-09-21", **answer) == ("no_such_debt",)
    found = desk.do("give_opinion", "helper", "2026-09-23", **answer, asked=ref)
    assert found == ("overdue",)
    assert desk.case.opinions[0].opinion == "agree"
    assert clock(desk.case, desk.rules).due("helper") is None


def test_only_the_department_that_was_asked_answers():
    book = with_person(county(), "other", ["helper_handler"], [], department="ycj")
    book = with_person(book, "aide", ["liaison"], [], department="ycj", deputy_of="helper")
    desk = handling(the_rules=book.rules())
    when = "2026-09-21"
    for department in ("zrj", "gaj"):
        desk.do("ask_opinion", "hand", "2026-09-18", department=department, by_wd=3, text="请")
    to_zrj, to_gaj = (opinion.ref for opinion in desk.case.opinions)
    answer = {"opinion": "agree", "text": "同意"}
    for ref in (to_zrj, to_gaj):
        assert desk.refused("give_opinion", "other", when, **answer, asked=ref) == (
            "not_department_asked",
        )
    assert desk.refused("give_opinion", "helper", when, **answer, asked=to_gaj) == (
        "not_department_asked",
    )
    blocked = {
        person: next(
            o.blocked
            for o in allowed(desk.case, person, desk.rules, at(when))
            if o.kind == "give_opinion"
        )
        for person in ("other", "helper", "aide")
    }
    assert blocked["other"].args == {"department": "gaj"}
    assert blocked["helper"] is None
    assert blocked["aide"] is None
    assert desk.do("give_opinion", "aide", when, **answer, asked=to_zrj, acting_for="helper") == ()
    assert [opinion.opinion for opinion in desk.case.opinions] == ["agree", ""]
    assert {o.kind: o.blocked for o in allowed(desk.case, "helper", desk.rules, at(when))}[
        "give_opinion"
    ].code == "not_department_asked"


def test_an_opinion_that_was_accepted_under_the_older_rule_is_still_folded():
    desk = handling()
    desk.do("ask_opinion", "hand", "2026-09-18", department="gaj", by_wd=3, text="请提意见")
    body = {"opinion": "agree", "text": "同意", "asked": desk.case.opinions[0].ref}
    step = desk.step("give_opinion", "helper", "2026-09-21", body)
    assert desk.refused("give_opinion", "helper", "2026-09-21", **body) == ("not_department_asked",)
    assert advance(desk.case, step, desk.rules).opinions[0].opinion == "agree"


def denial() -> dict[str, object]:
    return {
        "reason": "conditions_not_met",
        "text": "不符合布局",
        "remedies": "六十日内申请复议",
        "paper": paper("denial"),
    }


def test_nobody_is_denied_unheard_and_the_denial_is_served_before_the_case_closes():
    desk = Desk("fgj-01").deciding("2026-09-17")
    assert desk.refused("deny", "chief", "2026-09-18", **denial()) == ("parties_not_heard",)
    desk.do("hear_party", "hand", "2026-09-18", party={"name": "张三"}, text="陈述")
    bare = {**denial(), "remedies": None}
    assert desk.refused("deny", "chief", "2026-09-18", **bare) == ("legal_part_missing",)
    desk.do("deny", "chief", "2026-09-18", **denial())
    assert desk.case.decision == "denied"
    assert Flag.DEBTS in desk.case.flags
    assert by_date(desk, "service") == "2026-10-09"
    assert desk.refused("close", "clerk", "2026-09-18") == ("papers_unserved",)
    served = {"paper": "denial-1", "manner": "direct", "receiver": {"name": "张三"}}
    assert desk.refused("serve", "clerk", "2026-09-18", **{**served, "paper": "x"}) == (
        "no_such_paper",
    )
    desk.do("serve", "clerk", "2026-09-18", **served)
    desk.do("close", "clerk", "2026-09-18")


def test_no_decision_while_a_hearing_is_owed_or_may_be_asked_for():
    desk = Desk("fgj-01").deciding("2026-09-17")
    desk.do("tell_hearing_right", "hand", "2026-09-17 15:00", to=["李四"], paper=paper("hr"))
    grant = {"paper": paper("decision")}
    assert desk.refused("grant", "chief", "2026-09-23", **grant) == ("hearing_window_open",)
    found = desk.do("request_hearing", "clerk", "2026-09-24", by="李四")
    assert found == ("hearing_asked_late",)
    assert desk.refused("grant", "chief", "2026-09-24", **grant) == ("hearing_pending",)
    body = {"chair": "mayor", "notice_served_at": ms("2026-09-24"), "record": FILE}
    found = desk.do("hold_hearing", "hand", "2026-11-01", **body)
    assert found == ("hearing_held_late",)
    assert desk.case.hearing.chair == "mayor"
    assert "overdue" in desk.grant("2026-11-02")


def test_a_hearing_nobody_asked_for_is_not_held_and_the_window_closes():
    desk = handling("fgj-01")
    body = {"chair": "mayor", "notice_served_at": ms("2026-09-17"), "record": FILE}
    assert desk.refused("hold_hearing", "hand", "2026-10-12", **body) == ("hearing_not_requested",)
    assert "legal_part_missing" in desk.refused(
        "hold_hearing", "hand", "2026-10-12", **{**body, "notice_served_at": None}
    )
    told = Desk("fgj-01").deciding("2026-09-17")
    told.do("tell_hearing_right", "hand", "2026-09-17 15:00", to=["李四"], paper=paper("hr"))
    assert told.grant("2026-09-24") == ()


def test_an_item_whose_law_demands_a_hearing_is_not_granted_without_telling_the_right():
    desk = Desk("fgj-01", with_item(rules(), "fgj-01", hearing_required=True))
    desk.deciding("2026-09-17")
    assert desk.refused("grant", "chief", "2026-09-18", paper=paper("d")) == (
        "hearing_right_not_told",
    )


# -- suspension -----------------------------------------------------------------------------------


def test_a_suspension_is_lawful_noticed_and_of_a_planned_length():
    desk = handling()
    body = desk.suspend_body("2026-09-24", "2026-09-30")
    when = "2026-09-24"
    assert desk.refused("suspend", "hand", when, **{**body, "reason": "busy"}) == (
        "suspension_kind_unlawful",
    )
    assert desk.refused("suspend", "hand", when, **{**body, "paper": None}) == (
        "legal_part_missing",
    )
    assert desk.refused("suspend", "hand", when, **{**body, "until": "2026-09-01"}) == (
        "body_malformed",
    )
    assert desk.refused("suspend", "hand", when, **body, _signed_by_card=False) == (
        "card_signature_missing",
    )
    own = Desk("hbj-01").accepted("2026-09-17")
    own.do("claim", "hand", "2026-09-17")
    own.suspend("2026-09-18", "2026-09-30", "technical_assessment")
    assert own.case.suspension.kind == "technical_assessment"


def test_suspended_time_is_left_out_and_the_light_is_paused():
    desk = handling(when="2026-09-21")
    before = by_date(desk, "decision.promised")
    desk.suspend("2026-09-24", "2026-09-30")
    state = light(desk.case, desk.rules, at("2026-09-28"))
    assert (state.light, state.step_light) == (Light.PAUSED, Light.PAUSED)
    assert state.remaining_key == "light.paused_until"
    assert next_moment(desk.case, desk.rules, at("2026-09-28")) > at("2026-09-30 17:00")
    assert desk.refused("survey", "hand", "2026-09-28", persons=["hand", "hand2"], record=FILE) == (
        "suspended",
    )
    desk.do("resume", "hand", "2026-09-30")
    assert desk.case.suspension is None
    assert before == "2026-10-19"
    assert by_date(desk, "decision.promised") == "2026-10-22"
    keys = [line.key for line in clock(desk.case, desk.rules).explanation]
    assert "clock.left_out" in keys
    assert "clock.left_out_days" in keys


def test_without_a_served_notice_nothing_is_left_out():
    desk = handling()
    before = by_date(desk, "decision.promised")
    desk.suspend("2026-09-24", "2026-09-30", served_at=None)
    assert stops_of(desk.case, desk.rules.calendars.of_hall("339901")) == ()
    assert by_date(desk, "decision.promised") == before
    assert light(desk.case, desk.rules, at("2026-09-28")).light is Light.WHITE
    no = desk.case.papers[-1].no
    desk.do("serve", "clerk", "2026-09-28", paper=no, manner="mail", receiver={"name": "张三"})
    assert desk.case.suspension.served_at == at("2026-09-28")
    assert by_date(desk, "decision.promised") > before


def test_time_past_the_told_end_counts_unless_prolonged_before_it():
    desk = handling()
    assert desk.refused("resume", "hand", "2026-09-18") == ("step_not_allowed",)
    longer = {"reason": "x", "text": "y", "until": "2026-10-10", "paper": paper("pro")}
    assert desk.refused("prolong_suspension", "chief", "2026-09-20", **longer) == (
        "step_not_allowed",
    )
    desk.suspend("2026-09-24", "2026-09-30")
    assert desk.refused("resume", "centre", "2026-09-30 16:00") == ("resume_too_early",)
    assert desk.refused("prolong_suspension", "chief", "2026-09-30 17:30", **longer) == (
        "prolong_after_told_end",
    )
    desk.do("prolong_suspension", "chief", "2026-09-30 16:00", **longer, served_at=ms("2026-09-30"))
    assert desk.case.suspension.until == day("2026-10-10")
    assert light(desk.case, desk.rules, at("2026-10-13")).light is Light.WHITE
    desk.do("resume", "centre", "2026-10-10 17:01")
    stop = stops_of(desk.case, desk.rules.calendars.of_hall("339901"))[0]
    assert stop.end == at("2026-10-10 17:00")


def test_the_applicants_steps_are_open_while_suspended():
    desk = handling()
    desk.suspend("2026-09-24", "2026-09-30")
    desk.do("request_hearing", "clerk", "2026-09-25", by="张三")
    desk.do("withdraw", "clerk", "2026-09-28", paper=paper("withdrawal"))
    assert desk.case.state is State.WITHDRAWN


def test_a_suspension_within_half_days_takes_out_office_minutes():
    desk = Desk("zjj-01").received("2026-09-17")
    desk.accept("2026-09-17 11:00", fast_track=True, leader_told=True)
    desk.do("claim", "hand", "2026-09-17 11:30")
    assert clock(desk.case, desk.rules).due("decision.promised").at == at("2026-09-20 13:30")
    desk.suspend("2026-09-18 10:00", "2026-09-22", "hearing")
    desk.do("resume", "hand", "2026-09-18 15:00")
    found = clock(desk.case, desk.rules)
    assert found.due("decision.promised").at == at("2026-09-21 09:30")
    assert found.due("decision.promised").stops[0].kind == "hearing"
    assert "clock.left_out_minutes" in {line.key for line in found.explanation}


# -- extension ------------------------------------------------------------------------------------


def test_an_extension_is_no_longer_than_the_item_allows():
    desk = handling()
    when = "2026-09-18"
    assert desk.refused("extend", "head", when, **desk.extend_body(11)) == ("extension_too_long",)
    assert desk.refused("extend", "head", when, **desk.extend_body(0)) == ("extension_too_long",)
    fixed = Desk("zjj-01").accepted("2026-09-17")
    assert fixed.refused("extend", "head", when, **fixed.extend_body(1)) == (
        "extension_not_foreseen",
    )


def test_who_asked_for_the_extension_does_not_approve_it():
    desk = Desk("ycj-01").accepted("2026-09-17")
    desk.do("claim", "all", "2026-09-17")
    asking = {"days": 5, "reason": "complex", "text": "复杂"}
    desk.do("request_extension", "all", "2026-09-18", **asking)
    assert desk.refused("extend", "all", "2026-09-18", **desk.extend_body(5)) == ("same_person",)
    desk.do("extend", "head", "2026-09-18", **desk.extend_body(5))
    assert Flag.EXTENDED in desk.case.flags


def test_an_extension_is_told_before_the_limit_ends_too():
    desk = Desk("ycj-01").accepted("2026-09-17")
    body = {**desk.extend_body(5), "served_at": ms("2026-10-15 09:00")}
    assert desk.refused("extend", "head", "2026-10-14 11:00", **body) == (
        "body_malformed",  # nobody was told tomorrow
        "extension_after_limit",
    )
    found = desk.do(
        "extend",
        "head",
        "2026-10-14 16:00",
        **desk.extend_body(5),
        _hi=at("2026-10-14 18:00"),
        _lo=at("2026-10-14 09:00"),
    )
    assert found == ("on_time_unproven",)


def test_an_extension_or_prolongation_still_to_be_told_is_none():
    desk = handling()
    body = {**desk.extend_body(5), "served_at": None}
    assert desk.refused("extend", "head", "2026-09-18", **body) == ("legal_part_missing",)
    desk.suspend("2026-09-24", "2026-09-30")
    longer = {"reason": "x", "text": "y", "until": "2026-10-10", "paper": paper("pro")}
    assert desk.refused("prolong_suspension", "chief", "2026-09-25", **longer, served_at=None) == (
        "legal_part_missing",
    )


def test_a_joint_case_is_extended_by_the_head_of_government():
    desk = Desk("joint-02").accepted("2026-09-17")
    body = desk.extend_body(15)
    assert desk.refused("extend", "head", "2026-09-18", **body) == ("wrong_approver",)
    desk.do("extend", "mayor", "2026-09-18", **body)


# -- upper office ---------------------------------------------------------------------------------


def forwardable(**more: object) -> Desk:
    the_rules = with_item(rules(), "fgj-01", kind=CaseKind.FORWARDED, **more)
    return Desk("fgj-01", the_rules).deciding("2026-09-17")


def sent(desk: Desk, when: str = "2026-09-18") -> Desk:
    desk.do("forward", "chief", when, office="市发展和改革委员会", text="拟同意")
    return desk


def test_only_a_forwarded_item_goes_up():
    desk = Desk("fgj-01").deciding("2026-09-17")
    assert desk.refused("forward", "chief", "2026-09-18", office="市局", text="x") == (
        "not_forwardable",
    )


def test_the_local_clock_stands_still_at_the_upper_office():
    desk = forwardable(upper_limit=Limit(Unit.WORKING, 10))
    before = by_date(desk, "decision.promised")
    sent(desk)
    assert by_date(desk, "upper") == "2026-10-09"
    assert desk.refused("upper_return", "upper", "2026-09-22", text="x", fault="materials") == (
        "upper_asks_materials",
    )
    desk.do("upper_return", "upper", "2026-09-22", text="意见不明", fault="opinion")
    assert (desk.case.state, desk.case.holder) == (State.HANDLING, "hand")
    assert by_date(desk, "decision.promised") > before
    assert desk.case.forwards[0].returned_at == at("2026-09-22")


def test_an_upper_office_without_a_limit_shows_none():
    desk = sent(forwardable())
    found = clock(desk.case, desk.rules)
    assert found.governing is None
    assert found.explanation[0].key == "clock.forwarded"
    assert light(desk.case, desk.rules, at("2026-09-20")).light is Light.NONE


def test_forwarding_after_twenty_days_is_found():
    desk = forwardable()
    assert sent(desk, "2026-10-21").case.state is State.FORWARDED
    late = forwardable()
    judged = late.do("forward", "chief", "2026-10-22", office="市局", text="x")
    assert "overdue" in judged


def test_the_upper_offices_decision_is_copied_with_its_date():
    made_here = sent(forwardable())
    body = {"decided_at": ms("2026-09-24"), "paper": paper("upper_decision")}
    made_here.do("upper_grant", "upper", "2026-09-28", **body, made_here=True)
    assert made_here.case.state is State.GRANTED
    assert by_date(made_here, "certificate") == "2026-10-15"
    there = sent(forwardable())
    there.do("upper_grant", "chief", "2026-09-28", **body, made_here=False)
    assert there.case.state is State.UPPER_CLOSED
    assert not there.case.with_certificate
    denied = sent(forwardable())
    reasons = {"reason": "x", "text": "y", "remedies": "z"}
    denied.do("upper_deny", "upper", "2026-09-28", **body, **reasons)
    assert (denied.case.state, denied.case.decision) == (State.DENIED, "denied")


# -- decision in time -----------------------------------------------------------------------------


def test_promise_is_judged_by_its_hour_and_the_law_by_its_date():
    desk = Desk("zrj-01").deciding("2026-09-17")
    assert desk.grant("2026-09-28 17:00") == ()
    late = Desk("zrj-01").deciding("2026-09-17")
    assert late.grant("2026-09-28 17:01") == ("overdue",)
    assert timeliness(late.case, late.rules) is Timeliness.OVERDUE
    unlawful = Desk("zrj-01").deciding("2026-09-17")
    assert unlawful.grant("2026-10-22 09:00") == ("overdue", "overdue")


def test_a_cut_promise_is_judged_by_the_statutory_day():
    desk = Desk("zjj-01").received("2026-09-30")
    desk.accept("2026-09-30 10:10")
    desk.handled("2026-09-30 11:00").reviewed("2026-09-30 13:30")
    assert desk.grant("2026-10-08 17:00") == ()
    late = Desk("zjj-01").received("2026-09-30")
    late.accept("2026-09-30 10:10")
    late.handled("2026-09-30 11:00").reviewed("2026-09-30 13:30")
    assert late.grant("2026-10-08 18:00") == ("overdue",)


def test_a_decision_whose_time_straddles_the_due_time_is_unproven():
    desk = Desk("zrj-01").deciding("2026-09-17")
    found = desk.do(
        "grant",
        "chief",
        "2026-09-28 16:00",
        paper=paper("d"),
        _lo=at("2026-09-28 09:00"),
        _hi=at("2026-09-28 20:00"),
    )
    assert found == ("on_time_unproven",)


@pytest.mark.parametrize(
    ("when", "kept"),
    [("2026-09-18", Timeliness.EARLY), ("2026-09-28", Timeliness.ON_TIME)],
)
def test_timeliness_tells_early_from_on_time(when, kept):
    desk = Desk("zrj-01").deciding("2026-09-17")
    assert timeliness(desk.case, desk.rules) is Timeliness.OPEN
    desk.grant(when)
    assert timeliness(desk.case, desk.rules) is kept
    unknown = replace(desk.case, item="gone")
    assert timeliness(unknown, desk.rules) is Timeliness.OPEN


def test_inspectors_are_named_in_five_days_where_the_flow_inspects():
    item = rules().catalogue.items["scjg-02"]
    flow = (*item.flow, FlowStep("inspect", item.flow[0].roles))
    desk = Desk("scjg-02", with_item(rules(), "scjg-02", flow=flow)).accepted("2026-09-17")
    assert by_date(desk, "inspectors") == "2026-09-23"
