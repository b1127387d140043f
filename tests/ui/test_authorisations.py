"""Authorisations by keyboard: chosen, printed, and the administrators' command written down."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

pytestmark = pytest.mark.slow
KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


def test_arrows_choose_and_the_paper_is_printed_by_its_key(at_window):
    async def scenario(hands):
        await hands.enter("chief")
        await hands.key((KEY.Key_4, CTRL), KEY.Key_Down, KEY.Key_Down)
        assert hands.focus == "authorisations.list"
        assert hands.page._row.deputy_of == "周远舟"
        await hands.key((KEY.Key_P, CTRL))
        assert hands.page.objectName() == "handout"
        assert ("authorisation", "g-p0120-1", "zh_CN") in hands.desk.asked
        await hands.key(KEY.Key_Escape)
        assert hands.page.objectName() == "authorisations"

    at_window(scenario)


def test_the_command_goes_to_the_clipboard_and_is_shown(at_window):
    async def scenario(hands):
        await hands.enter("chief")
        await hands.key((KEY.Key_4, CTRL))
        hands.find("authorisations.revoke").click()
        await hands.rest()
        line = hands.find("authorisations.command").text()
        assert line == "chuangkou-centre grant-end g-p0105-1"
        assert QGuiApplication.clipboard().text() == line

    at_window(scenario)


def test_one_that_is_over_is_not_revoked_again_and_says_so(at_window):
    async def scenario(hands):
        await hands.enter("chief")
        await hands.key((KEY.Key_4, CTRL), KEY.Key_End)
        button = hands.find("authorisations.revoke")
        assert button.reason == hands.work.tongue.t("authorisation.is_over")

    at_window(scenario)


def test_the_language_changes_what_is_read(at_window):
    async def scenario(hands):
        await hands.enter("chief")
        await hands.key((KEY.Key_4, CTRL))
        hands.window.next_language()
        await hands.rest()
        assert hands.page.list.options.row_at(0).tail == "Ends in 12 days"

    at_window(scenario)
