"""Joint cases over a real centre: it opens, feeds and ends the children, and tells the lead.

rules.md §2 "Joint"; ST10–ST13.
"""

import json
from pathlib import Path

from sync.domain.case import Case
from sync.domain.joint_steps import SILENT, merged_lacks
from sync.proof.events import read_logged_event
from sync.server.services.cases.folded import read_case
from sync.server.services.own_steps.hand import PERSON
from tests.helpers import case_steps as say
from tests.helpers.waiting import until
from tests.integration.server.test_attachments import announce, get, put, sha

LEAD = "339901/cgj"
HELPERS = {
    "location": "339901/zrj",
    "traffic": "339901/gaj",
    "green": "339901/zjj",
    "advertiser": "339901/scjg",
}
GIVES = {"location": "zrj-handler", "traffic": "gaj-helper", "green": "zjj-handler"}
SCAN, OTHER = b"\xff\xd8\xff\xe0" + bytes(900), b"\xff\xd8\xff\xe0" + bytes(901)
TAKEN = ("application", "subject_proof", "design", "site_right", "safety")


def enter(window, card):
    scopes = sorted({"hall/339901", LEAD, *HELPERS.values()})
    window.log_in(card, scopes=scopes)


def case_of(centre, number) -> Case:
    row = centre.centre.ledger.read_now(lambda tx: tx.cases.get(number))
    return read_case(row)


def child_of(centre, number, helper):
    return next(c for c in case_of(centre, number).children if c.helper == helper)


def step(window, kind, body, *, scope=LEAD, case, card=False):
    result = window.step(kind, body, scope=scope, case=case, card=card)
    assert result.verdict == "accepted", (kind, result)
    return result


def registered(window, **changes):
    number = window.new_number()
    applicant = {**say.preregister()["applicant"]}
    body = say.preregister(item="joint-02", applicant=applicant, **changes)
    step(window, "preregister", body, case=number)
    return number


def received(centre, window):
    enter(window, "clerk")
    number = registered(window)
    step(window, "receive", say.receive(*TAKEN), case=number)
    until(lambda: all(c.state == "received" for c in case_of(centre, number).children))
    return number


def accepted(centre, window):
    number = received(centre, window)
    step(window, "accept", say.accept(), case=number)
    until(lambda: all(c.state == "accepted" for c in case_of(centre, number).children))
    return number


def give(centre, window, number, helper, **said):
    child = child_of(centre, number, helper).number
    body = {"opinion": "agree", "text": "同意", **said}
    enter(window, GIVES.get(helper, "handler"))
    see(window, HELPERS[helper], child)
    step(window, "give_opinion", body, scope=HELPERS[helper], case=child)
    until(lambda: child_of(centre, number, helper).result == "opinion")


def see(window, scope, case):
    """Learn of the newest step of a case, as a window does by pulling."""
    for entry in window.pull({scope: 0}).scopes[scope].entries:
        event = read_logged_event(entry.record())
        if event.core.case == case:
            window.cprev[case] = event.hash


def test_departments_see_their_children_the_moment_the_lead_has_received(centre, window):
    number = received(centre, window)
    parent = case_of(centre, number)
    for child in parent.children:
        case = case_of(centre, child.number)
        assert case.scope == HELPERS[child.helper]
        assert {m.code for m in case.materials if m.given} == set(TAKEN)
        assert {mark.person for mark in case.steps} == {PERSON}
    assert len({child.number for child in parent.children}) == len(HELPERS)


def test_a_restart_opens_no_child_twice(centre, window):
    number = received(centre, window)
    before = [child.number for child in case_of(centre, number).children]
    centre.clock.advance(minutes=1)
    until(lambda: not due(centre))
    assert [child.number for child in case_of(centre, number).children] == before


def due(centre):
    now = centre.clock.now_ms()
    return centre.centre.ledger.read_now(lambda tx: tx.cases.due_scopes(now, 10))


def test_opinions_stand_with_the_lead_and_all_of_them_let_it_decide(centre, window):
    number = accepted(centre, window)
    for helper in HELPERS:
        give(centre, window, number, helper, text=f"{helper}:同意设置")
        assert child_of(centre, number, helper).text == f"{helper}:同意设置"
    states = {case_of(centre, c.number).state for c in case_of(centre, number).children}
    assert states == {"closed"}


def asked(centre, number, code=None):
    """Return what an applicant is told of a case."""
    public, leasing = centre.desk.public, centre.desk.leasing
    if code is None:
        spent = int(number[16:21])
        code = centre.read(lambda tx: leasing.check_code(tx, number, "339901", spent))
    question = public.ask(number, code, "127.0.0.1")
    return centre.read(lambda tx: public.status(tx, question))


def test_the_applicant_sees_how_far_each_department_is_and_not_what_it_said(centre, window):
    """IN17: 了解网上并联审批的相关信息."""
    number = accepted(centre, window)
    give(centre, window, number, "green", text="绿化意见")
    found = asked(centre, number)
    names = {code: centre.desk.policy.book.departments[code].name for code in ("zjj", "zrj")}
    parts = {part.department: part.progress for part in found.parts}
    assert (parts[names["zjj"]], parts[names["zrj"]]) == ("done", "at_work")
    assert "绿化意见" not in repr(found)
    assert asked(centre, number, "0" * 10) is None


