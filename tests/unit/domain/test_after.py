"""Certificate, papers, money, ends, debts, follow-up cases. LW16, LW22, LW27, LW28, LW32."""

import pytest

from sync.domain import effects_after as effects
from sync.domain.case import Flag, State
from sync.domain.catalogue import Tariff
from sync.domain.time_limit import clock
from sync.domain.violations import Violation
from tests.unit.domain.world import HASH, Desk, application, at, day, ms, paper, rules, with_item


def granted(item: str = "scjg-02", the_rules=None) -> Desk:
    desk = Desk(item, the_rules)
    return desk.deciding("2026-09-17").granted("2026-09-18")


# -- certificate ----------------------------------------------------------------------------------


def test_a_spoilt_serial_is_never_used_again():
    desk = granted()
    desk.make("2026-09-18")
    other = {"serial": "x-1", "reason": "misprint"}
    assert desk.refused("spoil", "certs", "2026-09-18", **other) == ("serial_wrong",)
    desk.do("spoil", "certs", "2026-09-18", serial=desk.serial, reason="misprint")
    assert (desk.case.state, desk.case.spoilt) == (State.GRANTED, (desk.serial,))
    made = {"serial": desk.serial, "certificate": {"id": "c", "template": "t"}}
    assert desk.refused("make", "clerk", "2026-09-18", **made) == ("serial_used",)
    desk.do("make", "clerk", "2026-09-18", **{**made, "serial": "x-2"})


def test_a_seal_intent_without_a_seal_is_voided():
    desk = granted()
    desk.make("2026-09-18")
    desk.do("seal.intent", "chief", "2026-09-18", serial=desk.serial, digest=HASH, seal="s")
    assert desk.case.certificate.intent == HASH
    desk.do("seal.void", "centre", "2026-09-18", serial=desk.serial)
    assert desk.case.certificate.intent is None
    desk.seal("2026-09-18")
    assert desk.case.certificate.seal_counter == 1


def test_a_case_without_a_certificate_is_delivered_by_serving_its_decision():
    the_rules = with_item(rules(), "scjg-02", certificate=None)
    desk = granted(the_rules=the_rules)
    made = {"serial": "x", "certificate": {"id": "c", "template": "t"}}
    assert desk.refused("make", "clerk", "2026-09-18", **made) == ("no_certificate",)
    assert clock(desk.case, desk.rules).governing.limit == "service"
    desk.do(
        "serve",
        "clerk",
        "2026-09-18",
        paper="decision-1",
        manner="direct",
        receiver={"name": "张三"},
    )
    assert desk.case.state is State.DELIVERED
    assert desk.case.delivered_at == at("2026-09-18")
    assert not desk.case.debts


def test_serving_the_decision_of_a_case_with_certificate_leaves_it_granted():
    desk = granted()
    desk.do(
        "serve",
        "clerk",
        "2026-09-18",
        paper="decision-1",
        manner="electronic",
        receiver={"name": "张三"},
        served_at=ms("2026-09-18 11:00"),
    )
    assert desk.case.state is State.GRANTED
    assert desk.case.papers[-1].manner == "electronic"


def test_a_certificate_signed_for_after_ten_days_is_found():
    desk = granted()
    desk.make("2026-09-18")
    desk.seal("2026-09-18")
    desk.issue("2026-09-18")
    assert desk.sign_for("2026-10-13") == ("overdue",)


def test_folding_certificate_steps_without_a_certificate_changes_nothing():
    desk = granted()
    for kind in ("seal.intent", "seal.void", "seal"):
        step = desk.step(kind, "chief", "2026-09-18", {})
        assert effects.EFFECTS[kind](desk.case, step) == desk.case


# -- money ----------------------------------------------------------------------------------------


def charging() -> Desk:
    fee = Tariff(5000, "价费〔2001〕1号")
    return granted(the_rules=with_item(rules(), "scjg-02", fee=fee))


