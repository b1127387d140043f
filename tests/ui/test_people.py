"""The directory and the last applicant by keyboard alone."""

import pytest
from PySide6.QtCore import Qt

from tests.helpers.scripted_people import OPEN, SHOP
from ui.values import Route

pytestmark = pytest.mark.slow
KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


def test_somebody_is_found_and_a_case_begun_for_him(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.key(KEY.Key_F6)
        assert hands.focus == "people.search"
        await hands.type("滨河")
        assert hands.page.pane.person.row.who == SHOP
        await hands.key((KEY.Key_Return, CTRL))
        assert hands.page.objectName() == "prereg"
        assert hands.page.form_now().id_no == SHOP
        assert hands.page.form_now().applicant_kind == "org"

    at_window(scenario)


def test_enter_goes_from_the_search_to_his_cases_and_opens_one(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.key(KEY.Key_F6, KEY.Key_Down, KEY.Key_Up)
        assert hands.focus == "people.search"
        await hands.key(KEY.Key_Return)
        assert hands.focus == "people.take_over"
        hands.find("people.case.1").setFocus()
        await hands.key(KEY.Key_Return)
        assert hands.work.ways.current.route == Route("case", OPEN)
        await hands.key(KEY.Key_Escape)
        assert hands.page.objectName() == "people"

    at_window(scenario)


def test_materials_given_before_come_onto_the_checklist(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.key(KEY.Key_F6, KEY.Key_Return, KEY.Key_Return)
        route = hands.work.ways.current.route
        assert (route.page, route.case, route.step) == ("step", OPEN, "receive")
        assert "营业执照.jpg" in hands.desk.kept[f"case/{OPEN}/receive"]

    at_window(scenario)


def test_the_last_applicant_comes_again_by_one_key_with_its_double_told(at_window):
    async def scenario(hands):
        await hands.enter("reception")
        await hands.key(KEY.Key_F2, (KEY.Key_R, CTRL))
        page = hands.page
        assert page.form_now().id_no == SHOP
        assert page.form_now().agent_name == "赵六"
        assert not page.doubles.isVisible()
        page.picker.line.setFocus()
        await hands.type("食品")
        await hands.key(KEY.Key_Return)
        assert page.doubles.isVisible()
        assert OPEN in page.doubles.accessibleName()
        hands.window.next_language()
        await hands.rest()
        assert "open already" in page.doubles.accessibleName()
        await hands.key((KEY.Key_Return, CTRL))
        assert hands.find("result.number")

    at_window(scenario)


@pytest.mark.parametrize("typed", ["11010519491231002X", "1101", "9133990"])
def test_the_last_applicant_comes_over_somebody_else_only_when_asked_for_twice(at_window, typed):
    async def scenario(hands):
        await hands.enter("reception")
        await hands.key(KEY.Key_F2)
        await hands.type(typed)
        await hands.key((KEY.Key_R, CTRL))
        assert hands.page.form_now().id_no == typed
        assert hands.focus == "prereg.id_no"
        last = await hands.desk.applicants.last()
        told = hands.work.tongue.t("prereg.again.asked", name=last.name)
        assert hands.find("foot.words").text() == told

        await hands.type("5")
        await hands.key((KEY.Key_R, CTRL))
        assert hands.page.form_now().id_no == f"{typed}5"
        await hands.key((KEY.Key_R, CTRL))
        assert hands.page.form_now().id_no == SHOP
        assert hands.page.form_now().agent_name == "赵六"

    at_window(scenario)


@pytest.mark.parametrize("typed", ["", SHOP[:6], SHOP])
def test_the_beginning_of_the_same_applicant_is_filled_in_at_once(at_window, typed):
    async def scenario(hands):
        await hands.enter("reception")
        await hands.key(KEY.Key_F2)
        await hands.type(typed)
        await hands.key((KEY.Key_R, CTRL))
        assert hands.page.form_now().id_no == SHOP

    at_window(scenario)


def test_what_need_not_be_brought_again_is_told_after_the_registration(at_window):
    async def scenario(hands):
        await hands.enter("reception")
        hands.desk.applicants.offers_all = True
        await hands.key(KEY.Key_F2, (KEY.Key_R, CTRL))
        hands.page.picked.emit("gths")
        await hands.key((KEY.Key_Return, CTRL))
        foot = hands.find("foot.words")
        assert foot.text() == hands.work.tongue.t("people.offered", count=1)
        assert hands.focus.startswith("result.")
        hands.find("foot.act").click()
        await hands.rest()
        assert hands.page.objectName() == "people"

    at_window(scenario)


def test_a_known_number_fills_in_the_name_and_never_over_what_is_typed(at_window):
    async def scenario(hands):
        await hands.enter("reception")
        await hands.key(KEY.Key_F2)
        hands.page.kind.tiles["org"].click()
        hands.page.id_no.setFocus()
        hands.page.applicant.setText("自己写的名")
        await hands.type(SHOP)
        await hands.key(KEY.Key_Return)
        assert hands.page.form_now().name == "自己写的名"
        assert hands.page.form_now().phone == "13800000000"

    at_window(scenario)


def test_a_registration_half_typed_is_not_written_over_by_a_case_begun_here(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.key(KEY.Key_F2)
        await hands.type("33990119")
        typed = hands.page.form_now()
        await hands.key(KEY.Key_F6)
        await hands.type("滨河")
        await hands.key((KEY.Key_Return, CTRL))
        assert hands.page.objectName() == "prereg"
        assert hands.page.form_now() == typed
        assert "云岭县滨河餐饮店" in hands.find("foot.words").text()

    at_window(scenario)
