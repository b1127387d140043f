"""The page about updates by keyboard: what is offered, why it waits, a stick, the way back."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from client.updates.failures import UpdateFailure
from sync.domain.failures import FailureKind
from tests.helpers.scripted_updates import FOUND, STANDING, WAITING
from ui import loop
from ui.widgets.text import Text

pytestmark = pytest.mark.slow
KEY = Qt.Key
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


def said(page):
    return [label.text() for label in page.findChildren(Text) if label.isVisible()]


def test_what_is_offered_why_it_waits_and_who_types_what(at_window):
    async def scenario(hands):
        t = hands.work.tongue.t
        hands.desk.updates.found = WAITING
        await hands.enter("clerk")
        await hands.key((KEY.Key_K, CTRL))
        await hands.type("gx")
        await hands.key(KEY.Key_Return)
        assert hands.page.objectName() == "updates"
        for why in WAITING.waits:
            assert t(f"update.{why}") in said(hands.page)
        assert "sudo chuangkou-update back" in said(hands.page)
        hands.desk.updates.found = FOUND
        await hands.key((KEY.Key_Return, CTRL))
        assert hands.page.verdict.words.text() == t("updates.comes", version="0.2.0")
        hands.page.show_standing(replace(STANDING, timer=replace(STANDING.timer, state="off")))
        assert hands.page.verdict.words.text() == t("updates.ready", version="0.2.0")
        await hands.key((KEY.Key_O, CTRL))
        (dialog,) = hands.page.findChildren(QFileDialog)
        dialog.reject()
        hands.page.stick_wanted.emit(Path("/media/a stick"))
        await hands.rest()
        assert "sudo chuangkou-update install --from '/media/a stick'" in said(hands.page)
        hands.desk.updates.fail = UpdateFailure("update.altered", FailureKind.REFUSED)
        hands.page.stick_wanted.emit(Path("/media/other"))
        await hands.rest()
        assert hands.page.failure.remedy.text() == t("error.update.altered.do")
        assert not hands.page.verdict.isVisible()  # nothing is said of another channel

    at_window(scenario)


def test_a_long_look_is_stopped_by_a_key_and_by_leaving(at_window):
    async def scenario(hands):
        await hands.key((KEY.Key_K, CTRL))
        await hands.type("gx")
        await hands.key(KEY.Key_Return)
        page = hands.work.entry.page  # at the door: without a card
        updates = hands.desk.updates
        updates.lasts = True
        page.look_wanted.emit()
        await loop.turned(3)
        assert page.progress.isVisible()
        assert "12" in page.progress_words.text()
        page.stop.click()
        await hands.rest()
        assert not page.progress.isVisible()
        assert page.failure.code.text() == "update.given_up"
        assert page.verdict.isVisible()  # what was found before still holds
        page.look_wanted.emit()
        await loop.turned(3)
        page.left.emit()
        await hands.rest()
        assert updates._given_up.is_set()
        assert hands.window.door.isVisible()

    at_window(scenario)


def test_the_way_back_is_one_press_where_the_account_may(at_window):
    async def scenario(hands):
        hands.desk.updates.has = replace(STANDING, former="0.0.9", may_change=True)
        await hands.enter("clerk")
        hands.work.commands.give("updates")
        await hands.rest()
        hands.find("updates.back").setFocus()
        await hands.key(KEY.Key_Return)
        assert hands.window.former
        assert not hands.window.isVisible()

    at_window(scenario)
