"""What a strict reader holds against the table: ways around the law that are closed."""

from dataclasses import replace

import pytest

from sync.domain.calendar import CHINA
from sync.domain.case import Flag, State
from sync.domain.catalogue import CaseKind
from sync.domain.lights import Light, light, next_moment
from sync.domain.time_limit import acceptance_moment, clock, receipt_counted
from sync.domain.timeliness import Timeliness, timeliness
from sync.domain.workflow import Refused, judge
from tests.unit.domain.world import (
    HASH,
    Desk,
    application,
    at,
    county,
    day,
    ms,
    paper,
    rules,
    with_item,
    with_person,
)

FILE = {"sha256": HASH, "size": 1, "type": "application/pdf"}


def handling(item: str = "scjg-02", when: str = "2026-09-17") -> Desk:
    desk = Desk(item).accepted(when)
    desk.do("claim", "hand", when)
    return desk


# -- suspension -----------------------------------------------------------------------------------


def test_a_case_that_ended_while_suspended_closes_and_is_archived():
    desk = handling()
    desk.suspend("2026-09-18", "2026-09-25")
    desk.do("withdraw", "clerk", "2026-09-21", paper=paper("withdrawal"))
    assert desk.case.suspension is None
    assert Flag.SUSPENDED not in desk.case.flags
    assert light(desk.case, desk.rules, at("2026-09-22")).light is Light.NONE
    assert next_moment(desk.case, desk.rules, at("2026-09-22")) is None
    desk.do("close", "clerk", "2026-09-22")
    desk.do("archive", "archive", "2026-09-23")
    assert desk.case.state is State.ARCHIVED


def test_a_prolongation_decided_after_the_told_end_is_not_served_before_it():
    desk = handling()
    desk.suspend("2026-09-18", "2026-09-21")
    body = {"reason": "expert_review", "text": "x", "until": "2026-09-30", "paper": paper("p")}
    assert desk.refused(
        "prolong_suspension", "chief", "2026-09-24", **body, served_at=ms("2026-09-21")
    ) == ("prolong_after_told_end",)


def test_a_helper_has_the_time_in_which_nobody_lets_him_answer():
    desk = handling()
    desk.do("ask_opinion", "hand", "2026-09-17", department="zrj", by_wd=3, text="请提意见")
    assert clock(desk.case, desk.rules).due("helper").by_date.isoformat() == "2026-09-21"
    desk.suspend("2026-09-18", "2026-09-25")
    answer = {"opinion": "agree", "text": "同意", "asked": desk.steps[-2].id}
    assert desk.refused("give_opinion", "helper", "2026-09-21", **answer) == ("suspended",)
    desk.do("resume", "hand", "2026-09-25")
    # 09-20 is a Sunday that works; six days were left out, from the 19th's Saturday to the 25th.
    assert clock(desk.case, desk.rules).due("helper").by_date.isoformat() == "2026-09-29"
    assert desk.do("give_opinion", "helper", "2026-09-29", **answer) == ()


# -- the one notice -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("served", "code"),
    [(None, "legal_part_missing"), (ms("2026-09-24"), "late_correction_notice")],
)
def test_a_correction_notice_that_is_not_told_in_five_days_is_none(served, code):
    desk = Desk("scjg-02").received("2026-09-17")
    body = {**desk.notice_body("2026-09-18", desk.case.materials[0].code), "served_at": served}
    # Written on the fifth day perhaps, and told on the sixth.
    when, unsure = "2026-09-23", {"_hi": at("2026-09-24 12:00")}
    assert desk.refused("notify_correction", "clerk", when, **body, **unsure) == (code,)
    desk.do("deem_accepted", "centre", "2026-09-24")
    found = desk.refused("notify_correction", "clerk", when, **body, **unsure)
    assert found == tuple(dict.fromkeys((code, "late_correction_notice")))


def test_a_newer_calendar_does_not_make_an_acceptance_late_that_was_in_time():
    former = rules()
    cn = former.calendars.issues["cn"][0].calendar
    newer = replace(cn, version="2", on=cn.on | {day("2026-09-19")})
    desk = Desk("scjg-02", former).received("2026-09-17")
    desk.accept("2026-09-23")
    kept = clock(desk.case, former).governing
    calendars = former.calendars.published(newer, at("2026-09-28"))
    later = replace(former, calendars=calendars)
    assert receipt_counted(desk.case, later).by_date == day("2026-09-22")
    assert acceptance_moment(desk.case, later) == at("2026-09-23")
    assert clock(desk.case, later).governing.at == kept.at


# -- passed up ------------------------------------------------------------------------------------


def forwardable(when: str) -> Desk:
    return Desk("fgj-01", with_item(rules(), "fgj-01", kind=CaseKind.FORWARDED)).accepted(when)


