"""The tab 并联 of a joint case, and the one notice begun with what departments miss (ST11)."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from client.app.rows.changes import CasesChanged
from sync.engine.ports import ChangeSet
from tests.helpers import scripted_joint
from tests.helpers.scripted_desk import ScriptedDesk
from ui.values import Route
from ui.widgets.lights import LightMark

pytestmark = pytest.mark.slow
KEY = Qt.Key


def desk_with(joint, state="received"):
    """Return a desk and the number of its one joint case, in a state."""
    desk = ScriptedDesk()
    case = next(c for c in desk.world.values() if c.state == state)
    desk.world[case.number] = replace(case, joint=joint)
    return desk, case.number


def words_under(hands, name):
    """Return every word of a part of the screen."""
    return " ".join(label.text() for label in hands.find(name).findChildren(QLabel))


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_department_stands_on_the_leads_page(at_window, language):
    desk, number = desk_with(scripted_joint.lead(), "handling")

    async def scenario(hands):
        t = hands.work.tongue.t
        await hands.enter("handler")
        await hands.go(Route("case", number))
        tab = hands.find("case.tab.joint")
        assert tab.count == "2/4"
        hands.find("case.tab.timeline").setFocus()
        await hands.key(KEY.Key_Right)
        assert hands.focus == "case.tab.joint"
        traffic = words_under(hands, "case.joint.traffic")
        assert "遮挡交叉口视距三角区" in traffic
        assert t("joint.said.disagree") in traffic
        assert t("joint.said.agree") in words_under(hands, "case.joint.location")
        licence = words_under(hands, "case.joint.licence")
        assert t("joint.waits_for_stage") in licence
        assert t("joint.sort.licence") in licence
        due = t("light.over.hours", hours=3)
        green = hands.find("case.joint.green")
        assert due in green.findChild(LightMark).accessibleName()

    at_window(scenario, language=language, desk=desk)


def test_an_ordinary_case_has_no_such_tab_and_arrows_pass_it_by(at_window):
    async def scenario(hands):
        await hands.enter("handler")
        number = next(c.number for c in hands.desk.world.values() if c.state == "handling")
        await hands.go(Route("case", number))
        assert not hands.page.tabs.tabs["joint"].isVisible()
        hands.find("case.tab.timeline").setFocus()
        await hands.key(KEY.Key_Right)
        assert hands.focus == "case.tab.materials"

    at_window(scenario)


def test_a_helpers_page_names_the_lead_it_works_for(at_window):
    desk, number = desk_with(scripted_joint.part(), "handling")

    async def scenario(hands):
        await hands.enter("handler")
        await hands.go(Route("case", number))
        hands.find("case.tab.joint").click()
        await hands.rest()
        words = words_under(hands, "case.joint")
        assert "云岭县城市管理局" in words
        assert "20261120-339901-00031-2" in words

    at_window(scenario, desk=desk)


def test_the_one_notice_begins_with_what_departments_miss(at_window):
    desk, number = desk_with(scripted_joint.missing())

    async def scenario(hands):
        await hands.enter("clerk")
        await hands.go(Route("step", number, "notify_correction"))
        line = hands.page.lines["m2"].tick_now()
        assert (line.chosen, line.reason) == (True, "incomplete")
        assert line.text == "云岭县公安局：缺视距分析"
        hands.page.lines["m2"].tick.setChecked(False)
        hands.page.lines["m3"].tick.setChecked(True)
        hands.page.complete.setChecked(True)
        await hands.key((KEY.Key_Return, Qt.KeyboardModifier.ControlModifier))
        told = words_under(hands, "correction")
        name = hands.page.lines["m2"].material.name
        assert hands.work.tongue.t("correction.not_merged", materials=name) in told
        assert not [asked for asked in desk.asked if asked[0] == "notify_correction"]

    at_window(scenario, desk=desk)


def test_news_of_a_department_shows_at_once_without_moving_the_keyboard(at_window):
    desk, number = desk_with(scripted_joint.missing())

    async def scenario(hands):
        await hands.enter("clerk")
        await hands.go(Route("case", number))
        hands.find("case.tab.joint").click()
        hands.find("case.tab.joint").setFocus()
        await hands.rest()
        assert "缺视距分析" in words_under(hands, "case.joint.traffic")
        joint = scripted_joint.missing()
        first = replace(joint.children[0], missing=(), opinion="agree", text="补齐后同意")
        desk.world[number] = replace(
            desk.world[number], joint=replace(joint, children=(first, joint.children[1]))
        )
        desk.tell(CasesChanged(ChangeSet(frozenset({number}))))
        await hands.rest()
        assert "补齐后同意" in words_under(hands, "case.joint.traffic")
        assert hands.focus == "case.tab.joint"

    at_window(scenario, desk=desk)


def test_who_decides_has_at_hand_what_the_departments_said(at_window):
    desk, number = desk_with(scripted_joint.lead(), "deciding")

    async def scenario(hands):
        await hands.enter("chief")
        await hands.go(Route("step", number, "grant"))
        brief = " ".join(label.text() for label in hands.page.brief.findChildren(QLabel))
        assert "遮挡交叉口视距三角区" in brief
        assert hands.work.tongue.t("joint.open") in brief
        said = [each for each in hands.page.brief.findChildren(QLabel) if each.text() == "同意"]
        assert said
        for word in said:  # two characters, never one below the other
            assert not word.wordWrap()
            assert word.width() >= word.fontMetrics().horizontalAdvance("同意")

    at_window(scenario, desk=desk)
