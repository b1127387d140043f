"""Roles, the five powers, deputies, separation of persons, recusal, disputed rights. RO02."""

import pytest

from sync.domain.authority import (
    Authority,
    Grant,
    Power,
    Role,
    Standing,
    When,
    at_moment,
)
from sync.domain.rights import roles_for
from sync.domain.transitions import Who
from sync.domain.workflow import Refused
from tests.unit.domain.world import (
    Desk,
    at,
    county,
    ms,
    paper,
    rules,
    with_item,
    with_person,
)


def desk_with(item: str, *people: tuple[str, list[str], list[str]], **more) -> Desk:
    book = county()
    for person, roles, powers in people:
        book = with_person(book, person, roles, powers, **more)
    return Desk(item, book.rules())


def test_a_person_without_the_role_is_refused():
    desk = Desk("scjg-02").accepted("2026-09-17")
    assert desk.refused("claim", "clerk", "2026-09-17") == ("no_authority",)
    assert desk.refused("claim", "nobody", "2026-09-17") == ("no_authority",)
    assert desk.refused("claim", "sysadmin", "2026-09-17") == ("no_authority",)


def test_the_centre_makes_its_own_steps_and_no_others():
    desk = Desk("scjg-02").accepted("2026-09-17")
    assert desk.refused("claim", "centre", "2026-09-17") == ("no_authority",)
    received = Desk("scjg-02").received("2026-09-10")
    assert received.refused("deem_accepted", "clerk", "2026-09-18") == ("no_authority",)


def test_a_chief_representative_needs_the_power_that_the_step_asks():
    desk = desk_with("scjg-01", ("weak", ["chief_representative"], ["accept"]))
    desk.received("2026-09-17")
    desk.accept("2026-09-17", person="weak")
    assert desk.refused("decide_at_once", "weak", "2026-09-17", paper=paper("d")) == (
        "power_missing",
    )
    none = desk_with("scjg-02", ("weak", ["chief_representative"], []))
    none.received("2026-09-17")
    assert none.refused("accept", "weak", "2026-09-17", paper=paper("a")) == ("power_missing",)


def test_a_grant_reaches_its_scopes_and_items_only():
    def reaches(scope: str, **more) -> bool:
        desk = desk_with("scjg-02", ("h9", ["handler"], []), scopes=(scope,), **more)
        desk.accepted("2026-09-17")
        return not isinstance(desk.try_("claim", "h9", "2026-09-17"), Refused)

    assert reaches("339901/scjg")
    assert reaches("hall/339901")
    assert not reaches("339901/ycj")
    assert not reaches("hall/339911")
    assert reaches("339901/scjg", items=["scjg-02"])
    assert not reaches("339901/scjg", items=["scjg-01"])


def test_a_grant_gives_nothing_before_its_day_and_after_its_end():
    desk = desk_with(
        "scjg-02",
        ("h9", ["handler"], []),
        **{"from": ms("2026-09-18 00:00"), "to": ms("2026-09-20 00:00")},
    )
    desk.accepted("2026-09-17")
    assert desk.refused("claim", "h9", "2026-09-17 11:00") == ("no_authority",)
    assert desk.refused("claim", "h9", "2026-09-20 11:00") == ("no_authority",)
    desk.do("claim", "h9", "2026-09-18")


def test_a_right_that_ended_inside_the_proven_interval_is_disputed():
    desk = desk_with("scjg-02", ("h9", ["handler"], []), to=ms("2026-09-18 12:00"))
    desk.accepted("2026-09-17")
    around = {"_lo": at("2026-09-18 10:00"), "_hi": at("2026-09-18 13:00")}
    assert desk.do("claim", "h9", "2026-09-18 11:00", **around) == ("authority_disputed",)
    assert desk.case.holder == "h9"


def test_handler_reviewer_and_decider_are_three_persons():
    desk = Desk("scjg-02").accepted("2026-09-17")
    desk.do("claim", "all", "2026-09-17")
    desk.do("handle", "all", "2026-09-17", opinion="agree")
    review = {"level": 1, "opinion": "agree"}
    assert desk.refused("review", "all", "2026-09-17", **review) == ("same_person",)
    desk.do("review", "rev", "2026-09-17", **review)
    assert desk.refused("grant", "all", "2026-09-17", paper=paper("d")) == ("same_person",)
    desk.do("grant", "head", "2026-09-17", paper=paper("d"))


def test_each_review_level_is_another_person():
    desk = Desk("fgj-01").accepted("2026-09-17").handled("2026-09-17")
    desk.do("review", "rev2", "2026-09-17", level=1, opinion="agree")
    assert desk.refused("review", "rev2", "2026-09-17", level=2, opinion="agree") == (
        "same_person",
    )


def test_a_reviewer_who_sent_back_does_not_handle():
    desk = Desk("scjg-02").accepted("2026-09-17").handled("2026-09-17")
    desk.do("send_back", "all", "2026-09-17", to=0, text="补充")
    desk.do("reassign", "chief", "2026-09-17", to="all", reason="x")
    assert desk.refused("handle", "all", "2026-09-17", opinion="agree") == ("same_person",)


def test_a_decider_who_sent_back_decides_again():
    desk = Desk("scjg-02").deciding("2026-09-17")
    desk.do("send_back", "head", "2026-09-17", to=1, text="补充")
    desk.do("review", "rev", "2026-09-17", level=1, opinion="agree")
    desk.do("grant", "head", "2026-09-17", paper=paper("d"))


def test_who_only_claimed_and_gave_the_case_away_may_review_it():
    desk = Desk("scjg-02").accepted("2026-09-17")
    desk.do("claim", "all", "2026-09-17")
    desk.do("reassign", "chief", "2026-09-17", to="hand", reason="x")
    desk.do("handle", "hand", "2026-09-17", opinion="agree")
    desk.do("review", "all", "2026-09-17", level=1, opinion="agree")


