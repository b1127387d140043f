"""A tender as data: from its announcement to the publication of its result (ST23, ST24, PL25)."""

import copy

import pytest

from sync.domain.authority import Role
from sync.domain.case import State
from sync.domain.catalogue import Catalogue, Unit
from sync.domain.catalogue_changes import amended, merged
from sync.domain.catalogue_reading import catalogue_from
from sync.domain.fields import DataFailure
from tests.unit.domain.world import START, Desk, county, resource, with_person

TENDER = resource("catalogue/tender.json")
COMMITTEE = ["评委一", "评委二", "评委三", "评委四", "评委五"]
OPENING = ["招标人代表", "监督人", "记录人"]


def book():
    """The sample county with the tender added to its catalogue, as `catalogue put --add` does."""
    made = county()
    made = with_person(made, "section", ["section_head"], [])
    made = with_person(made, "both", ["reviewer", "section_head"], [])
    change = {**TENDER, "amends": made.catalogue.version}
    return made.with_event("catalogue.change", change, START)


@pytest.fixture(scope="module")
def rules():
    return book().rules()


def announced(rules):
    """Bring a tender to its announcement on 7 September 2026."""
    desk = Desk("zbb-01", rules).accepted("2026-09-02 10:00")
    desk.do("claim", "hand", "2026-09-03 10:00")
    desk.do("handle", "hand", "2026-09-07 10:00", opinion="agree", text="公告已发布")
    return desk


def review(desk, level, person, when, **more):
    return desk.do("review", person, when, level=level, opinion="agree", **more)


def evaluated(rules):
    """Bring a tender to the publication of its candidates, on 29 September."""
    desk = announced(rules)
    review(desk, 1, "rev", "2026-09-28 09:00", present=OPENING)
    review(desk, 2, "section", "2026-09-29 15:00", present=COMMITTEE, text="推荐三名候选人")
    return desk


def test_a_tender_goes_from_its_announcement_to_its_published_result(rules):
    desk = evaluated(rules)
    assert review(desk, 3, "rev2", "2026-10-09 10:00") == ()
    desk.grant("2026-10-12 10:00", person="head")
    desk.make("2026-10-12 14:00")
    desk.seal("2026-10-12 15:00")
    desk.issue("2026-10-13 10:00")
    desk.sign_for("2026-10-13 10:30")
    desk.do("close", "clerk", "2026-10-13 11:00")
    assert desk.case.state is State.CLOSED
    kinds = [mark.kind for mark in desk.case.steps]
    assert kinds.index("handle") < kinds.index("grant") < kinds.index("close")


def test_bidders_have_their_twenty_days(rules):
    desk = announced(rules)
    early = {"level": 1, "opinion": "agree", "present": OPENING}
    assert desk.refused("review", "rev", "2026-09-26 16:00", **early) == ("step_too_early",)
    # 7 September and twenty days: 27 September, a Sunday; the office opens bids on the next day.
    assert review(desk, 1, "rev", "2026-09-28 09:00", present=OPENING) == ()


def test_a_committee_has_five_members_each_named_once(rules):
    desk = announced(rules)
    review(desk, 1, "rev", "2026-09-28 09:00", present=OPENING)
    for present in (COMMITTEE[:4], [*COMMITTEE[:4], COMMITTEE[0]], None):
        body = {"level": 2, "opinion": "agree", "present": present}
        refused = desk.refused("review", "section", "2026-09-29 15:00", **body)
        assert refused == ("persons_missing",)
    assert review(desk, 2, "section", "2026-09-29 15:00", present=COMMITTEE) == ()


def test_candidates_are_published_for_three_days(rules):
    desk = evaluated(rules)
    body = {"level": 3, "opinion": "agree"}
    assert "step_too_early" in desk.refused("review", "rev2", "2026-09-30 17:00", **body)


def test_who_opened_the_bids_does_not_evaluate_them(rules):
    desk = announced(rules)
    review(desk, 1, "both", "2026-09-28 09:00", present=OPENING)
    body = {"level": 2, "opinion": "agree", "present": COMMITTEE}
    assert desk.refused("review", "both", "2026-09-29 15:00", **body)


def test_a_step_that_is_late_is_found(rules):
    desk = announced(rules)
    assert "overdue" in review(desk, 1, "rev", "2026-11-20 09:00", present=OPENING)


def test_the_wait_is_counted_from_the_last_time_the_step_before_was_made(rules):
    desk = announced(rules)
    review(desk, 1, "rev", "2026-09-28 09:00", present=OPENING)
    desk.do("send_back", "section", "2026-09-29 09:00", to=0, text="公告有误,重新公告")
    desk.do("handle", "hand", "2026-10-09 10:00", opinion="agree", text="重新公告")
    body = {"level": 1, "opinion": "agree", "present": OPENING}
    assert "step_too_early" in desk.refused("review", "rev", "2026-10-20 09:00", **body)
    review(desk, 1, "rev", "2026-10-29 09:00", present=OPENING)


def test_the_flow_has_the_fields_own_names():
    (item,) = (catalogue_from(merged(resource("catalogue/yunling.json"), TENDER)).items["zbb-01"],)
    names = {step.name.zh for step in item.flow if step.name is not None}
    assert {"发布招标公告", "开标", "评标委员会评标", "定标", "发布中标结果公告"} <= names
    opening = item.flow_step("review", 1)
    assert (opening.not_before.unit, opening.not_before.amount) == (Unit.NATURAL, 20)
    assert (opening.persons, opening.roles) == (3, (Role.REVIEWER,))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"not_before": {"unit": "half", "amount": 3}}, "malformed"),
        ({"not_before": {"unit": "wd", "amount": 26}}, "wait_longer"),
        ({"persons": -1}, "malformed"),
        ({"name": {"zh": "开标"}}, "malformed"),
    ],
)
def test_what_cannot_be_waited_for_is_refused(change, code):
    body = copy.deepcopy(TENDER)
    step = next(s for s in body["items"][0]["flow"] if s.get("level") == 1)
    step.update(change)
    with pytest.raises(DataFailure, match=code):
        amended(Catalogue(), {**body, "amends": ""})


def test_an_ordinary_item_is_asked_for_nothing_of_that(rules):
    desk = Desk("scjg-02", rules).accepted("2026-09-02 10:00")
    desk.do("claim", "hand", "2026-09-02 10:05")
    assert desk.do("handle", "hand", "2026-09-02 10:10", opinion="agree") == ()
