"""Urges at the window: answered by keyboard, told without taking it, explained in one press."""

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from client.app.rows.changes import CasesChanged
from client.app.rows.messages import OwedExplanation
from client.app.rows.session import LinePhase, LineView
from client.app.rows.words import Words
from sync.domain.failures import Failure
from sync.engine.ports import ChangeSet
from tests.helpers.scripted_cases import NOW
from tests.helpers.scripted_letters import LATE
from tests.helpers.scripted_letters import OWED as INQUIRY
from ui.shell.alerts import Alerts
from ui.shell.explaining import draft_key
from ui.values import Route

pytestmark = pytest.mark.slow
KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
OWED = OwedExplanation("urge-2", NOW, NOW + timedelta(days=1))


def handling(hands):
    return next(number for number, case in hands.desk.world.items() if case.state == "handling")


def owe(hands):
    hands.desk.messages.explanations = (OWED,)
    return handling(hands)


async def to_explanation(hands):
    hands.find("handle.explanation.text").setFocus()


def test_the_overdue_step_and_its_explanation_are_one_press(at_window):
    async def scenario(hands):
        await hands.enter("handler")
        number = owe(hands)
        await hands.go(Route("step", number, "handle"))
        hands.find("handle.agree").click()
        await to_explanation(hands)
        await hands.type("申请人补交检测报告较晚")
        await hands.key((KEY.Key_Return, CTRL))
        asked = [tuple(each[:2]) for each in hands.desk.asked]
        assert asked == [("handle", number), ("urge", "urge-2"), ("explain", number)]
        assert hands.desk.asked[-1][2] == "申请人补交检测报告较晚"
        assert draft_key(number) not in hands.desk.kept
        assert number in hands.find("foot.words").text()

    at_window(scenario)


def test_without_words_the_step_is_made_and_the_explanation_stays_owed(at_window):
    async def scenario(hands):
        await hands.enter("handler")
        number = owe(hands)
        await hands.go(Route("step", number, "handle"))
        hands.find("handle.agree").click()
        await hands.key((KEY.Key_Return, CTRL))
        assert [kind for kind, *_ in hands.desk.asked] == ["handle"]
        assert await hands.desk.messages.owed(number) == (OWED,)

    at_window(scenario)


def test_what_was_typed_survives_leaving_and_a_lock(at_window):
    async def scenario(hands):
        await hands.enter("handler")
        number = owe(hands)
        await hands.go(Route("step", number, "handle"))
        await to_explanation(hands)
        await hands.type("设备故障")
        await hands.work.lock()
        await hands.rest()
        await hands.enter("handler")
        await hands.go(Route("step", number, "handle"))
        assert hands.find("handle.explanation.text").text() == "设备故障"

    at_window(scenario)


def test_a_case_that_owes_nothing_asks_nothing(at_window):
    async def scenario(hands):
        await hands.enter("handler")
        await hands.go(Route("step", handling(hands), "handle"))
        names = [w.objectName() for w in hands.page.findChildren(type(hands.page.text))]
        assert "handle.explanation.text" not in names

    at_window(scenario)


def test_each_message_offers_the_answer_it_asks_for(at_window):
    async def scenario(hands):
        red = hands.desk.rows[0]
        order = replace(
            red,
            event="order-1",
            kind="order",
            ways=("reply_order", "case"),
            state="late",
            text=Words("message.order.red", {"case": red.case}),
            note="请于今日内说明进展",
        )
        hands.desk.rows = (order, *hands.desk.rows)
        await hands.enter("chief")
        await hands.key((KEY.Key_2, CTRL))
        assert hands.focus == "messages.reply_order.1"
        assert not hands.window.findChildren(
            type(hands.find("messages.open.3")), "messages.explain.3"
        )
        await hands.key(KEY.Key_Return)
        route = hands.work.ways.current.route
        assert (route.step, route.event) == ("reply_order", "order-1")

    at_window(scenario)


def test_letters_that_wait_are_counted_with_the_messages(at_window):
    async def scenario(hands):
        hands.desk.letters.rows = (LATE, INQUIRY)
        await hands.enter("clerk")
        await hands.rest()
        counted = hands.find("rail.messages")
        messages = (await hands.desk.cases.counts()).messages
        assert counted.count == messages + 2
        await hands.key((KEY.Key_2, CTRL))
        hands.find("letters.text.1").setFocus()
        await hands.type("Sorry")
        await hands.key((KEY.Key_Return, CTRL))
        assert counted.count == messages + 1

    at_window(scenario)


def test_the_next_person_is_not_told_of_anothers_letters(at_window):
    async def scenario(hands):
        hands.desk.letters.rows = (LATE, INQUIRY)
        await hands.enter("clerk")
        await hands.rest()
        hands.desk.letters.rows = ()
        await hands.work.lock()
        await hands.rest()
        await hands.enter("clerk")
        await hands.rest()
        messages = (await hands.desk.cases.counts()).messages
        assert hands.find("rail.messages").count == messages

    at_window(scenario)