def test_what_article_45_leaves_out_is_left_out_of_the_lower_offices_twenty_days_too():
    desk = forwardable("2026-09-01")
    desk.do("claim", "hand", "2026-09-01")
    desk.suspend("2026-09-02", "2026-11-10")
    desk.do("resume", "hand", "2026-11-10")
    desk.do("handle", "hand", "2026-11-11", opinion="agree", text="同意")
    desk.reviewed("2026-11-11")
    said = {"office": "市发展和改革委员会", "text": "拟同意"}
    assert "overdue" not in desk.do("forward", "chief", "2026-11-11", **said)


def test_the_upper_offices_time_is_not_charged_to_the_office_that_passed_it_up_in_time():
    desk = forwardable("2026-09-01").handled("2026-09-02").reviewed("2026-09-03")
    desk.do("forward", "chief", "2026-09-04", office="市发展和改革委员会", text="拟同意")
    assert timeliness(desk.case, desk.rules) is Timeliness.OPEN
    body = {"decided_at": ms("2026-12-18"), "paper": paper("upper_decision"), "made_here": True}
    desk.do("upper_grant", "chief", "2026-12-21", **body)
    assert timeliness(desk.case, desk.rules) is Timeliness.EARLY


# -- persons --------------------------------------------------------------------------------------


def test_who_is_kept_out_of_a_case_neither_stops_nor_ends_nor_surveys_it():
    desk = handling()
    for person in ("head", "hand2"):
        desk.do("recuse", "chief", "2026-09-17", person=person, reason="近亲属")
    ended = {"ground": "object_gone", "text": "x", "paper": paper("t")}
    assert desk.refused("terminate", "head", "2026-09-17", **ended) == ("recused",)
    stop = desk.suspend_body("2026-09-17", "2026-09-25")
    assert desk.refused("suspend", "hand2", "2026-09-17", **stop) == ("recused",)
    survey = {"persons": ["hand", "hand2"], "record": FILE}
    assert desk.refused("survey", "hand", "2026-09-17", **survey) == ("recused",)
    desk.do("tell_hearing_right", "hand", "2026-09-17", to=["李四"], paper=paper("hr"))
    desk.do("request_hearing", "clerk", "2026-09-18", by="李四")
    heard = {"chair": "head", "notice_served_at": ms("2026-09-18"), "record": FILE}
    assert desk.refused("hold_hearing", "hand", "2026-10-12", **heard) == ("recused",)


def heard(chair: str) -> Desk:
    desk = handling("fgj-01")
    desk.do("tell_hearing_right", "hand", "2026-09-17", to=["李四"], paper=paper("hr"))
    desk.do("request_hearing", "clerk", "2026-09-18", by="李四")
    body = {"chair": chair, "notice_served_at": ms("2026-09-18"), "record": FILE}
    desk.do("hold_hearing", "hand", "2026-09-30", **body)
    return desk


def test_who_presided_at_the_hearing_does_not_review_the_case_afterwards():
    desk = heard("rev")
    desk.do("handle", "hand", "2026-09-30", opinion="agree", text="同意")
    said = {"level": 1, "opinion": "agree", "text": "同意"}
    assert desk.refused("review", "rev", "2026-09-30", **said) == ("same_person",)


def test_a_reviewer_who_only_sent_the_case_back_does_not_preside():
    desk = handling("fgj-01")
    desk.do("handle", "hand", "2026-09-17", opinion="agree", text="同意")
    desk.do("send_back", "rev", "2026-09-17", to=0, text="补充")
    desk.do("tell_hearing_right", "hand", "2026-09-17", to=["李四"], paper=paper("hr"))
    desk.do("request_hearing", "clerk", "2026-09-18", by="李四")
    body = {"chair": "rev", "notice_served_at": ms("2026-09-18"), "record": FILE}
    assert desk.refused("hold_hearing", "hand", "2026-09-30", **body) == ("same_person",)


def test_who_asked_for_an_extension_first_does_not_approve_it_either():
    book = with_person(county(), "both", ["handler", "department_leader"], [])
    desk = Desk("fgj-01", book.rules()).accepted("2026-09-17")
    asked = {"days": 3, "reason": "complex", "text": "情况复杂"}
    desk.do("request_extension", "both", "2026-09-18", **asked)
    desk.do("request_extension", "hand", "2026-09-18", **asked)
    assert desk.refused("extend", "both", "2026-09-18", **desk.extend_body(3)) == ("same_person",)


def test_a_deputy_for_other_items_takes_no_case_over():
    book = with_person(county(), "bee", [], [], deputy_of="hand", items=["fgj-01"])
    desk = Desk("scjg-02", book.rules()).accepted("2026-09-17")
    desk.do("claim", "hand", "2026-09-17")
    assert "not_deputy" in desk.refused("take_over", "bee", "2026-09-17", **{"for": "hand"})
    own = with_person(book, "bee", ["handler"], [])
    desk.rules = own.rules()
    said = {"opinion": "agree", "text": "同意"}
    assert desk.refused("handle", "bee", "2026-09-17", **said) == ("not_holder",)


# -- hearing --------------------------------------------------------------------------------------


