"""Scenarios that are easy to get wrong (S3–S11), each as a whole case."""

from dataclasses import replace

from sync.domain.calendar import china_day
from sync.domain.catalogue_warnings import warnings_of
from sync.domain.fields import ms_of
from sync.domain.hearing import ask_by, earliest_hearing, hold_by, notice_by, renewal_by
from sync.domain.switches import Switches, TermUnit
from sync.domain.time_limit import clock
from sync.domain.timeliness import Timeliness, timeliness
from tests.unit.domain.world import Desk, at, day, paper, rules


def dates(desk: Desk) -> dict[str, str]:
    return {due.limit: due.by_date.isoformat() for due in clock(desk.case, desk.rules).dues}


def governing(desk: Desk):
    return clock(desk.case, desk.rules).governing


def test_s3_correction_renews_the_receipt_day_and_acceptance_starts_the_limits():
    desk = Desk("zrj-01").received("2026-09-22", "application", "land_proof")
    assert dates(desk)["receipt"] == "2026-09-30"
    desk.notice("2026-09-24", "design", "land_proof")
    desk.correct("2026-09-29", "design", complete=False)
    assert desk.case.state == "awaiting_correction"
    desk.correct("2026-10-10", "land_proof")
    assert china_day(desk.case.received_at) == day("2026-10-10")
    assert dates(desk)["receipt"] == "2026-10-16"
    desk.accept("2026-10-10 15:00")
    assert dates(desk)["decision.promised"] == "2026-10-20"
    assert dates(desk)["decision.statutory"] == "2026-11-06"


def test_s3_a_second_notice_about_what_was_lodged_first_is_a_finding():
    desk = Desk("zrj-01").received("2026-09-22", "application", "land_proof")
    desk.notice("2026-09-24", "design")
    desk.correct("2026-10-10", "design")
    assert desk.notice("2026-10-10 15:00", "application") == ("second_correction_notice",)
    assert desk.case.state == "awaiting_correction"


def test_what_the_correction_brought_may_be_noticed_once():
    desk = Desk("zrj-01").received("2026-09-22", "application", "land_proof")
    desk.notice("2026-09-24", "design")
    desk.correct("2026-10-10", "design")
    assert desk.notice("2026-10-10 15:00", "design") == ()
    desk.correct("2026-10-12", "design")
    assert desk.notice("2026-10-12 15:00", "design") == ("second_correction_notice",)


def test_s6_a_promise_after_the_statutory_date_is_cut_and_the_catalogue_warned():
    desk = Desk("zjj-01").received("2026-09-30")
    desk.accept("2026-09-30 11:00")
    assert dates(desk)["decision.statutory"] == "2026-10-08"
    assert dates(desk)["decision.promised"] == "2026-10-10"
    due = governing(desk)
    assert (due.limit, due.by_date) == ("decision.statutory", day("2026-10-08"))
    assert due.at == at("2026-10-08 17:00")
    keys = [line.key for line in clock(desk.case, desk.rules).explanation]
    assert "clock.promise_cut" in keys
    calendar = desk.rules.calendars.of_hall("339901")
    warned = warnings_of(desk.item, calendar, Switches())
    assert "promise_cut" in {warning.code for warning in warned}


def extending() -> Desk:
    desk = Desk("ycj-01").accepted("2026-09-17")
    assert dates(desk)["decision.promised"] == "2026-10-14"
    assert dates(desk)["decision.statutory"] == "2026-10-21"
    return desk


def test_s8_extension_is_for_the_head_once_and_before_the_limit_ends():
    desk = extending()
    body = desk.extend_body(10)
    assert desk.refused("extend", "chief", "2026-10-14 16:00", **body) == ("wrong_approver",)
    assert desk.refused("extend", "head", "2026-10-22 09:30", **body) == ("extension_after_limit",)
    desk.do("extend", "head", "2026-10-14 16:59", **body)
    assert dates(desk)["decision.statutory"] == "2026-11-04"
    assert dates(desk)["decision.promised"] == "2026-10-28"
    assert desk.refused("extend", "head", "2026-10-15", **body) == ("extension_twice",)
    desk.handled("2026-10-20").reviewed("2026-10-21").granted("2026-10-27")
    assert timeliness(desk.case, desk.rules) is Timeliness.EXTENDED


def test_s8_extension_after_the_promise_and_before_the_law_is_too_late():
    desk = extending()
    assert desk.refused("extend", "head", "2026-10-14 17:01", **desk.extend_body(10)) == (
        "extension_after_limit",
    )


def test_s10_at_once_after_hours_is_due_at_the_close_of_the_next_working_day():
    desk = Desk("scjg-01").received("2026-02-13 16:00")
    desk.accept("2026-02-13 17:20")
    assert governing(desk).at == at("2026-02-14 17:00")


def test_s10_not_at_once_takes_the_fallback_from_acceptance():
    desk = Desk("scjg-01").received("2026-02-13 16:30")
    desk.accept("2026-02-13 16:40")
    assert governing(desk).at == at("2026-02-13 17:00")
    desk.do("not_at_once", "clerk", "2026-02-13 16:55", reason="complex", text="须核实场所")
    assert governing(desk).at == at("2026-02-25 17:00")
    assert desk.refused("not_at_once", "clerk", "2026-02-13 16:56", reason="x", text="y") == (
        "no_fallback",
    )
    assert desk.refused("decide_at_once", "chief", "2026-02-13 16:57", paper=paper("decision")) == (
        "not_immediate",
    )