def test_no_fee_without_a_law_and_none_but_the_published_one():
    desk = granted()
    body = {"amount_fen": 5000, "paper": paper("fee_notice")}
    assert desk.refused("charge", "cash", "2026-09-18", **body) == ("no_tariff",)
    lawful = charging()
    assert lawful.refused("charge", "cash", "2026-09-18", **{**body, "amount_fen": 1}) == (
        "fee_amount_wrong",
    )
    assert lawful.refused("charge", "clerk", "2026-09-18", **body) == ("no_authority",)


def test_an_unpaid_fee_holds_the_issue_and_nothing_else():
    desk = charging()
    desk.do("charge", "cash", "2026-09-18", amount_fen=5000, paper=paper("fee_notice"))
    ref = desk.case.fees[0].ref
    desk.make("2026-09-18")
    desk.seal("2026-09-18")
    body = {"serial": desk.serial, "receiver": {"name": "张三"}}
    assert desk.refused("issue", "clerk", "2026-09-18", **body) == ("fee_unpaid",)
    pay = {"fee": ref, "manner": "cash", "receipt_no": "R1", "amount_fen": 5000}
    odd = {**pay, "manner": "gold"}
    assert desk.refused("pay", "cash", "2026-09-18", **odd) == ("manner_unknown",)
    less = {**pay, "amount_fen": 4999}
    assert desk.refused("pay", "cash", "2026-09-18", **less) == ("fee_amount_wrong",)
    assert desk.refused("pay", "cash", "2026-09-18", **{**pay, "fee": "x"}) == ("no_such_fee",)
    assert desk.refused("refund", "cash", "2026-09-18", fee=ref, text="x") == ("no_such_fee",)
    desk.do("pay", "cash", "2026-09-18", **pay)
    assert desk.refused("pay", "cash", "2026-09-18", **pay) == ("fee_already_paid",)
    desk.do("refund", "cash", "2026-09-18", fee=ref, text="多收")
    assert desk.refused("refund", "cash", "2026-09-18", fee=ref, text="x") == ("no_such_fee",)
    assert desk.case.fees[0].receipt_no == "R1"
    desk.issue("2026-09-18")


# -- papers ---------------------------------------------------------------------------------------


def test_a_clerical_error_on_a_paper_is_mended_by_a_new_one():
    desk = granted()
    desk.make("2026-09-18")
    desk.seal("2026-09-18")
    body = {"old": "decision-1", "text": "笔误", "paper": paper("decision", "decision-2")}
    assert desk.refused("correct_paper", "chief", "2026-09-18", **{**body, "old": "x"}) == (
        "no_such_paper",
    )
    desk.do("correct_paper", "chief", "2026-09-18", **body)
    void = {p.no: p.void for p in desk.case.papers}
    assert void["decision-1"]
    assert not void["decision-2"]
    assert not desk.case.debts
    again = {"paper": "decision-1", "manner": "direct", "receiver": {"name": "张三"}}
    assert desk.refused("serve", "clerk", "2026-09-18", **again) == ("no_such_paper",)


def test_a_paper_still_to_be_served_says_so_in_the_body():
    desk = Desk("scjg-02").received("2026-09-17")
    desk.accept("2026-09-17", served_at=None)
    assert [debt.ref for debt in desk.case.debts] == ["acceptance-1"]


# -- ends -----------------------------------------------------------------------------------------


def test_a_withdrawal_is_never_entered_without_the_signed_request():
    desk = Desk("scjg-02").accepted("2026-09-17")
    assert desk.refused("withdraw", "clerk", "2026-09-17") == ("legal_part_missing",)
    desk.do("withdraw", "clerk", "2026-09-17", paper=paper("withdrawal"))
    assert desk.case.ended_at == at("2026-09-17")
    desk.do("close", "clerk", "2026-09-17")


def test_a_case_is_terminated_only_on_a_listed_ground():
    desk = Desk("scjg-02").accepted("2026-09-17")
    body = {"ground": "tired", "text": "x", "paper": paper("termination")}
    assert desk.refused("terminate", "chief", "2026-09-17", **body) == ("reason_unknown",)
    desk.do("terminate", "chief", "2026-09-17", **{**body, "ground": "applicant_dead"})
    assert desk.refused("close", "clerk", "2026-09-17") == ("papers_unserved",)


# -- debts ----------------------------------------------------------------------------------------


