"""The fast track at the window: the prompt at registration, the leader's message at acceptance."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from client.app.rows.steps import NoticeRow
from tests.helpers.gallery_cases import COMPLETE
from ui.values import Route

pytestmark = pytest.mark.slow
KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


def shown(hands):
    labels = hands.window.findChildren(QLabel)
    return " ".join(label.text() for label in labels if label.isVisible())


def fast(hands, *notices):
    """Put a complete case on the fast track; with `notices`, those instead of the desk's own."""
    hands.desk.world[COMPLETE] = replace(hands.desk.world[COMPLETE], fast=True)
    if notices:
        told = hands.desk.steps.preview_acceptance

        async def preview(case):
            return replace(await told(case), notices=notices[0])

        hands.desk.steps.preview_acceptance = preview


def test_a_key_project_is_prompted_with_the_halved_promise(at_window):
    async def scenario(hands):
        await hands.enter("reception")
        await hands.key(KEY.Key_F2)
        page = hands.page
        page.picker.line.setFocus()
        await hands.type("烟草")
        await hands.key(KEY.Key_Return)
        page.key_project.setFocus()
        await hands.key(KEY.Key_Space)

        assert page.fast_track.isChecked()
        t = hands.work.tongue.t
        limits = {"promised": t("limit.wd", amount=15), "fast": t("limit.wd", amount="7.5")}
        assert page.prompt.text() == t("prereg.fast_track.halved", **limits)
        assert page.prompt.isVisible()

    at_window(scenario)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_acceptance_shows_the_message_and_the_number_that_it_goes_to(at_window, language):
    async def scenario(hands):
        fast(hands)
        await hands.enter("clerk")
        await hands.go(Route("step", COMPLETE, "accept"))
        t = hands.work.tongue.t
        assert t("accept.leader") in shown(hands)
        assert "13900000114" in shown(hands)
        assert "云岭新城综合体" in shown(hands)
        await hands.key((KEY.Key_Return, CTRL))
        assert hands.desk.world[COMPLETE].state == "accepted"

    at_window(scenario, language=language)


def test_a_leader_who_cannot_be_told_stops_nobody(at_window):
    async def scenario(hands):
        fast(hands, ())
        await hands.enter("clerk")
        await hands.go(Route("step", COMPLETE, "accept"))
        assert hands.work.tongue.t("accept.leader.nobody") in shown(hands)
        await hands.key((KEY.Key_Return, CTRL))
        assert hands.desk.world[COMPLETE].state == "accepted"

    at_window(scenario)


def test_a_leader_without_a_number_is_said_so(at_window):
    async def scenario(hands):
        notice = (await hands_preview(hands)).notices[0]
        fast(hands, (NoticeRow(notice.name, "", notice.text),))
        await hands.enter("clerk")
        await hands.go(Route("step", COMPLETE, "accept"))
        words = hands.work.tongue.t("accept.leader.no_phone", name=notice.name)
        assert words in shown(hands)

    at_window(scenario)


async def hands_preview(hands):
    fast(hands)
    return await hands.desk.steps.preview_acceptance(COMPLETE)


def test_an_ordinary_case_tells_no_leader(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.go(Route("step", COMPLETE, "accept"))
        assert not hands.page.leader.isVisible()

    at_window(scenario)


def test_the_prompt_is_scrolled_into_sight(at_window):
    async def scenario(hands):
        hands.window.resize(1366, 640)
        await hands.enter("reception")
        await hands.key(KEY.Key_F2)
        page = hands.page
        page.key_project.setFocus()
        await hands.key(KEY.Key_Space)
        await hands.rest()
        view = page.scroller.viewport()
        top = page.prompt.mapTo(view, page.prompt.rect().topLeft()).y()
        assert 0 <= top <= view.height() - page.prompt.height()

    at_window(scenario)
