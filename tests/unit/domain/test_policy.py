"""The policy book: what each event does to it, and which events it cannot take."""

from dataclasses import replace

import msgspec
import pytest

from sync.domain.authority import Role
from sync.domain.fields import DataFailure
from sync.domain.policy import POLICY_KINDS, PolicyBook
from sync.domain.policy_entries import Recovery
from sync.domain.rules import WEEKDAYS, Rules
from sync.domain.switches import Switches, TermUnit
from tests.unit.domain.world import START, Desk, at, county, day, ms, resource, with_person

GENESIS = {
    "aud": "centre-339901",
    "name": "云岭县",
    "cas": ["Y2E"],
    "admins": [{"person": "a1", "name": "甲", "certs": {"9A": "x", "9C": "y"}}],
    "keys": {"log": {"kty": "EC", "x": "1"}, "anchor": {"kty": "EC", "x": "2"}},
}


def book() -> PolicyBook:
    return PolicyBook().with_event("genesis", GENESIS, START)


def failing(the_book: PolicyBook, kind: str, body: object) -> str:
    with pytest.raises(DataFailure) as caught:
        the_book.with_event(kind, body, START)
    return caught.value.code


def test_genesis_says_who_the_centre_is():
    made = book()
    assert made.size == 1
    assert made.genesis.admins == ("a1",)
    assert made.roster["a1"].certs == {"9A": "x", "9C": "y"}
    assert made.server_key("log", START).jwk == {"kty": "EC", "x": "1"}
    assert made.server_key("tls", START) is None


def test_genesis_comes_first_and_once():
    assert failing(book(), "genesis", GENESIS) == "policy.genesis"
    assert failing(PolicyBook(), "hall", {"code": "339901"}) == "policy.genesis"
    assert failing(PolicyBook(), "genesis", {**GENESIS, "admins": []}) == "policy.malformed"
    assert failing(PolicyBook(), "genesis", []) == "policy.malformed"


def test_a_kind_of_a_newer_centre_is_kept_by_name():
    newer = book().with_event("tariff", {"x": 1}, START)
    assert (newer.size, newer.unknown) == (2, ("tariff",))


def test_names_are_policys_and_codes_where_it_knows_none():
    made = book().with_event("hall", {"code": "339901", "name": "大厅"}, START)
    office = {"code": "scjg", "name": "市监局", "hall": "339901"}
    made = made.with_event("department", office, START)
    assert (made.name_of("a1"), made.name_of("a9")) == ("甲", "a9")
    assert (made.hall_name("339901"), made.hall_name("339902")) == ("大厅", "339902")
    assert (made.department_name("scjg"), made.department_name("ycj")) == ("市监局", "ycj")
    assert made.unit_name("339901/scjg") == "市监局"
    assert made.unit_name("339901/ycj") == "339901/ycj"


def test_halls_and_departments_have_calendars_and_hours():
    hall = {"code": "339901", "name": "大厅", "hours": [["10:00", "12:00"]], "calendar": "cn"}
    made = book().with_event("calendar", resource("calendars/cn-2024-2026.json"), START)
    made = made.with_event("hall", hall, START)
    office = {"code": "scjg", "name": "市监局", "hall": "339901"}
    made = made.with_event("department", office, START)
    rules = made.rules()
    assert rules.calendars.of_hall("339901").hours == ((600, 720),)
    # A department that names no calendar works by its hall's.
    assert rules.calendars.of_department("scjg", "339901").hours == ((600, 720),)
    named = made.with_event("department", {**office, "calendar": "cn"}, START).rules()
    assert named.calendars.of_department("scjg", "339901").hours == ((540, 720), (780, 1020))
    assert failing(made, "department", {**office, "hall": "1"}) == "policy.unknown"


def test_without_a_calendar_weekdays_are_counted_provisionally():
    assert Rules().calendars.of_hall("339901") is WEEKDAYS
    assert WEEKDAYS.provisional(day("2026-09-17"))


def test_a_new_issue_is_found_by_the_moment_it_was_published():
    made = county()
    body = resource("calendars/cn-2024-2026.json")
    newer = {
        **body,
        "version": "2",
        "off": [*body["off"], "2026-09-30"],
        "in_force_from": "2026-09-20",
    }
    made = made.with_event("calendar", newer, at("2026-09-18"))
    shelf = made.rules().calendars
    assert not shelf.of_hall("339901").is_working(day("2026-09-30"))
    assert shelf.of_hall("339901", at("2026-09-17")).is_working(day("2026-09-30"))
    assert not shelf.of_hall("339901", at("2026-09-19")).is_working(day("2026-09-30"))
    assert shelf.of_hall("339901", at("2020-01-01")).version == "2024-2026.1"
    assert not shelf.settled(at("2026-09-17"))
    assert shelf.settled(at("2026-09-19"))


