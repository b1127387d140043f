"""Receipt, the one correction notice, acceptance, refusal. LW05–LW10, IN01–IN06."""

from dataclasses import replace

import pytest

from sync.domain.case import State
from sync.domain.time_limit import acceptance_moment, clock
from tests.unit.domain.world import (
    HASH,
    Desk,
    application,
    at,
    given,
    late,
    ms,
    paper,
    rules,
    with_item,
)

CLERK = "clerk"


def test_precheck_is_answered_in_a_working_day_and_leads_to_registration():
    desk = Desk("scjg-02")
    desk.do("ask_precheck", CLERK, "2026-09-17 10:00", **application("scjg-02"))
    assert desk.case.state is State.PRECHECKING
    due = clock(desk.case, desk.rules).due("precheck")
    assert due.at == at("2026-09-18 17:00")
    assert desk.do("answer_precheck", CLERK, "2026-09-20", text="材料齐全") == ("overdue",)
    desk.preregister("2026-09-21")
    assert desk.case.state is State.REGISTERED
    assert desk.case.steps[0].kind == "ask_precheck"


def test_filing_on_line_is_received_on_arrival():
    desk = Desk("scjg-02")
    body = application("scjg-02", materials=given("application"), channel="web")
    desk.do("file", "centre", "2026-09-17 22:00", **body)
    assert desk.case.state is State.RECEIVED
    assert desk.case.received_at == at("2026-09-17 22:00")
    assert desk.case.channel == "web"
    assert clock(desk.case, desk.rules).governing.by_date.isoformat() == "2026-09-23"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"item": "nothing"}, "unknown_item"),
        ({"item_version": 2}, "unknown_item"),
        ({"item": "ycj-01"}, "item_elsewhere"),
        ({"applicant": {"kind": "person"}}, "body_malformed"),
        ({"applicant": "张三"}, "body_malformed"),
        ({"item": 7}, "body_malformed"),
    ],
)
def test_a_registration_that_cannot_be_is_refused(change, code):
    desk = Desk("scjg-02")
    body = {**application("scjg-02"), **change}
    assert code in desk.refused("preregister", "recept", "2026-09-17", **body)


def test_a_bad_identity_number_is_refused_with_its_own_code():
    desk = Desk("scjg-02")
    body = application("scjg-02")
    number = body["applicant"]["id_no"]
    wrong = number[:-1] + ("1" if number[-1] != "1" else "2")
    body["applicant"]["id_no"] = wrong
    assert "id_check_digit" in desk.refused("preregister", "recept", "2026-09-17", **body)
    body["applicant"] = {**body["applicant"], "id_kind": "passport"}
    body["agent"] = None
    assert desk.refused("preregister", "recept", "2026-09-17", **body) == ("body_malformed",)


def test_numbers_are_signed_in_the_form_that_the_window_normalised():
    desk = Desk("scjg-02")
    body = application("scjg-02")
    body["applicant"]["id_no"] = f" {body['applicant']['id_no']} "
    assert desk.refused("preregister", "recept", "2026-09-17", **body) == ("body_malformed",)


def test_agents_are_checked_too_and_need_no_telephone():
    desk = Desk("scjg-02")
    number = application("scjg-02")["applicant"]["id_no"]
    desk.preregister("2026-09-17", agent={"name": "李四", "id_no": number})
    assert desk.case.agent.name == "李四"
    other = Desk("scjg-02")
    body = application("scjg-02", agent={"name": "李四", "id_no": "123"})
    assert other.refused("preregister", "recept", "2026-09-17", **body) == ("id_length",)


def test_case_numbers_are_checked_and_belong_to_the_hall():
    desk = Desk("scjg-02")
    body = application("scjg-02")
    assert desk.refused("preregister", "recept", "2026-09-17", _case="1", **body) == (
        "case_number_wrong",
    )
    other = Desk("sqb-01").number
    assert desk.refused("preregister", "recept", "2026-09-17", _case=other, **body) == (
        "case_number_wrong",
    )


def test_a_retired_item_takes_no_applications():
    desk = Desk("scjg-02", with_item(rules(), "scjg-02", retired=True))
    body = application("scjg-02")
    assert desk.refused("preregister", "recept", "2026-09-17", **body) == ("item_retired",)


