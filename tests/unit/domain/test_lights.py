"""White, yellow, red, paused: when they turn, under every scheme that ships. TM01–TM04, A13."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.domain.fields import DataFailure
from sync.domain.lights import Light, light, light_alone, next_moment
from sync.domain.schemes import Colour, Reach, Scheme, scheme_from
from sync.domain.time_limit import clock
from tests.unit.domain.world import Desk, application, at, ms, resource, rules

MS = timedelta(milliseconds=1)
SCHEMES = [s["code"] for s in resource("schemes/light-schemes.json")["schemes"]]


def shown(desk: Desk, when: str) -> Light:
    found = light(desk.case, desk.rules, at(when)).light
    counted = clock(desk.case, desk.rules)
    assert light_alone(desk.case, counted, desk.rules, at(when)) is found
    return found


def test_a_light_turns_yellow_a_working_day_before_and_red_after_the_instant():
    desk = Desk("scjg-02").accepted("2026-09-17")  # promise 5 wd: 2026-09-23 17:00
    assert shown(desk, "2026-09-22 16:59") is Light.WHITE
    assert shown(desk, "2026-09-22 17:00") is Light.YELLOW
    assert shown(desk, "2026-09-23 17:00") is Light.YELLOW
    due = at("2026-09-23 17:00")
    assert light(desk.case, desk.rules, due + timedelta(microseconds=1)).light is Light.RED


def test_yellow_is_a_fifth_of_a_long_limit_and_half_of_a_short_one():
    long = Desk("ycj-01").accepted("2026-09-17")  # 15 wd: a fifth is three days
    assert shown(long, "2026-10-10 16:59") is Light.WHITE
    assert shown(long, "2026-10-10 17:00") is Light.YELLOW
    short = Desk("zjj-01").received("2026-09-17")
    short.accept("2026-09-17 11:00", fast_track=True, leader_told=True)
    # 1.5 wd, ends Sunday 20th 13:30; half of it before: 315 minutes of office time.
    assert shown(short, "2026-09-18 15:14") is Light.WHITE
    assert shown(short, "2026-09-18 15:15") is Light.YELLOW


def test_at_once_turns_yellow_in_the_last_hour():
    desk = Desk("scjg-01").received("2026-09-17")
    desk.accept("2026-09-17 10:30")
    assert shown(desk, "2026-09-17 15:59") is Light.WHITE
    assert shown(desk, "2026-09-17 16:00") is Light.YELLOW
    assert shown(desk, "2026-09-17 17:01") is Light.RED


def test_statutory_passed_is_marked_from_the_day_after():
    desk = Desk("scjg-02").accepted("2026-09-17")  # statutory 2026-10-08
    assert not light(desk.case, desk.rules, at("2026-10-08 20:00")).statutory_passed
    assert light(desk.case, desk.rules, at("2026-10-09 00:00")).statutory_passed


def test_what_is_left_or_over_is_told_in_office_time():
    desk = Desk("scjg-02").accepted("2026-09-17")
    state = light(desk.case, desk.rules, at("2026-09-21 15:30"))
    assert state.remaining_key == "light.left"
    assert dict(state.remaining_args) == {"days": 2, "hours": 1, "minutes": 30}
    over = light(desk.case, desk.rules, at("2026-09-24 10:15"))
    assert over.remaining_key == "light.over"
    assert dict(over.remaining_args) == {"days": 0, "hours": 1, "minutes": 15}


def test_what_is_left_does_not_count_the_time_stopped():
    desk = Desk("ycj-01").accepted("2026-09-21")
    desk.do("claim", "hand", "2026-09-21")
    before = light(desk.case, desk.rules, at("2026-09-24 17:00")).remaining_args
    desk.suspend("2026-09-24", "2026-09-30")
    desk.do("resume", "hand", "2026-09-30 16:00")
    after = light(desk.case, desk.rules, at("2026-09-30 17:00")).remaining_args
    assert after["days"] == before["days"]


def test_where_no_limit_runs_there_is_no_light():
    desk = Desk("scjg-02").received("2026-09-17", "application")
    desk.notice("2026-09-17 11:00", "layout")
    state = light(desk.case, desk.rules, at("2026-12-01"))
    assert (state.light, state.remaining_key) == (Light.NONE, "light.no_limit")
    assert next_moment(desk.case, desk.rules, at("2026-09-18")) is None


def test_the_next_moment_is_the_next_turn_of_any_light():
    desk = Desk("scjg-02").accepted("2026-09-17")
    now, turns = at("2026-09-17 11:00"), []
    while (moment := next_moment(desk.case, desk.rules, now)) is not None:
        turns.append(moment)
        now = moment
    assert at("2026-09-22 17:00") in turns
    assert at("2026-09-23 17:00") + MS in turns
    assert at("2026-10-09 00:00") in turns
    assert turns == sorted(turns)


def test_the_next_moment_knows_told_ends_replies_and_expiry():
    desk = Desk("scjg-02").accepted("2026-09-17")
    desk.do("order", "super", "2026-09-17", level="department", reply_by=ms("2026-09-18 12:00"))
    assert at("2026-09-18 12:00") + MS in moments(desk)
    desk.do("claim", "hand", "2026-09-17")
    desk.suspend("2026-09-18", "2026-09-24")
    assert at("2026-09-24 17:00") + MS in moments(desk)
    renewal = Desk("scjg-02")
    about = {"certificate": "c-1", "expires": "2026-11-10"}
    renewal.do("renew", "clerk", "2026-09-17", **application("scjg-02", about=about))
    assert at("2026-11-11 00:00") in moments(renewal)


def moments(desk: Desk) -> list:
    now, found = at("2026-09-17 08:00"), []
    while (moment := next_moment(desk.case, desk.rules, now)) is not None:
        found.append(moment)
        now = moment
    return found


@pytest.mark.slow
@settings(max_examples=60)
@given(st.sampled_from(SCHEMES), st.integers(0, 60 * 24 * 40))
def test_no_light_turns_between_two_next_moments(scheme, minutes):
    desk = Desk("scjg-02", rules(light_scheme=scheme)).accepted("2026-09-17")
    now = at("2026-09-17 10:00") + timedelta(minutes=minutes)
    upcoming = next_moment(desk.case, desk.rules, now)
    here = light(desk.case, desk.rules, now)
    end = upcoming or now + timedelta(days=400)
    before = light(desk.case, desk.rules, max(now, end - MS))
    assert (here.light, here.step_light, here.statutory_passed) == (
        before.light,
        before.step_light,
        before.statutory_passed,
    )


# -- schemes --------------------------------------------------------------------------------------


def test_both_light_schemes_and_those_of_other_places_ship_as_data():
    assert {"white-yellow-red", "green-yellow-red", "percent-90", "cards"} <= set(SCHEMES)
    assert rules(light_scheme="green-yellow-red").scheme.shown["white"] == "green"
    assert rules(light_scheme="nowhere").scheme == Scheme()


def turning(scheme: str, item: str = "scjg-02") -> Desk:
    return Desk(item, rules(light_scheme=scheme)).accepted("2026-09-17")


@pytest.mark.parametrize(
    ("scheme", "yellow", "red"),
    [
        ("white-yellow-red", "2026-09-22 17:00", "2026-09-23 17:01"),
        ("percent-90", "2026-09-23 13:30", "2026-09-23 17:01"),
        ("one-working-day", "2026-09-22 17:00", "2026-09-23 17:01"),
        ("cards", "2026-09-23 17:01", "2026-09-29 17:01"),
    ],
)
def test_each_scheme_turns_by_its_own_rule(scheme, yellow, red):
    desk = turning(scheme)
    assert light(desk.case, desk.rules, at(yellow) - 2 * timedelta(minutes=1)).light is Light.WHITE
    assert shown(desk, yellow) is Light.YELLOW
    assert light(desk.case, desk.rules, at(red) - 2 * timedelta(minutes=1)).light is Light.YELLOW
    assert shown(desk, red) is Light.RED


def test_a_scheme_may_warn_of_the_step_and_not_of_the_case():
    desk = turning("eight-triggers")
    state = light(desk.case, desk.rules, at("2026-09-18 14:00"))
    assert (state.light, state.step_light) == (Light.WHITE, Light.YELLOW)
    assert light(desk.case, desk.rules, at("2026-09-24")).light is Light.RED


def test_breaches_have_colours_too():
    scheme = rules(light_scheme="one-working-day").scheme
    assert scheme.breach_colour("turned_away") is Colour.RED
    assert scheme.breach_colour("late_record") is Colour.YELLOW
    assert scheme.breach_colour("overdue") is None
    assert all(rule.reach is Reach.BOTH for rule in scheme.rules)


@pytest.mark.parametrize(
    "change",
    [
        {"code": ""},
        {"shown": None},
        {"shown": {"white": "white"}},
        {"rules": [{"colour": "blue", "turn": "over"}]},
        {"rules": [{"colour": "red", "turn": "over_wd"}]},
        {"rules": [7]},
    ],
)
def test_a_malformed_scheme_is_refused(change):
    body = {**resource("schemes/light-schemes.json")["schemes"][0], **change}
    with pytest.raises(DataFailure) as caught:
        scheme_from(body)
    assert caught.value.code == "scheme.malformed"


def test_a_light_of_a_decided_case_follows_the_certificate():
    desk = Desk("scjg-02").deciding("2026-09-17").granted("2026-09-18")
    assert light(desk.case, desk.rules, at("2026-09-21")).due.limit == "certificate"