def test_a_red_urge_owes_an_explanation_and_only_archive_waits_for_it():
    desk = Desk("scjg-02").accepted("2026-09-17")
    desk.do("urge", "centre", "2026-09-22", level="yellow", limit="decision.promised")
    assert Flag.DEBTS not in desk.case.flags
    reply_by = ms("2026-09-25 17:00")
    desk.do("urge", "centre", "2026-09-24", level="red", reply_by=reply_by, to=["clerk"])
    ref = desk.case.debts[0].ref
    assert clock(desk.case, desk.rules).due("reply", ref).at == at("2026-09-25 17:00")
    desk.do("withdraw", "clerk", "2026-09-28", paper=paper("withdrawal"))
    desk.do("close", "clerk", "2026-09-28")
    assert desk.refused("archive", "archive", "2026-09-28") == ("debts_open",)
    assert desk.refused("explain", "clerk", "2026-09-28", urge="x", text="y") == ("no_such_debt",)
    assert desk.do("explain", "clerk", "2026-09-28", urge=ref, text="材料多") == ("overdue",)
    desk.do("archive", "archive", "2026-09-28")


def test_an_order_is_answered_and_escalates_while_it_is_not():
    desk = Desk("scjg-02").accepted("2026-09-17")
    desk.do("order", "super", "2026-09-24", level="department", reply_by=ms("2026-09-28 17:00"))
    ref = desk.case.debts[0].ref
    desk.do("escalate", "centre", "2026-09-29", ref=ref, level="hall")
    assert desk.case.debts[0].level == "hall"
    assert desk.case.debts[0].reply_by == at("2026-09-28 17:00")
    assert desk.refused("escalate", "centre", "2026-09-29", ref="x", level="hall") == (
        "no_such_debt",
    )
    assert desk.do("reply_order", "head", "2026-09-28", order=ref, text="已督促") == ()
    assert not desk.case.debts


def test_an_order_without_a_date_is_answered_at_any_time():
    desk = Desk("scjg-02").accepted("2026-09-17")
    desk.do("order", "super", "2026-09-24", level="department")
    ref = desk.case.debts[0].ref
    assert desk.do("reply_order", "chief", "2026-12-01", order=ref, text="已办") == ()


def test_a_refused_step_that_handed_a_paper_out_owes_a_cure():
    desk = Desk("scjg-02").received("2026-09-17", "application")
    judged = desk.try_("accept", "clerk", "2026-09-17", paper=paper("acceptance"))
    assert judged.paper
    desk.do("finding", "centre", "2026-09-17", code="cure_needed", step="s9", args={"n": 1})
    assert desk.case.findings[0].args == {"n": 1}
    cure = {"step": "s9", "way": "revoke", "text": "收回", "paper": paper("revocation")}
    desk.do("cure", "chief", "2026-09-17", **cure)
    assert not desk.case.debts
    desk.do("finding", "super", "2026-09-17", code="many_at_once")
    assert len(desk.case.findings) == 2


def test_a_paper_is_taken_back_by_a_paper_and_only_confirmed_without_one():
    desk = Desk("scjg-02").received("2026-09-17", "application")
    desk.do("finding", "centre", "2026-09-17", code="cure_needed", step="s9")
    cure = {"step": "s9", "text": "收回"}
    for way, refused in (
        ("revoke", Violation("legal_part_missing", {"part": "paper"})),
        ("forget", Violation("body_malformed", {"field": "way"})),
    ):
        assert desk.try_("cure", "chief", "2026-09-17", **cure, way=way).violations == (refused,)
    assert [debt.kind for debt in desk.case.debts] == ["cure"]
    desk.do("cure", "chief", "2026-09-17", **cure, way="confirm")
    assert not desk.case.debts


# -- at any time ----------------------------------------------------------------------------------