def test_who_leaves_is_left_and_who_is_turned_away_is_found():
    desk = Desk("scjg-02")
    desk.preregister("2026-09-17")
    assert clock(desk.case, desk.rules).due("visit").at == at("2026-09-17 17:00")
    assert desk.do("leave", CLERK, "2026-09-17 11:00") == ()
    other = Desk("scjg-02")
    other.preregister("2026-09-17")
    assert other.do("leave", CLERK, "2026-09-17 11:00", offered=True) == (
        "offered_but_not_received",
    )
    third = Desk("scjg-02")
    third.preregister("2026-09-17")
    assert third.do("leave", "centre", "2026-09-17 17:01") == ("turned_away",)
    assert third.case.state is State.LAPSED


def test_receiving_needs_the_slip_and_known_materials():
    desk = Desk("scjg-02")
    desk.preregister("2026-09-17")
    body = {"materials": given("application")}
    assert desk.refused("receive", CLERK, "2026-09-17", **body) == ("legal_part_missing",)
    body = {"materials": given("tea"), "paper": paper("receipt")}
    assert desk.refused("receive", CLERK, "2026-09-17", **body) == ("unknown_material",)
    exempt = [{"code": "application", "exempt": True}]
    assert desk.refused("receive", CLERK, "2026-09-17", materials=exempt, paper=paper("r")) == (
        "exemption_not_foreseen",
    )
    waived = [{"code": "business_licence", "exempt": True}]
    desk.do("receive", CLERK, "2026-09-17", materials=waived, paper=paper("receipt"))
    assert desk.case.material("business_licence").given


def test_errors_open_to_instant_correction_are_mended_on_the_spot():
    desk = Desk("scjg-02").received("2026-09-17", "application")
    desk.do("fix_on_spot", CLERK, "2026-09-17 11:00", materials=given("layout"))
    assert desk.case.material("layout").given
    assert desk.case.state is State.RECEIVED


def test_a_notice_is_complete_names_materials_and_carries_its_paper():
    desk = Desk("scjg-02").received("2026-09-17", "application")
    body = desk.notice_body("2026-09-17", "layout")
    assert desk.refused("notify_correction", CLERK, "2026-09-17", **{**body, "missing": []}) == (
        "legal_part_missing",
    )
    assert desk.refused(
        "notify_correction", CLERK, "2026-09-17", **{**body, "complete": False}
    ) == ("legal_part_missing",)
    assert desk.refused(
        "notify_correction", CLERK, "2026-09-17", **desk.notice_body("2026-09-17", "tea")
    ) == ("unknown_material",)
    assert desk.refused("notify_correction", CLERK, "2026-09-17", **{**body, "paper": None}) == (
        "legal_part_missing",
    )


def test_a_notice_after_the_fifth_day_is_refused_and_the_case_accepted_from_receipt():
    desk = Desk("scjg-02").received("2026-09-10", "application")
    assert clock(desk.case, desk.rules).governing.by_date.isoformat() == "2026-09-17"
    body = desk.notice_body("2026-09-18", "layout")
    assert desk.refused("notify_correction", CLERK, "2026-09-18 09:00", **body) == (
        "late_correction_notice",
    )
    assert desk.refused("deem_accepted", "centre", "2026-09-17 20:00") == ("deem_too_early",)
    desk.do("deem_accepted", "centre", "2026-09-18 00:01")
    assert desk.case.accepted_at == at("2026-09-10 10:00")
    due = clock(desk.case, desk.rules)
    assert due.due("decision.promised").by_date.isoformat() == "2026-09-17"
    # The handler could act only from now: his own step starts here.
    assert due.due("step").at > at("2026-09-18 09:00")
    keys = [line.key for line in due.explanation]
    assert keys[0] == "clock.deemed"


def test_the_fifth_day_itself_is_in_time_to_its_last_minute():
    desk = Desk("scjg-02").received("2026-09-10", "application")
    assert desk.notice("2026-09-17 23:50", "layout") == ()


def test_a_notice_proven_earlier_undoes_a_deemed_acceptance():
    desk = Desk("scjg-02").received("2026-09-10", "application")
    desk.do("deem_accepted", "centre", "2026-09-18 00:01")
    body = desk.notice_body("2026-09-17 16:00", "layout")
    doubtful = {**body, "_lo": at("2026-09-17 09:00"), "_hi": at("2026-09-18 09:00")}
    assert desk.refused("notify_correction", CLERK, "2026-09-17 16:00", **doubtful) == (
        "late_correction_notice",
    )
    proven = {**body, "_lo": at("2026-09-17 09:00"), "_hi": at("2026-09-17 16:30")}
    desk.do("notify_correction", CLERK, "2026-09-17 16:00", **proven)
    assert desk.case.state is State.AWAITING_CORRECTION
    assert not desk.case.deemed
    assert desk.case.accepted_at is None


