"""What the tab of a joint case is given, from cases that the rules made. ST10, ST11, ST13."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from client.app.cases.joint_view import joint_of
from sync.domain.lights import Light, told_light
from tests.unit.domain.test_joint_steps import Bundle
from tests.unit.domain.world import Desk, at, county


def view(bundle, case, now="2026-09-18", language="zh_CN"):
    return joint_of(case, county(), bundle.lead.rules, at(now), language)


def test_a_lead_sees_every_department_and_what_is_left_to_each():
    bundle = Bundle("joint-01").accepted()
    seen = {row.helper: row for row in view(bundle, bundle.lead.case).children}
    assert {row.sort for row in seen.values()} == {"opinion", "licence"}
    assert seen["planning"].department == "云岭县自然资源和规划局"
    assert seen["planning"].light.light is Light.WHITE
    late = {row.helper: row for row in view(bundle, bundle.lead.case, "2026-09-30").children}
    assert late["planning"].light.light is Light.RED
    assert late["planning"].light.remaining.key.startswith("light.over")


def test_nothing_runs_down_for_a_part_that_is_suspended():
    bundle = Bundle("joint-01").accepted()
    case = bundle.lead.case
    children = [replace(each, suspended=each.helper == "planning") for each in case.children]
    case = replace(case, children=tuple(children))
    seen = {row.helper: row for row in view(bundle, case).children}
    assert seen["planning"].light.light is Light.PAUSED
    assert seen["planning"].light.remaining.key == "row.paused"
    assert seen["fire"].light.remaining.key.startswith("light.left")


def test_lacks_of_two_departments_make_one_line_with_both_names():
    bundle = Bundle("joint-01").received()
    for helper, text in (("planning", "看不清"), ("fire", "缺专篇")):
        missing = [{"material": "design", "reason": "illegible", "text": text}]
        body = {"text": "补正", "missing": missing}
        bundle.children[helper].do("answer_precheck", "clerk", "2026-09-17 12:00", **body)
    bundle.centre("2026-09-17 12:00")
    (line,) = view(bundle, bundle.lead.case).merged
    assert line.text == "云岭县自然资源和规划局：看不清；云岭县住房和城乡建设局：缺专篇"
    (line,) = view(bundle, bundle.lead.case, language="en").merged
    assert "; " in line.text


def test_a_child_names_its_lead_and_its_part():
    bundle = Bundle("joint-01").received()
    for helper, sort in (("planning", "licence"), ("fire", "opinion")):
        seen = view(bundle, bundle.children[helper].case)
        assert (seen.lead, seen.sort, seen.children) == (bundle.lead.number, sort, ())
        assert seen.lead_department == "云岭县住房和城乡建设局"
        assert seen.part


def test_an_ordinary_case_has_no_such_tab():
    desk = Desk("scjg-02").received("2026-09-17")
    assert joint_of(desk.case, county(), desk.rules, at("2026-09-18"), "zh_CN") is None


@settings(max_examples=60)
@given(st.integers(-20_000, 20_000), st.integers(0, 5_000))
def test_a_told_light_turns_at_its_moments_and_never_back(minutes, before):
    desk = Desk("scjg-02")
    calendar = desk.rules.calendars.of_department("scjg", "339901")
    due = at("2026-09-24 17:00")
    warn, now = due - timedelta(minutes=before), due + timedelta(minutes=minutes)
    light, key, args = told_light(due, warn, calendar, now)
    assert (light is Light.RED) == (now > due) == (key == "light.over")
    assert (light is Light.YELLOW) == (warn <= now <= due)
    assert all(value >= 0 for value in args.values())
