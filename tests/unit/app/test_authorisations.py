"""Authorisations as a page shows them, by the rules' own grants (RO02, RO03, TM26)."""

from datetime import timedelta

import pytest

from client.app.rows.authorisations import authorisations_of
from sync.domain.authority import Power
from sync.domain.rights import steps_of_power
from tests.unit.domain.world import at, county, ms, with_person

NOW = at("2026-09-17")


def book_with(*ended, **grant):
    """Return the county with one authorisation more, and some ended."""
    body = {
        "id": "g-x",
        "person": "hand2",
        "roles": [],
        "scopes": ["339901/scjg"],
        "items": "*",
        "from": ms("2026-01-01"),
        **grant,
    }
    book = county().with_event("grant", body, NOW)
    for id_, when in ended:
        book = book.with_event("grant.end", {"id": id_, "at": ms(when)}, NOW)
    return book


def rows(book, person="chief", now=NOW):
    return authorisations_of(book, person, now, "zh_CN")


def row(book, id_="g-x", **more):
    return next(each for each in rows(book, **more) if each.id == id_)


def test_ones_own_comes_first_then_the_departments():
    found = rows(county())
    assert found[0].mine
    assert {each.person for each in found} >= {"chief", "hand", "rev"}
    assert [each.mine for each in found].count(True) == 1


def test_a_chief_representative_has_the_five_powers_each_with_its_steps():
    book = book_with(person="hand2", roles=["chief_representative"], powers=["accept"])
    powers = {power.power: power for power in row(book).powers}
    assert set(powers) == {power.value for power in Power}
    assert [name for name, power in powers.items() if power.given] == ["accept"]
    assert "refuse" in powers["accept"].steps
    assert powers["decide_at_once"].steps == ("decide_at_once",)


def test_every_step_that_asks_for_a_power_stands_under_one():
    found = steps_of_power()
    assert all(found.values())
    assert len({kind for kinds in found.values() for kind in kinds}) == sum(
        map(len, found.values())
    )


@pytest.mark.parametrize(
    ("until", "standing", "left"),
    [
        ("2026-09-17 10:01", "ending", 1),
        ("2026-10-17 10:00", "ending", 30),
        ("2026-10-17 10:01", "in_force", 31),
        ("2026-09-17 10:00", "over", None),
    ],
)
def test_it_is_said_how_long_an_authorisation_holds(until, standing, left):
    found = row(book_with(to=ms(until)))
    assert (found.standing, found.days_left) == (standing, left)


def test_one_without_an_end_one_to_come_and_one_that_was_revoked():
    assert row(book_with()).standing == "in_force"
    assert row(book_with()).days_left is None
    assert row(book_with(**{"from": ms("2026-09-18")})).standing == "not_yet"
    gone = row(book_with(("g-x", "2026-09-16"), to=ms("2027-01-01")))
    assert (gone.standing, gone.ends) == ("ended", at("2026-09-16"))


def test_a_deputy_is_named_with_whom_he_stands_for():
    book = county()
    name = book.roster["hand"].name
    found = rows(with_person(book, "bee", [], [], deputy_of="hand"), person="bee")[0]
    assert found.deputy_of == name
    assert found.mine


def test_scopes_and_items_are_named_never_coded():
    book = book_with(items=["scjg-02"], scopes=["hall/339901", "339901/scjg"])
    found = row(book)
    assert found.scopes == (book.halls["339901"].name, book.departments["scjg"].name)
    assert "食品经营许可" in found.items[0]
    assert row(book_with()).items == ()


def test_those_that_are_over_stand_last_but_for_ones_own():
    book = book_with(("g-x", "2026-09-16"))
    assert rows(book)[-1].id == "g-x"
    assert rows(book, now=NOW - timedelta(days=1))[-1].standing in {"in_force", "ended"}