def test_an_acceptance_by_a_person_is_not_undone_by_a_notice():
    desk = Desk("scjg-02").accepted("2026-09-17")
    body = desk.notice_body("2026-09-17", "layout")
    assert desk.refused("notify_correction", CLERK, "2026-09-17", **body) == ("step_not_allowed",)


def test_a_notice_whose_time_straddles_the_fifth_day_is_unproven():
    desk = Desk("scjg-02").received("2026-09-10", "application")
    body = desk.notice_body("2026-09-17", "layout")
    found = desk.do(
        "notify_correction",
        CLERK,
        "2026-09-17 11:00",
        _lo=at("2026-09-17"),
        _hi=at("2026-09-18"),
        **body,
    )
    assert found == ("on_time_unproven",)


def test_asking_again_for_what_the_shared_store_holds_is_found():
    desk = Desk("scjg-02")
    desk.preregister("2026-09-17")
    materials = [*given("application"), {"code": "business_licence", "shared": "9133-1"}]
    desk.do("receive", CLERK, "2026-09-17", materials=materials, paper=paper("receipt"))
    assert desk.notice("2026-09-17 11:00", "business_licence") == ("asked_again",)


def test_a_correction_called_full_leaves_nothing_open():
    desk = Desk("scjg-02").received("2026-09-17", "application")
    desk.notice("2026-09-17 15:00", "layout", "staff")
    body = {"materials": given("layout"), "complete": True, "paper": paper("receipt")}
    assert desk.refused("correct", CLERK, "2026-09-18", **body) == ("correction_incomplete",)
    desk.correct("2026-09-18", "layout", complete=False)
    desk.correct("2026-09-18 11:00", "staff")
    assert desk.case.state is State.RECEIVED


def test_without_the_switch_a_correction_leaves_the_receipt_day_and_stops_the_clock():
    desk = Desk("zrj-01", rules(correction_renews_receipt=False))
    desk.received("2026-09-22", "application", "land_proof")
    desk.notice("2026-09-24", "design")
    desk.correct("2026-10-10", "design")
    # Five days from the 22nd, the days of the correction (28, 29, 30, 8, 9, 10) left out.
    assert clock(desk.case, desk.rules).governing.by_date.isoformat() == "2026-10-14"


def test_a_case_lapses_only_by_its_items_law_and_after_its_term():
    desk = Desk("scjg-02").received("2026-09-17", "application")
    desk.notice("2026-09-17", "layout")
    body = {"reason": "lapse", "text": "逾期", "paper": paper("lapse")}
    assert desk.refused("lapse", CLERK, "2026-12-01", **body) == ("no_lapse_basis",)
    other = Desk("cgj-01").received("2026-09-01", "application")
    other.notice("2026-09-01", "design")
    assert other.refused("lapse", CLERK, "2026-09-15", **body) == ("lapse_too_early",)
    other.do("lapse", CLERK, "2026-09-16", **body)
    assert other.case.state is State.WITHDRAWN


def test_an_incomplete_case_is_not_accepted():
    desk = Desk("scjg-02").received("2026-09-17", "application", "layout", "rules", "staff")
    assert desk.refused("accept", CLERK, "2026-09-17", paper=paper("acceptance")) == (
        "materials_incomplete",
    )


def test_a_late_acceptance_counts_from_the_receipt_day():
    desk = Desk("scjg-02").received("2026-09-10")
    assert desk.accept("2026-09-18") == ("overdue",)
    assert acceptance_moment(desk.case, desk.rules) == at("2026-09-10 10:00")
    assert clock(desk.case, desk.rules).explanation[0].key == "clock.deemed"


def test_a_due_time_told_wrongly_is_found():
    desk = Desk("scjg-02").received("2026-09-17")
    told = {"due": ms("2026-09-24 17:00"), "statutory": ms("2026-10-08 17:00")}
    assert desk.accept("2026-09-17 11:00", **told) == ("due_mismatch",)


def test_a_due_time_that_no_item_gives_is_found():
    desk = Desk("sqb-01").received("2026-09-17")
    assert desk.accept("2026-09-17 11:00", statutory=ms("2026-09-24 17:00")) == ("due_mismatch",)


