"""Ten waiting decisions by keyboard alone: Space on each, Enter, the PIN once, Enter."""

import pytest
from PySide6.QtCore import Qt

from tests.helpers.scripted_access import PIN
from tests.helpers.scripted_batch import several_deciding

pytestmark = pytest.mark.slow
KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


def test_ten_cases_are_decided_with_a_key_for_each_and_one_pin(at_window):
    async def scenario(hands):
        numbers = several_deciding(hands.desk, 10)
        await hands.enter("chief")
        await hands.key((KEY.Key_B, CTRL))
        assert hands.focus == "batch.table"
        await hands.key(*[KEY.Key_Space] * 10, KEY.Key_Return)
        assert hands.focus == "batch.pin"
        await hands.type(PIN)
        await hands.key(KEY.Key_Return)
        assert {hands.desk.world[number].state for number in numbers} == {"granted"}
        assert "10" in hands.page.told.words.text()
        await hands.key(KEY.Key_Escape)
        assert hands.page.objectName() == "workbench"

    at_window(scenario)


def test_j_and_k_move_and_what_is_looked_at_is_shown(at_window):
    async def scenario(hands):
        numbers = several_deciding(hands.desk, 4)
        await hands.enter("chief")
        await hands.key((KEY.Key_B, CTRL), KEY.Key_J, KEY.Key_J, KEY.Key_K)
        assert hands.page.table.current_key() == numbers[1]
        assert "山水间茶馆1号" in hands.page.shown.text()
        await hands.key(KEY.Key_O)
        assert hands.page.objectName() == "case"

    at_window(scenario)


def test_enter_goes_nowhere_while_nothing_is_included(at_window):
    async def scenario(hands):
        several_deciding(hands.desk, 2)
        await hands.enter("chief")
        await hands.key((KEY.Key_B, CTRL), KEY.Key_Return)
        assert hands.focus == "batch.table"
        assert hands.page.primary.reason == hands.work.tongue.t("batch.none_included")

    at_window(scenario)


def test_a_wrong_pin_is_said_and_the_keyboard_is_back_at_it(at_window):
    async def scenario(hands):
        several_deciding(hands.desk, 2)
        await hands.enter("chief")
        await hands.key((KEY.Key_B, CTRL), KEY.Key_Space, KEY.Key_Return)
        await hands.type("999999")
        await hands.key(KEY.Key_Return)
        assert hands.focus == "batch.pin"
        assert hands.page.failure.isVisible()
        assert hands.page.pin.text() == ""

    at_window(scenario)


def test_a_clerk_finds_the_page_empty_of_what_he_may_sign(at_window):
    async def scenario(hands):
        hands.desk.world.clear()
        await hands.enter("clerk")
        await hands.key((KEY.Key_B, CTRL))
        assert hands.page.empty.isVisible()

    at_window(scenario)