def test_grants_give_rights_until_they_end():
    made = with_person(book(), "p1", ["handler"], [])
    assert made.rules().authority.roles_of("p1", "s", at("2026-01-01")) == {Role.HANDLER}
    ended = made.with_event("grant.end", {"id": "g-p1-0", "at": ms("2026-02-01")}, START)
    assert ended.rules().authority.roles_of("p1", "s", at("2026-03-01")) == frozenset()
    assert ended.rules().authority.roles_of("p1", "s", at("2026-01-31")) == {Role.HANDLER}
    now = made.with_event("grant.end", {"id": "g-p1-0"}, at("2026-01-15"))
    assert now.grants["g-p1-0"].ended_at == at("2026-01-15")
    assert failing(made, "grant.end", {"id": "x"}) == "policy.unknown"


def grant(**more: object) -> dict[str, object]:
    return {
        "id": "g9",
        "person": "a1",
        "roles": ["handler"],
        "scopes": ["s"],
        "powers": [],
        "items": ["scjg-02"],
        "from": 0,
        **more,
    }


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"person": "nobody"}, "policy.unknown"),
        ({"roles": ["emperor"]}, "policy.malformed"),
        ({"roles": ["centre"]}, "policy.malformed"),
        ({"powers": ["all"]}, "policy.malformed"),
        ({"scopes": "s"}, "policy.malformed"),
        ({"items": [1]}, "policy.malformed"),
        ({"from": -1}, "policy.malformed"),
        ({"from": 10**15}, "policy.malformed"),
        ({"from": True}, "policy.malformed"),
        ({"id": ""}, "policy.malformed"),
    ],
)
def test_a_grant_that_cannot_be_is_refused(change, code):
    assert failing(book(), "grant", grant(**change)) == code


def test_a_grants_number_is_used_once():
    made = book().with_event("grant", grant(), START)
    assert made.grants["g9"].items == ("scjg-02",)
    assert failing(made, "grant", grant()) == "policy.twice"


def invited() -> PolicyBook:
    hall = {"code": "339901", "name": "大厅"}
    body = {
        "dev": "d1",
        "inc": 1,
        "hall": "339901",
        "counter": "3",
        "label": "三号窗口",
        "code": "h",
        "until": ms("2026-01-01"),
    }
    return book().with_event("hall", hall, START).with_event("device.invite", body, START)


def test_a_device_claims_its_invitation_once_and_in_time():
    made = invited()
    claim = {"dev": "d1", "inc": 1, "code": "c", "jwk": {"kty": "EC"}}
    claimed = made.with_event("device.claim", claim, at("2025-01-01"))
    assert claimed.devices["d1"].jwk == {"kty": "EC"}
    assert failing(claimed, "device.claim", claim) == "policy.twice"
    assert failing(made, "device.claim", {**claim, "inc": 2}) == "policy.unknown"
    with pytest.raises(DataFailure) as caught:
        made.with_event("device.claim", claim, at("2026-01-02"))
    assert caught.value.code == "policy.late"
    foreign = {"dev": "d2", "hall": "1", "code": "h", "until": 0}
    assert failing(made, "device.invite", foreign) == "policy.unknown"


def test_the_other_kinds_are_kept_as_they_come():
    made = book()
    made = made.with_event(
        "seal", {"id": "s1", "department": "scjg", "png": "A", "holder": "a1"}, START
    )
    made = made.with_event("recovery", {"certs": ["a", "b", "c"]}, START)
    made = made.with_event("revoke", {"ca": "x", "serial": "1", "reason": "lost"}, at("2026-01-01"))
    made = made.with_event("revoke", {"ca": "x", "serial": "2", "at": ms("2026-02-01")}, START)
    key = {"use": "log", "jwk": {"kty": "EC", "x": "9"}, "from": ms("2026-03-01")}
    made = made.with_event("server_key", key, START)
    made = made.with_event("server_key", {"use": "lease", "jwk": {}}, at("2026-01-01"))
    assert made.seals["s1"].holder == "a1"
    assert made.recovery == ("a", "b", "c")
    assert [r.at for r in made.revoked] == [at("2026-01-01"), at("2026-02-01")]
    assert made.server_key("log", at("2026-02-01")).jwk["x"] == "1"
    assert made.server_key("log", at("2026-03-02")).jwk["x"] == "9"
    assert made.server_key("lease", at("2026-01-01")) is not None
    assert set(POLICY_KINDS) >= {"seal", "recovery", "revoke", "server_key", "switch"}


def test_leave_to_recover_is_for_a_known_device_and_person_and_the_last_one_counts():
    made = book().with_event("hall", {"code": "339901", "name": "H"}, START)
    invitation = {"dev": "d1", "hall": "339901", "code": "h", "until": 0}
    made = made.with_event("device.invite", invitation, START)
    person = next(iter(made.roster))
    leave = {"dev": "d1", "gen": 1, "person": person, "key": "k1"}
    made = made.with_event("device.recover", leave, START)
    made = made.with_event("device.recover", {**leave, "gen": 2, "key": "k2"}, START)
    assert made.recoveries == {"d1": Recovery("d1", 2, person, "k2")}
    assert failing(made, "device.recover", {**leave, "dev": "d2"}) == "policy.unknown"
    assert failing(made, "device.recover", {**leave, "person": "p9"}) == "policy.unknown"
    assert failing(made, "device.recover", {**leave, "gen": "1"}) == "policy.malformed"