def test_minor_materials_may_follow_under_a_signed_promise():
    desk = Desk("zrj-01", with_minor_design()).received("2026-09-17", "application", "land_proof")
    # promise 7 wd: 2026-09-28; two working days before it: 2026-09-23
    assert pending(desk, "2026-09-24", "design") == ("pending_too_late",)
    assert pending(desk, "2026-09-23", "land_proof") == (
        "pending_not_minor",
        "materials_incomplete",
    )
    assert pending(desk, "2026-09-23", "tea") == ("unknown_material", "materials_incomplete")
    body = pending_body("2026-09-23", "design")
    desk.do("accept_pending", CLERK, "2026-09-17 15:00", **body)
    assert desk.case.pending[0].code == "design"
    assert clock(desk.case, desk.rules).due("pending").at == at("2026-09-23 17:00")
    assert {p.kind for p in desk.case.papers} >= {"acceptance", "promise"}
    assert desk.do("supply_pending", CLERK, "2026-09-24", materials=given("design")) == ("overdue",)
    assert not desk.case.pending
    assert desk.refused("supply_pending", CLERK, "2026-09-24", materials=given("design")) == (
        "nothing_pending",
    )


def seen(*pages: int) -> list[dict[str, object]]:
    return [{"sha256": HASH, "page": page, "at": ms("2026-09-17 10:50")} for page in pages]


def test_where_a_hall_compares_first_what_was_not_is_a_finding_and_no_more():
    """IN09: off by default; the acceptance stands, since the applicant cannot help it."""
    when, the_rules = "2026-09-17 11:00", rules(compare_before_acceptance=True)
    assert Desk("scjg-02").received("2026-09-17").accept(when) == ()
    desk = Desk("scjg-02", the_rules).received("2026-09-17")
    assert desk.accept(when) == ("pages_not_compared",)
    assert desk.case.state is State.ACCEPTED
    assert Desk("scjg-02", the_rules).received("2026-09-17").accept(when, compared=seen(0)) == ()
    assert Desk("scjg-02", the_rules).received("2026-09-17").accept(when, compared=seen(1)) == (
        "pages_not_compared",
    )


def test_owed_materials_are_accepted_by_the_same_rule():
    both = with_minor_design(rules(compare_before_acceptance=True))
    for compared, findings in ((seen(), ("pages_not_compared",)), (seen(0), ())):
        desk = Desk("zrj-01", both).received("2026-09-17", "application", "land_proof")
        body = pending_body("2026-09-23", "design")
        told = desk.do("accept_pending", CLERK, "2026-09-17 15:00", **body, compared=compared)
        assert told == findings


def test_a_file_that_claims_endless_pages_ends():
    desk = Desk("scjg-02", rules(compare_before_acceptance=True))
    desk.preregister("2026-09-17")
    page = {"sha256": HASH, "size": 10, "type": "application/pdf", "name": "p", "pages": 10**12}
    codes = [m.code for m in desk.item.materials if m.required]
    materials = [{"code": code, "attachments": [page]} for code in codes]
    desk.do("receive", CLERK, "2026-09-17", materials=materials, paper=paper("receipt"))
    assert desk.accept("2026-09-17 11:00") == ("pages_not_compared",)


def with_minor_design(the_rules=None):
    the_rules = the_rules or rules()
    item = the_rules.catalogue.items["zrj-01"]
    materials = tuple(replace(m, minor=m.code == "design") for m in item.materials)
    return with_item(the_rules, "zrj-01", materials=materials)


def pending_body(by: str, code: str) -> dict[str, object]:
    return {
        "paper": paper("acceptance"),
        "promise": paper("promise"),
        "pending": [{"material": code, "by": by}],
    }


def pending(desk: Desk, by: str, code: str) -> tuple[str, ...]:
    return desk.refused("accept_pending", CLERK, "2026-09-17 15:00", **pending_body(by, code))


def test_the_certificate_waits_for_what_is_owed():
    desk = Desk("zrj-01", with_minor_design()).received("2026-09-17", "application", "land_proof")
    desk.do("accept_pending", CLERK, "2026-09-17 15:00", **pending_body("2026-09-23", "design"))
    desk.handled("2026-09-18").reviewed("2026-09-18 14:00").granted("2026-09-18 16:00")
    made = {"serial": desk.serial, "certificate": {"id": "c", "template": "t"}}
    assert desk.refused("make", CLERK, "2026-09-18 16:10", **made) == ("pending_materials_owed",)
    desk.do("supply_pending", CLERK, "2026-09-18 16:20", materials=given("design"))
    desk.make("2026-09-18 16:30")