def test_letters_are_asked_for_when_the_line_is_back(at_window):
    async def scenario(hands):
        hands.desk.letters.refuses = Failure("line.away")
        await hands.enter("clerk")
        await hands.rest()
        messages = (await hands.desk.cases.counts()).messages
        assert hands.find("rail.messages").count == messages
        hands.desk.letters.refuses, hands.desk.letters.rows = None, (LATE,)
        for phase in (LinePhase.OFFLINE, LinePhase.SYNCED):
            hands.desk.line.show(LineView(phase))
        await hands.rest()
        assert hands.find("rail.messages").count == messages + 1

    at_window(scenario)


@pytest.mark.parametrize(
    ("language", "mode", "text_size"), [("zh_CN", "light", "normal"), ("en", "dark", "largest")]
)
def test_a_letter_is_answered_among_the_messages(at_window, language, mode, text_size):
    async def scenario(hands):
        hands.desk.letters.rows = (LATE, INQUIRY)
        await hands.enter("chief")
        await hands.key((KEY.Key_2, CTRL))
        assert not hands.find("letters.answer.1").isEnabled()  # nothing is said yet
        hands.find("letters.text.1").setFocus()
        await hands.type("Sorry for the wait")
        folder = os.environ.get("CHUANGKOU_PICTURES")
        if folder:
            hands.window.grab().save(str(Path(folder) / f"letters-{language}-{mode}.png"))
        # A message that comes meanwhile takes nothing from whoever types.
        field = hands.find("letters.text.1")
        hands.desk.tell(CasesChanged(ChangeSet(messages=True)))
        await hands.rest()
        assert hands.find("letters.text.1") is field
        await hands.work.lock()
        await hands.rest()
        await hands.enter("chief")
        await hands.key((KEY.Key_2, CTRL))
        field = hands.find("letters.text.1")
        assert field.text() == "Sorry for the wait"
        field.setFocus()
        hands.desk.letters.refuses = Failure("letter.answered")
        await hands.key((KEY.Key_Return, CTRL))
        assert hands.page.failure.isVisible()
        assert hands.find("letters.text.1").text() == "Sorry for the wait"
        hands.desk.letters.refuses = None
        await hands.key((KEY.Key_Return, CTRL))
        assert hands.desk.letters.asked == [(LATE.number, "Sorry for the wait")]
        assert LATE.number in hands.page.told.words.text()
        assert hands.find("letters.text.1").text() == ""  # the next letter's
        assert not any(key.startswith(f"letter/{LATE.number}") for key in hands.desk.kept)

    at_window(scenario, language=language, mode=mode, text_size=text_size)


def test_without_a_line_the_page_says_that_letters_wait_elsewhere(at_window):
    async def scenario(hands):
        hands.desk.letters.refuses = Failure("line.unreachable")
        await hands.enter("clerk")
        await hands.key((KEY.Key_2, CTRL))
        assert hands.find("letters.away").text()
        assert not hands.page.failure.isVisible()

    at_window(scenario)


class Tray:
    """A desktop's tray that remembers what it was told."""

    def __init__(self):
        self.told = []

    def showMessage(self, *said):  # noqa: N802  (Qt's name)
        self.told.append(said)

    def setToolTip(self, words):  # noqa: N802  (Qt's name)
        self.tip = words

    def hide(self):
        self.told.append("hidden")


def test_an_urge_takes_no_keyboard_from_a_clerk_who_types(at_window, monkeypatch):
    rung, raised = [], []
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", lambda: True)
    monkeypatch.setattr(QApplication, "beep", lambda: rung.append(1))

    async def scenario(hands):
        tray = hands.work.alerts._tray = Tray()
        for name in ("activateWindow", "raise_", "showNormal"):
            monkeypatch.setattr(hands.window, name, lambda name=name: raised.append(name))
        monkeypatch.setattr(hands.window, "isActiveWindow", lambda: False)
        await hands.enter("reception")
        await hands.key(KEY.Key_F2)
        hands.page.id_no.setFocus()
        await hands.type("1101")
        message = replace(hands.desk.rows[0], event="urge-9", read=False)
        hands.desk.urge(message)
        await hands.type("05")
        assert hands.page.id_no.text() == "110105"
        assert hands.window.focusWidget() is hands.page.id_no
        assert (len(tray.told), rung, raised) == (1, [], [])
        assert message.case in tray.told[0][1]
        await hands.desk.messages.set_sound(on=True)
        hands.desk.urge(replace(message, event="urge-10"))
        await hands.type("1")
        assert (len(rung), hands.page.id_no.text(), raised) == (1, "1101051", [])
        await hands.work.lock()
        assert tray.told[-1] == "hidden"

    at_window(scenario)


def test_without_a_tray_and_in_front_nothing_is_shown_outside(at_window, monkeypatch):
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", lambda: False)

    async def scenario(hands):
        await hands.enter("clerk")
        alerts = hands.window.findChild(Alerts)
        alerts.notify("催办", hands.desk.rows[0])
        assert alerts._tray is None

    at_window(scenario)


def test_the_sound_is_off_until_it_is_wanted(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.key((KEY.Key_2, CTRL))
        box = hands.find("messages.sound")
        assert not box.isChecked()
        box.setFocus()
        await hands.key(KEY.Key_Space)
        assert await hands.desk.messages.sound()

    at_window(scenario)