def test_only_descriptive_members_are_amended():
    desk = Desk("scjg-02").accepted("2026-09-17")
    body = {"changes": {"accepted_at": "2026-09-01"}, "reason": "x"}
    assert desk.refused("amend", "chief", "2026-09-17", **body) == ("amend_forbidden",)
    changes = {
        "applicant.phone": "13900000000",
        "agent.name": "王五",
        "project.name": "新桥",
    }
    desk.do("amend", "clerk", "2026-09-17", changes=changes, reason="笔误")
    assert desk.case.applicant.phone == "13900000000"
    assert (desk.case.agent.name, desk.case.project.name) == ("王五", "新桥")
    assert desk.refused("amend", "clerk", "2026-09-17", changes={}, reason="x") == (
        "body_malformed",
    )


def test_a_deputy_takes_over_and_the_record_says_so():
    desk = Desk("scjg-02")
    desk.accepted("2026-09-17")
    desk.do("claim", "hand", "2026-09-17")
    assert desk.refused("take_over", "hand2", "2026-09-17", **{"for": "hand"}) == ("not_deputy",)


def test_a_recused_person_leaves_the_case():
    desk = Desk("scjg-02").accepted("2026-09-17")
    desk.do("claim", "hand", "2026-09-17")
    desk.do("recuse", "hand", "2026-09-17", reason="近亲属")
    assert desk.case.holder is None
    assert desk.refused("handle", "hand", "2026-09-17", opinion="agree") == ("recused",)
    assert desk.refused("reassign", "chief", "2026-09-17", to="hand", reason="x") == ("recused",)
    desk.do(
        "note_late",
        "clerk",
        "2026-09-17",
        what="receive",
        happened_at=ms("2026-09-16"),
        reason="断网",
    )


# -- follow-up cases ------------------------------------------------------------------------------


def follow_up(kind: str, person: str = "clerk", **about: str) -> Desk:
    desk = Desk("scjg-02")
    desk.do(kind, person, "2026-09-17", **application("scjg-02", about=about))
    return desk


def test_a_follow_up_names_its_certificate_or_case():
    desk = Desk("scjg-02")
    body = application("scjg-02", about={})
    assert desk.refused("change", "clerk", "2026-09-17", **body) == ("certificate_not_named",)
    changed = follow_up("change", certificate="339901-2026-000001-1")
    assert changed.case.state is State.REGISTERED
    assert changed.case.about.kind == "change"
    bare = application("scjg-02", about={"certificate": "339901-2026-000001-1"})
    assert desk.refused("renew", "clerk", "2026-09-17", **bare) == ("legal_part_missing",)


@pytest.mark.parametrize("kind", ["revoke", "redo", "cancel"])
def test_what_the_office_opens_itself_starts_accepted(kind):
    desk = Desk("scjg-02")
    body = application("scjg-02", about={"case": desk.number}, ex_officio=True)
    assert desk.refused(kind, "clerk", "2026-09-17", **body) == ("no_authority",)
    desk.do(kind, "chief", "2026-09-17", **body)
    assert desk.case.state is State.ACCEPTED
    assert not desk.case.lacking
    assert clock(desk.case, desk.rules).governing.limit == "decision.promised"


def test_a_renewal_in_time_and_undecided_at_expiry_is_granted_by_law():
    desk = Desk("scjg-02")
    about = {"certificate": "339901-2026-000001-1", "expires": "2026-11-10"}
    desk.do("renew", "clerk", "2026-09-22", **application("scjg-02", about=about))
    desk.receive("2026-09-22")
    assert desk.refused("deem_renewed", "centre", "2026-11-10 18:00") == ("renewal_not_due",)
    desk.do("deem_renewed", "centre", "2026-11-11 00:01")
    assert (desk.case.state, desk.case.decision) == (State.GRANTED, "granted")
    assert desk.case.about.expires == day("2026-11-10")


def test_a_renewal_too_late_or_no_renewal_is_not_granted_by_law():
    desk = Desk("scjg-02")
    about = {"certificate": "339901-2026-000001-1", "expires": "2026-11-10"}
    desk.do("renew", "clerk", "2026-09-23", **application("scjg-02", about=about))
    desk.receive("2026-09-23")
    assert desk.refused("deem_renewed", "centre", "2026-11-11") == ("renewal_not_in_time",)
    plain = Desk("scjg-02").received("2026-09-17")
    assert plain.refused("deem_renewed", "centre", "2026-11-11") == ("not_renewal",)