def deputy_desk() -> Desk:
    book = with_person(county(), "bee", ["window_clerk"], [])
    book = with_person(book, "bee", ["liaison"], [], deputy_of="hand")
    return Desk("scjg-02", book.rules())


def test_a_deputy_acts_for_the_absent_and_the_record_says_so():
    desk = deputy_desk().accepted("2026-09-17")
    assert desk.do("claim", "bee", "2026-09-17") == ("deputy_not_declared",)
    other = deputy_desk().accepted("2026-09-17")
    other.do("claim", "hand", "2026-09-17")
    declared = {"opinion": "agree", "acting_for": "hand"}
    assert other.do("handle", "bee", "2026-09-17", **declared) == ()
    assert other.case.steps[-1].acting_for == "hand"


def test_a_deputy_takes_the_case_over_and_holds_one_post():
    desk = deputy_desk().accepted("2026-09-17")
    desk.do("claim", "hand", "2026-09-17")
    desk.do("take_over", "bee", "2026-09-17", **{"for": "hand"})
    assert desk.case.holder == "bee"
    desk.do("handle", "bee", "2026-09-17", opinion="agree", acting_for="hand")
    assert desk.case.steps[-1].acting_for == "hand"
    other = deputy_desk()
    other.received("2026-09-17")
    other.accept("2026-09-17", person="bee")
    assert other.refused("claim", "bee", "2026-09-17", acting_for="hand") == ("deputy_second_post",)


def test_decisive_steps_and_those_an_item_names_need_the_card():
    desk = Desk("scjg-02").deciding("2026-09-17")
    body = {"paper": paper("d"), "_signed_by_card": False}
    assert desk.refused("grant", "chief", "2026-09-17", **body) == ("card_signature_missing",)
    strict = Desk("scjg-02", with_item(rules(), "scjg-02", acts=("accept",)))
    strict.received("2026-09-17")
    assert strict.refused(
        "accept", "clerk", "2026-09-17", paper=paper("a"), _signed_by_card=False
    ) == ("card_signature_missing",)


def test_who_decides_and_reviews_stands_in_the_items_flow():
    item = rules().catalogue.items["scjg-02"]
    assert roles_for(Who.D, item, None) == (Role.CHIEF_REPRESENTATIVE, Role.DEPARTMENT_LEADER)
    assert roles_for(Who.D, None, None) == (Role.DEPARTMENT_LEADER,)
    assert roles_for(Who.R, None, None) == (Role.REVIEWER,)
    assert roles_for(Who.C, item, None) == ()


# -- the register of grants -----------------------------------------------------------------------

START, END = at("2026-01-01"), at("2026-06-01")


def grant(**more) -> Grant:
    values = {
        "id": "g1",
        "person": "p",
        "roles": (Role.HANDLER,),
        "scopes": ("s",),
        "powers": (),
        "items": ("*",),
        "starts": START,
        "ends": None,
        **more,
    }
    return Grant(**values)


@pytest.mark.parametrize(
    ("when", "standing"),
    [
        (at_moment(at("2025-12-31")), Standing.NONE),
        (at_moment(START), Standing.HELD),
        (at_moment(END), Standing.NONE),
        (When(at("2026-05-31"), at("2026-05-30"), at("2026-06-02")), Standing.DISPUTED),
        (When(END, END, at("2026-06-02")), Standing.NONE),
    ],
)
def test_standing_follows_the_proven_interval(when, standing):
    authority = Authority().with_grant(grant(ends=END))
    assert authority.right("p", (Role.HANDLER,), "s", None, when).standing is standing


def test_the_earlier_end_counts():
    assert grant(ends=END, ended_at=START).over_at == START
    assert grant().over_at is None


def test_own_grants_come_before_a_deputys_and_a_disputed_one_is_better_than_none():
    when = When(at("2026-05-31"), at("2026-05-30"), at("2026-06-02"))
    authority = Authority().with_grant(grant(ends=END))
    authority = authority.with_grant(grant(id="g2", person="q"))
    authority = authority.with_grant(grant(id="g3", roles=(), deputy_of="q"))
    right = authority.right("p", (Role.HANDLER,), "s", None, when)
    assert (right.standing, right.acting_for) == (Standing.HELD, "q")
    late = authority.with_grant(grant(id="g3", roles=(), deputy_of="q", ends=START))
    right = late.right("p", (Role.HANDLER,), "s", None, when)
    assert (right.standing, right.acting_for) == (Standing.DISPUTED, None)


def test_a_deputys_lent_right_is_no_better_than_the_lenders():
    when = When(at("2026-05-31"), at("2026-05-30"), at("2026-06-02"))
    authority = Authority().with_grant(grant(id="g2", person="q", ends=END))
    authority = authority.with_grant(grant(id="g3", roles=(), deputy_of="q"))
    right = authority.right("p", (Role.HANDLER,), "s", None, when)
    assert (right.standing, right.acting_for) == (Standing.DISPUTED, "q")
    assert authority.deputises("p", "q", "s", None, when)
    assert not authority.deputises("p", "x", "s", None, when)
    nothing = authority.right("p", (Role.CASHIER,), "s", None, when)
    assert nothing.standing is Standing.NONE


def test_roles_of_a_person_include_those_he_deputises_for():
    authority = Authority().with_grant(grant(id="g2", person="q", powers=(Power.ACCEPT,)))
    authority = authority.with_grant(grant(id="g3", roles=(Role.LIAISON,), deputy_of="q"))
    assert authority.roles_of("p", "s", START) == {Role.LIAISON, Role.HANDLER}
    assert authority.roles_of("p", "other", START) == frozenset()