def test_a_helper_reads_what_the_lead_scanned_and_nothing_else(centre, window):
    enter(window, "clerk")
    number = registered(window)
    for page in (SCAN, OTHER):
        put(window, announce(window, number, page), page)
    scan = {"sha256": sha(SCAN), "size": len(SCAN), "type": "image/jpeg"}
    design = {"code": "design", "attachments": [scan]}
    others = say.given(*(code for code in TAKEN if code != "design"))
    body = {"materials": [design, *others], "paper": say.paper("receipt")}
    step(window, "receive", body, case=number)
    until(lambda: all(c.state == "received" for c in case_of(centre, number).children))
    child = child_of(centre, number, "traffic").number
    enter(window, "gaj-helper")
    assert get(window, child, sha(SCAN)).content == SCAN
    assert get(window, child, sha(OTHER)).json()["code"] == "wire.attachment_missing"
    assert get(window, number, sha(SCAN)).json()["code"] == "wire.case_forbidden"


def test_what_departments_miss_reaches_the_lead_before_its_one_notice(centre, window):
    number = received(centre, window)
    for helper, text in (("traffic", "缺视距分析"), ("location", "缺四至坐标")):
        child = child_of(centre, number, helper).number
        enter(window, GIVES[helper])
        see(window, HELPERS[helper], child)
        missing = [{"material": "design", "reason": "incomplete", "text": text}]
        body = {"text": "请补正", "missing": missing}
        step(window, "answer_precheck", body, scope=HELPERS[helper], case=child)
    until(lambda: len(merged_lacks(case_of(centre, number))) == 1)
    until(lambda: child_of(centre, number, "location").checked)
    ((material, _reason, said),) = merged_lacks(case_of(centre, number))
    assert (material, dict(said)) == (
        "design",
        {"traffic": "缺视距分析", "location": "缺四至坐标"},
    )


def test_a_case_that_is_withdrawn_takes_its_children_along(centre, window):
    number = accepted(centre, window)
    step(window, "withdraw", {"paper": say.paper("withdrawal")}, case=number)
    until(lambda: all(c.outcome == "withdrawn" for c in case_of(centre, number).children))
    states = {case_of(centre, c.number).state for c in case_of(centre, number).children}
    assert states == {"withdrawn"}


def test_silence_is_consent_only_where_policy_says_so_and_is_always_found(centre, window):
    number = accepted(centre, window)
    give(centre, window, number, "location")
    centre.clock.advance(days=7)
    until(lambda: not due(centre))
    assert child_of(centre, number, "traffic").result is None
    centre.enact("switch", {"name": "silence_is_consent", "value": True})
    until(lambda: child_of(centre, number, "traffic").result == "opinion")
    seen = child_of(centre, number, "traffic")
    assert (seen.opinion, seen.silent, seen.text) == ("agree", True, SILENT)
    assert not child_of(centre, number, "location").silent
    found = centre.centre.ledger.read_now(lambda tx: tx.cases.findings(seen.number, 20))
    assert "silence_taken_as_consent" in {row.code for row in found}


def staged():
    """Return the sample's catalogue with the advertiser's standing asked in a second stage."""
    sample = Path(__file__).parents[3] / "resources" / "catalogue" / "yunling.json"
    catalogue = json.loads(sample.read_text("utf-8"))
    bundle = next(b for b in catalogue["bundles"] if b["code"] == "joint-02")
    for helper in bundle["helpers"]:
        helper["stage"] = 2 if helper["code"] == "advertiser" else 1
    bundle["version"], catalogue["version"] = 2, "staged"
    return catalogue


def test_a_stage_opens_when_the_results_of_the_one_before_are_there(centre, window):
    centre.enact("catalogue", staged())
    enter(window, "clerk")
    number = registered(window, item_version=2)
    step(window, "receive", say.receive(*TAKEN), case=number)
    until(lambda: sum(c.state == "received" for c in case_of(centre, number).children) == 3)
    step(window, "accept", say.accept(), case=number)
    until(lambda: sum(c.state == "accepted" for c in case_of(centre, number).children) == 3)
    for helper in ("location", "traffic", "green"):
        assert child_of(centre, number, "advertiser").number == ""
        give(centre, window, number, helper)
    until(lambda: child_of(centre, number, "advertiser").state == "accepted")
    give(centre, window, number, "advertiser")


def parted():
    """Return the sample's catalogue without the bundle: its item is done another way now."""
    sample = Path(__file__).parents[3] / "resources" / "catalogue" / "yunling.json"
    catalogue = json.loads(sample.read_text("utf-8"))
    catalogue["bundles"] = [b for b in catalogue["bundles"] if b["code"] != "joint-02"]
    catalogue["version"] = "parted"
    return catalogue


def test_a_joint_case_whose_bundle_is_no_more_is_tended_to_its_end(centre, window):
    number = accepted(centre, window)
    centre.enact("catalogue", parted())
    give(centre, window, number, "green", text="绿化意见")
    assert child_of(centre, number, "green").text == "绿化意见"
    names = {scope.partition("/")[2] for scope in HELPERS.values()}
    told = {part.department: part.progress for part in asked(centre, number).parts}
    assert set(told) == {centre.desk.policy.book.departments[code].name for code in names}
    assert sorted(told.values()) == ["at_work", "at_work", "at_work", "done"]
    enter(window, "clerk")
    see(window, LEAD, number)
    step(window, "withdraw", {"paper": say.paper("withdrawal")}, case=number)
    others = [c.number for c in case_of(centre, number).children if c.helper != "green"]
    until(lambda: {case_of(centre, each).state for each in others} == {"withdrawn"})