def refusal(reason: str, **more: object) -> dict[str, object]:
    return {
        "reason": reason,
        "text": "说明",
        "remedies": "六十日内申请复议",
        "paper": paper("refusal"),
        **more,
    }


def test_a_case_is_refused_only_for_a_lawful_reason():
    desk = Desk("scjg-02").received("2026-09-17")
    when = "2026-09-17 11:00"
    assert desk.refused("refuse", CLERK, when, **refusal("not_our_power")) == (
        "legal_part_missing",
    )
    assert desk.refused("refuse", CLERK, when, **refusal("busy")) == ("reason_unknown",)
    assert desk.refused("refuse", CLERK, when, **refusal("correction_not_made")) == (
        "no_correction_asked",
    )
    bare = {**refusal("not_our_power", right_office="县林业局"), "remedies": ""}
    assert desk.refused("refuse", CLERK, when, **bare) == ("legal_part_missing",)
    desk.do("refuse", CLERK, when, **refusal("not_our_power", right_office="县林业局"))
    assert desk.case.state is State.REFUSED
    desk.do("close", CLERK, when)


def test_a_correction_not_made_as_asked_may_be_refused():
    desk = Desk("scjg-02").received("2026-09-17")
    desk.notice("2026-09-17 11:00", "layout")
    desk.correct("2026-09-18", "layout")
    desk.do("refuse", CLERK, "2026-09-18 11:00", **refusal("correction_not_made"))


def test_what_needs_no_licence_is_told_at_once():
    desk = Desk("scjg-02")
    desk.preregister("2026-09-17")
    body = {"reason": "no_licence", "text": "不需许可", "paper": paper("not_required")}
    assert desk.do("tell_not_required", CLERK, "2026-09-17 10:05", **body) == ()
    assert desk.case.state is State.NOT_REQUIRED


def test_a_late_record_is_found_and_starts_the_limit_in_the_applicants_favour():
    desk = Desk("scjg-02")
    desk.preregister("2026-09-17")
    found = desk.do(
        "receive",
        CLERK,
        "2026-09-21 10:00",
        materials=given("application"),
        paper=paper("receipt"),
        _late=late("2026-09-17 11:00"),
    )
    assert found == ("late_record",)
    assert desk.case.received_at == at("2026-09-17 11:00")
    assert desk.case.steps[-1].late


def test_a_late_acceptance_record_is_counted_when_it_was_entered():
    desk = Desk("scjg-02").received("2026-09-10")
    found = desk.accept("2026-09-21", _late=late("2026-09-11"))
    assert set(found) == {"late_record", "overdue"}


def test_a_step_made_without_the_newest_step_is_found():
    desk = Desk("scjg-02").received("2026-09-17")
    assert desk.accept("2026-09-17 11:00", _knew_latest=False) == ("stale_knowledge",)


def test_the_fast_track_is_set_at_acceptance_with_a_message_to_the_leader():
    desk = Desk("zjj-01")
    desk.preregister("2026-09-17", project={"name": "桥", "key": True}, fast_track=True)
    desk.receive("2026-09-17 10:30")
    assert desk.accept("2026-09-17 11:00") == ("fast_track_not_told",)
    other = Desk("zjj-01").received("2026-09-17")
    assert other.accept("2026-09-17 11:00", fast_track=True, leader_told=True) == ()
    # 3 wd become 1.5: the 18th, and half of Sunday the 20th, worked by decree.
    due = clock(other.case, other.rules)
    assert due.governing.at == at("2026-09-20 13:30")
    assert due.due("decision.statutory").at == at("2026-09-24 17:00")
    assert "clock.fast_track" in {line.key for line in due.explanation}
    # claim: half of half a day
    assert due.due("step").at == at("2026-09-18 10:45")


def test_bodies_are_checked_member_by_member():
    desk = Desk("scjg-02")
    desk.preregister("2026-09-17")
    for bad in (
        {"materials": "x"},
        {"materials": [{"code": ""}]},
        {"materials": [{"code": "application", "attachments": [{"sha256": "!"}]}]},
        {"materials": [{"code": "application", "original": 1}]},
        {"materials": [7]},
        {"materials": given(*["application"] * 101)},
    ):
        body = {"paper": paper("receipt"), **bad}
        assert desk.refused("receive", CLERK, "2026-09-17", **body) == ("body_malformed",)
    body = {"materials": [], "paper": {"kind": "receipt", "no": "1", "sha256": HASH, "size": -1}}
    assert desk.refused("receive", CLERK, "2026-09-17", **body) == ("body_malformed",)
