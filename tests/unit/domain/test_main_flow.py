"""One case from the hall door to the archive, and what each step leaves in it."""

import msgspec
import pytest

from sync.domain.case import Case, Flag, State
from sync.domain.events import Step
from sync.domain.failures import Failure
from sync.domain.time_limit import clock
from sync.domain.workflow import advance, allowed
from tests.unit.domain.world import ID_NO, Desk, at, day, given, ms, paper


def whole() -> Desk:
    desk = Desk("scjg-02")
    desk.preregister("2026-09-17 09:10")
    desk.receive("2026-09-17 09:20", "application", "layout")
    desk.notice("2026-09-17 09:30", "business_licence", "rules", "staff")
    desk.correct("2026-09-17 10:30", "business_licence", "rules", "staff")
    due = ms("2026-09-23 17:00")
    assert desk.accept("2026-09-17 10:40", due=due, promised=due) == ()
    desk.handled("2026-09-18 09:00").reviewed("2026-09-18 14:00").granted("2026-09-18 15:00")
    desk.make("2026-09-18 15:10")
    desk.seal("2026-09-18 15:12")
    desk.issue("2026-09-18 15:20")
    desk.sign_for("2026-09-18 15:21")
    desk.do("close", "clerk", "2026-09-18 15:22")
    return desk


def test_the_main_flow_runs_from_preregistration_to_archive():
    desk = whole()
    assert desk.case.state is State.CLOSED
    assert desk.do("archive", "archive", "2026-09-21") == ()
    assert [mark.kind for mark in desk.case.steps] == [step.kind for step in desk.steps]
    assert not desk.case.debts
    certificate = desk.case.certificate
    assert certificate is not None
    assert (certificate.status, certificate.serial) == ("valid", desk.serial)
    assert all(paper.served_at is not None for paper in desk.case.papers)


def test_what_the_first_step_says_is_in_the_case():
    desk = Desk("zjj-01")
    desk.preregister(
        "2026-09-17 09:10",
        agent={"name": "李四", "id_no": ID_NO, "phone": ""},
        project={"name": "云岭大桥", "key": True},
        fast_track=True,
    )
    case = desk.case
    assert (case.hall, case.department, case.item_version) == ("339901", "zjj", 1)
    assert (case.applicant.name, case.agent.name, case.project.key) == ("张三", "李四", True)
    assert case.fast_track_wished
    assert not case.fast_track
    assert {m.code for m in case.lacking} == {m.code for m in desk.item.materials}
    assert case.registered_at == at("2026-09-17 09:10")


def test_a_case_is_kept_as_json_and_read_back():
    case = whole().case
    assert msgspec.json.decode(msgspec.json.encode(case), type=Case) == case


def test_a_step_is_kept_as_json_and_read_back():
    step = Desk().step("claim", "hand", "2026-09-18", {})
    assert msgspec.json.decode(msgspec.json.encode(step), type=Step) == step


def test_the_page_of_each_material_is_remembered_with_its_hash():
    desk = Desk("scjg-02")
    desk.preregister("2026-09-17")
    material = {**given("application")[0], "original": True}
    material["attachments"][0]["original_sha256"] = "B" * 43
    desk.do("receive", "clerk", "2026-09-17", materials=[material], paper=paper("receipt"))
    kept = desk.case.material("application")
    assert kept.attachments[0].original == "B" * 43
    assert kept.given
    assert desk.case.material("nothing") is None


def test_allowed_says_what_a_person_may_do_and_why_not():
    desk = Desk("scjg-02").accepted("2026-09-17")
    options = {o.kind: o for o in allowed(desk.case, "hand", desk.rules, at("2026-09-18"))}
    assert options["claim"].blocked is None
    assert options["grant" if "grant" in options else "claim"].kind == "claim"
    assert options["extend"].blocked.code == "wrong_approver"
    assert options["suspend"].needs_card
    assert options["resume"].blocked.code == "step_not_allowed"
    assert "deem_accepted" not in options
    desk.handled("2026-09-18 11:00")
    options = {o.kind: o for o in allowed(desk.case, "hand", desk.rules, at("2026-09-18"))}
    assert options["review"].blocked.code == "no_authority"
    both = {o.kind: o for o in allowed(desk.case, "all", desk.rules, at("2026-09-18"))}
    assert both["review"].blocked is None


def test_allowed_offers_correction_though_two_rows_share_it():
    desk = Desk("scjg-02").received("2026-09-17", "application")
    desk.notice("2026-09-17 15:00", "layout")
    options = {o.kind: o for o in allowed(desk.case, "clerk", desk.rules, at("2026-09-18"))}
    assert options["correct"].blocked is None


def test_allowed_while_suspended_names_the_reason():
    desk = Desk("scjg-02").accepted("2026-09-17")
    desk.do("claim", "hand", "2026-09-17")
    desk.suspend("2026-09-18", "2026-09-24")
    options = {o.kind: o for o in allowed(desk.case, "hand", desk.rules, at("2026-09-18"))}
    assert options["handle"].blocked.code == "suspended"
    assert options["resume"].blocked is None
    assert "give_opinion" in options


def test_a_step_of_another_case_or_scope_is_refused():
    desk = Desk("scjg-02").accepted("2026-09-17")
    assert desk.refused("claim", "hand", "2026-09-18", _scope="339901/ycj") == ("wrong_scope",)
    assert desk.refused("claim", "hand", "2026-09-18", _case="other") == ("wrong_scope",)


def test_times_that_cannot_be_are_refused():
    desk = Desk("scjg-02").accepted("2026-09-17")
    assert desk.refused("claim", "hand", "1999-01-01") == ("time_implausible",)


def test_a_step_that_the_fold_does_not_know_is_kept_by_name():
    desk = Desk("scjg-02").accepted("2026-09-17")
    after = advance(desk.case, desk.step("teleport", "hand", "2026-09-18", {}), desk.rules)
    assert after.unknown_steps == (f"s{len(desk.steps) + 1}",)
    assert after.state is desk.case.state


def test_a_fold_cannot_begin_with_a_later_step():
    desk = Desk("scjg-02")
    with pytest.raises(Failure) as caught:
        advance(None, desk.step("claim", "hand", "2026-09-18", {}), desk.rules)
    assert caught.value.code == "domain.no_case"


def test_a_case_of_an_unknown_item_is_folded_and_has_no_clock():
    desk = Desk("scjg-02").received("2026-09-17")
    bare = advance(
        None,
        desk.step("preregister", "recept", "2026-09-17", {"item": "gone", "item_version": 9}),
        desk.rules,
    )
    assert bare.materials == ()
    found = clock(bare, desk.rules)
    assert found.governing is None
    assert found.explanation[0].key == "clock.item_unknown"


def test_flags_lie_over_the_state():
    desk = Desk("scjg-02").accepted("2026-09-17")
    assert desk.case.flags == frozenset()
    desk.do("claim", "hand", "2026-09-17")
    desk.suspend("2026-09-18", "2026-09-24")
    assert desk.case.flags == {Flag.SUSPENDED}
    assert day("2026-09-24") == desk.case.suspension.until
    assert desk.case.step_of("never") is None
