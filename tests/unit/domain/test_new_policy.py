"""What comes anew into policy is asked more than what is followed: harm is stopped at the door."""

import pytest

from sync.domain.fields import DataFailure, ms_of
from sync.domain.policy import PolicyBook
from tests.unit.domain.world import at, county, resource

BOOK = county()
NOW = at("2026-09-17")


def refused(kind: str, body: object, book: PolicyBook = BOOK) -> tuple[str, str]:
    book.with_event(kind, body, NOW)  # what is logged already is followed as it stands
    with pytest.raises(DataFailure) as caught:
        book.with_new(kind, body, NOW)
    return caught.value.code, str(caught.value.details["place"])


@pytest.mark.parametrize("name", ["centre:centre-339901", "centre:x", "sys:zjj"])
def test_no_window_bears_the_name_of_the_centre_or_of_a_system(name):
    invited = {"dev": name, "hall": "339901", "code": "h", "until": ms_of(NOW)}
    assert refused("device.invite", invited) == ("policy.malformed", "dev")
    BOOK.with_new("device.invite", {**invited, "dev": "d-339901-09"}, NOW)


def test_a_key_of_the_centre_does_not_begin_later_than_it_is_told():
    key = {"use": "log", "jwk": {"kty": "EC"}, "from": ms_of(at("2026-09-18"))}
    assert refused("server_key", key) == ("policy.malformed", "from")
    BOOK.with_new("server_key", {**key, "from": ms_of(NOW)}, NOW)
    BOOK.with_new("server_key", {"use": "log", "jwk": {"kty": "EC"}}, NOW)


def test_a_limit_is_one_that_a_calendar_can_count():
    body = resource("catalogue/yunling.json")
    BOOK.with_new("catalogue", body, NOW)
    body["items"][1]["statutory"] = {"unit": "nd", "amount": 10**9}
    assert refused("catalogue", body) == ("policy.malformed", "items")


def test_a_helpers_term_is_of_working_days_for_that_is_how_its_child_is_told():
    body = resource("catalogue/yunling.json")
    helper = next(h for b in body["bundles"] for h in b["helpers"] if not h.get("shared_only"))
    helper["limit"] = {"unit": "min", "amount": 120}
    assert refused("catalogue", body) == ("policy.malformed", "bundles")


def test_a_department_stays_in_its_hall():
    other = next(code for code in BOOK.halls if code != "339901")
    moved = {"code": "scjg", "name": "市场监督管理局", "hall": other}
    assert refused("department", moved) == ("policy.foreign", "hall")