def test_switches_turn_by_name_and_type():
    made = book().with_event("switch", {"name": "silence_is_consent", "value": True}, START)
    assert made.rules().switches.silence_is_consent
    made = made.with_event("switch", {"name": "renewal_unit", "value": "nd"}, START)
    assert made.switches.renewal_unit is TermUnit.NATURAL
    assert made.with_event("switch", {"name": "reply_wd", "value": 3}, START).switches.reply_wd == 3
    for name, value, code in (
        ("nothing", 1, "switch.unknown"),
        ("reply_wd", True, "switch.malformed"),
        ("reply_wd", -1, "switch.malformed"),
        ("renewal_unit", "moons", "switch.malformed"),
        ("light_scheme", "", "switch.malformed"),
        ("silence_is_consent", "yes", "switch.malformed"),
    ):
        assert failing(made, "switch", {"name": name, "value": value}) == code
    assert Switches().count_from_next_day


def test_a_catalogue_keeps_the_versions_that_open_cases_name():
    body = resource("catalogue/yunling.json")
    newer = {
        **body,
        "version": "2",
        "items": [
            {**i, "version": 2, "promised": {"unit": "wd", "amount": 8}}
            if i["code"] == "zrj-01"
            else i
            for i in body["items"]
        ],
        "bundles": [{**b, "version": 2} for b in body["bundles"]],
    }
    desk = Desk("zrj-01").accepted("2026-09-17")
    made = county().with_event("catalogue", newer, START)
    catalogue = made.catalogue
    assert catalogue.item("zrj-01").version == 2
    assert catalogue.item("zrj-01", 1).promised.amount == 7
    assert catalogue.item("joint-01", 1).version == 1
    assert catalogue.item("joint-01").version == 2
    assert catalogue.item("zrj-01", 3) is None
    assert catalogue.item("nothing") is None
    third = made.with_event("catalogue", {**newer, "version": "3"}, START)
    assert third.catalogue.item("zrj-01", 1).promised.amount == 7
    assert replace(desk.rules, catalogue=catalogue).item_of("zrj-01", 1) is not None


def test_a_bundle_whose_lead_item_is_gone_is_no_item():
    catalogue = county().catalogue
    bare = replace(catalogue, items={})
    assert bare.item("joint-01") is None
    assert bare.current() == ()
    assert len(catalogue.current()) == 15


def test_another_authority_is_trusted_beside_the_first():
    made = book().with_event("ca", {"der": "Y2Ey"}, START)
    assert (made.cas, made.unknown) == (("Y2E", "Y2Ey"), ())
    assert failing(book(), "ca", {}) == "policy.malformed"


def test_a_closed_device_stays_closed_and_its_invitation_is_void():
    closed = invited().with_event("device.close", {"dev": "d1", "inc": 1}, at("2025-02-01"))
    assert (closed.devices["d1"].closed_at, closed.unknown) == (at("2025-02-01"), ())
    again = closed.with_event("device.close", {"dev": "d1", "inc": 1}, at("2025-03-01"))
    assert again.devices["d1"].closed_at == at("2025-02-01")
    claim = {"dev": "d1", "inc": 1, "code": "c", "jwk": {"kty": "EC"}}
    assert failing(closed, "device.claim", claim) == "policy.late"
    for body in ({"dev": "d1", "inc": 2}, {"dev": "d2", "inc": 1}):
        assert failing(invited(), "device.close", body) == "policy.unknown"


def test_an_administrator_of_the_genesis_event_can_be_dismissed():
    made = book().with_event("grant.end", {"id": "genesis:a1"}, at("2026-02-01"))
    assert made.dismissed == {"a1": at("2026-02-01")}
    later = made.with_event("grant.end", {"id": "genesis:a1", "at": ms("2026-03-01")}, START)
    assert later.dismissed == {"a1": at("2026-02-01")}
    assert failing(book(), "grant.end", {"id": "genesis:a2"}) == "policy.unknown"


def test_a_grant_that_is_ended_twice_ended_the_first_time():
    made = with_person(book(), "p1", ["handler"], [])
    made = made.with_event("grant.end", {"id": "g-p1-0", "at": ms("2026-02-01")}, START)
    made = made.with_event("grant.end", {"id": "g-p1-0", "at": ms("2026-04-01")}, START)
    assert made.grants["g-p1-0"].ended_at == at("2026-02-01")


def test_every_member_of_the_book_can_be_read_back_by_its_type():
    """A window keeps the folded book as JSON: types that only the checker sees would stop it."""
    assert msgspec.inspect.type_info(PolicyBook)