def test_s10_turning_to_the_fallback_after_the_at_once_day_is_overdue():
    desk = Desk("scjg-01").received("2026-02-13 16:30")
    desk.accept("2026-02-13 16:40")
    late = {"reason": "complex", "text": "须核实场所"}
    assert desk.do("not_at_once", "clerk", "2026-02-14 09:10", **late) == ("overdue",)


def test_s10_the_same_chief_representative_accepts_and_decides_at_once():
    desk = Desk("scjg-01").received("2026-02-13 16:00")
    desk.accept("2026-02-13 16:40", person="chief")
    assert desk.do("decide_at_once", "chief", "2026-02-13 16:50", paper=paper("decision")) == ()
    assert desk.case.state == "granted"


def test_s10_a_promised_item_is_not_decided_at_once():
    desk = Desk("zrj-01").accepted("2026-09-22")
    assert desk.refused("decide_at_once", "chief", "2026-09-22 11:00", paper=paper("d")) == (
        "not_immediate",
    )


def hearing_told() -> Desk:
    desk = Desk("ycj-01").accepted("2026-09-21")
    desk.do("claim", "hand", "2026-09-21 11:00")
    desk.do(
        "tell_hearing_right",
        "hand",
        "2026-09-22",
        to=["申请人"],
        paper=paper("hearing_right"),
    )
    return desk


def test_s11_hearing_is_asked_for_in_five_days_and_held_in_twenty():
    desk = hearing_told()
    assert dates(desk)["hearing.ask"] == "2026-09-30"
    assert desk.do("request_hearing", "clerk", "2026-09-30", by="申请人") == ()
    assert dates(desk)["hearing.hold"] == "2026-11-03"


def test_s11_hearing_notice_is_served_seven_working_days_before():
    calendar = rules().calendars.of_hall("339901")
    assert notice_by(day("2026-10-12"), calendar) == day("2026-09-24")
    assert earliest_hearing(day("2026-09-28"), calendar) == day("2026-10-13")
    assert ask_by(day("2026-09-22"), calendar, Switches()) == day("2026-09-30")
    assert ask_by(day("2026-09-22"), calendar, Switches(applicant_unit=TermUnit.NATURAL)) == day(
        "2026-09-28"
    )
    assert hold_by(day("2026-09-30"), calendar) == day("2026-11-03")


def hold(desk: Desk, when: str, served: str, chair: str = "mayor") -> dict[str, object]:
    record = {"sha256": "A" * 43, "size": 1, "type": "application/pdf"}
    return {"chair": chair, "notice_served_at": ms_of(at(served)), "record": record}


def test_s11_a_hearing_announced_too_late_or_chaired_by_the_handler_is_refused():
    desk = hearing_told()
    desk.do("request_hearing", "clerk", "2026-09-24", by="申请人")
    when = "2026-10-12"
    assert desk.refused("hold_hearing", "hand", when, **hold(desk, when, "2026-09-28")) == (
        "hearing_notice_short",
    )
    assert desk.refused(
        "hold_hearing", "hand2", when, **hold(desk, when, "2026-09-24", chair="hand")
    ) == ("same_person",)
    assert desk.do("hold_hearing", "hand2", when, **hold(desk, when, "2026-09-24")) == ()


def test_s11_a_reviewer_does_not_chair():
    desk = Desk("fgj-01").accepted("2026-09-21").handled("2026-09-21 11:00")
    desk.do("review", "rev", "2026-09-21 15:00", level=1, opinion="agree", text="同意")
    desk.do("tell_hearing_right", "hand", "2026-09-22", to=["申请人"], paper=paper("hr"))
    desk.do("request_hearing", "clerk", "2026-09-23", by="申请人")
    assert desk.refused(
        "hold_hearing", "hand", "2026-10-12", **hold(desk, "", "2026-09-24", chair="rev")
    ) == ("same_person",)


def test_s11_certificate_is_issued_and_served_in_ten_working_days():
    desk = Desk("scjg-02").deciding("2026-09-23").granted("2026-09-24")
    assert dates(desk)["certificate"] == "2026-10-15"
    earlier = Desk("scjg-02").deciding("2025-09-25").granted("2025-09-26")
    assert dates(earlier)["certificate"] == "2025-10-16"


def test_s11_renewal_is_applied_for_before_expiry_by_switch():
    calendar = rules().calendars.of_hall("339901")
    expires = day("2026-11-10")
    assert renewal_by(expires, calendar, Switches()) == day("2026-09-22")
    natural = Switches(renewal_unit=TermUnit.NATURAL)
    assert renewal_by(expires, calendar, natural) == day("2026-10-11")


def test_g7_in_a_case_what_was_done_before_publication_is_not_made_late():
    """A re-issued calendar may move the due date nearer; what was done before it stays on time."""
    desk = Desk("zrj-01").deciding("2026-09-17")
    assert dates(desk)["decision.promised"] == "2026-09-28"
    shelf = desk.rules.calendars
    old = shelf.of_hall("339901")
    extra = {day("2026-09-26"), day("2026-09-27")}
    newer = replace(old, version="2", on=old.on | extra, in_force_from=day("2026-09-21"))
    published = shelf.published(newer, at("2026-09-28 12:00"))
    desk.rules = replace(desk.rules, calendars=published)
    assert dates(desk)["decision.promised"] == "2026-09-26"
    assert "overdue" not in desk.grant("2026-09-28 11:00")
    assert timeliness(desk.case, desk.rules) is Timeliness.ON_TIME