def test_an_item_whose_law_demands_a_hearing_is_not_denied_without_telling_the_right():
    desk = Desk("fgj-01", with_item(rules(), "fgj-01", hearing_required=True))
    desk.deciding("2026-09-17")
    desk.do("hear_party", "head", "2026-09-18", party={"name": "张三"}, text="陈述")
    denied = {"reason": "not_met", "text": "x", "remedies": "复议", "paper": paper("d")}
    assert desk.refused("deny", "chief", "2026-09-18", **denied) == ("hearing_right_not_told",)


def test_the_days_to_ask_for_a_hearing_do_not_begin_with_a_paper_still_to_be_served():
    desk = handling("fgj-01")
    told = {"to": ["李四"], "paper": paper("hr"), "served_at": None}
    assert desk.refused("tell_hearing_right", "hand", "2026-09-17", **told) == (
        "legal_part_missing",
    )


def test_the_days_to_ask_are_not_eaten_by_a_day_that_a_body_names():
    desk = Desk("fgj-01").deciding("2026-09-17")
    told = {"to": ["李四"], "paper": paper("hr"), "served_at": ms("2026-09-01")}
    desk.do("tell_hearing_right", "hand", "2026-09-17", **told)
    assert desk.case.hearing.told_at == at("2026-09-17")
    assert desk.refused("grant", "chief", "2026-09-18", paper=paper("d")) == (
        "hearing_window_open",
    )


def test_a_hearing_is_not_announced_before_anybody_asked_for_it():
    desk = handling("fgj-01")
    desk.do("tell_hearing_right", "hand", "2026-09-17", to=["李四"], paper=paper("hr"))
    desk.do("request_hearing", "clerk", "2026-09-23", by="李四")
    body = {"chair": "mayor", "notice_served_at": ms("2026-09-14"), "record": FILE}
    assert desk.refused("hold_hearing", "hand", "2026-09-24", **body) == ("hearing_notice_short",)


# -- what a body says beside ----------------------------------------------------------------------


def test_the_term_of_a_correction_runs_from_its_step_not_from_an_earlier_day_that_it_names():
    desk = Desk("scjg-02").received("2026-09-17")
    body = desk.notice_body("2026-09-18", desk.case.materials[0].code)
    desk.do("notify_correction", "clerk", "2026-09-18", **{**body, "served_at": ms("2026-08-01")})
    assert desk.case.corrections[-1].served_at == at("2026-09-18")


def test_a_prolongation_is_longer():
    desk = handling()
    desk.suspend("2026-09-18", "2026-09-25")
    body = {"reason": "expert_review", "text": "x", "until": "2026-09-25", "paper": paper("p")}
    assert desk.refused("prolong_suspension", "chief", "2026-09-21", **body) == ("body_malformed",)


def test_a_plain_acceptance_owes_nothing_whatever_its_body_says():
    desk = Desk("scjg-02", with_optional("scjg-02"))
    needed = [m.code for m in desk.item.materials if m.required]
    desk.received("2026-09-17", *needed)
    owed = next(m.code for m in desk.item.materials if not m.required)
    desk.accept("2026-09-17", pending=[{"material": owed, "by": "2030-01-01"}])
    assert desk.case.pending == ()


def with_optional(code: str):
    item = rules().catalogue.items[code]
    *first, last = item.materials
    return with_item(rules(), code, materials=(*first, replace(last, required=False)))


def test_what_is_amended_stays_well_formed():
    desk = Desk("scjg-02").accepted("2026-09-17")
    wrong = {"applicant.phone": "123", "agent.name": "张\u0007三", "project.name": "一号\u0007楼"}
    assert desk.refused("amend", "clerk", "2026-09-17", changes=wrong, reason="x") == (
        "phone_wrong",
        "name_characters",
    )
    desk.do("amend", "clerk", "2026-09-17", changes={"applicant.phone": "13900000000"}, reason="x")


# -- what the law does by itself ------------------------------------------------------------------


def done_by_law(desk: Desk, kind: str, since: str) -> list[str]:
    """Return the moments, from the index that the centre wakes by, at which a step may be made."""
    moments, now = [], at(since)
    while (now := next_moment(desk.case, desk.rules, now)) is not None:
        judged = judge(desk.case, desk.step(kind, "centre", since, {}, at=now), desk.rules)
        if not isinstance(judged, Refused):
            moments.append(f"{now.astimezone(CHINA):%Y-%m-%d %H:%M}")
    return moments


def test_the_centre_wakes_when_the_fifth_day_is_over_and_accepts_by_law():
    desk = Desk("scjg-02").received("2026-09-17")
    assert done_by_law(desk, "deem_accepted", "2026-09-17 11:00") == ["2026-09-24 00:00"]


def test_the_centre_wakes_when_a_licence_has_expired_and_renews_by_law():
    desk = Desk("scjg-02")
    about = {"certificate": "c", "expires": "2026-09-16"}
    desk.do("renew", "clerk", "2026-07-01", **application("scjg-02", about=about))
    desk.receive("2026-07-01")
    desk.accept("2026-07-01")
    assert done_by_law(desk, "deem_renewed", "2026-09-16 11:00") == ["2026-09-17 00:00"]
