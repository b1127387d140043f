"""The window as a clerk uses it: by keyboard alone, locked at once, disturbed by nothing."""

import asyncio
import logging

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget

from client.app.rows.session import LinePhase, LineView
from sync.domain.failures import Failure, FailureKind
from tests.helpers.gallery_cases import ACCEPTED, COMPLETE, DECIDING, RECEIVED, REGISTERED
from tests.helpers.scripted_access import PIN
from ui.loop import Later, turned
from ui.shell import names
from ui.shell.idle import IdleWatch
from ui.values import Route

pytestmark = pytest.mark.slow
KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def test_log_in_by_card_and_keyboard(at_window):
    async def scenario(hands):
        assert hands.window.door.button.reason
        hands.deck.insert("clerk")
        await hands.rest()
        assert hands.focus == "login.pin"
        await hands.type("999999")
        await hands.key(KEY.Key_Return)
        assert "2" in hands.find("login.failure").what.text()
        assert hands.window.door.pin.text() == ""

        await hands.type(PIN)
        await hands.key(KEY.Key_Return)

        assert hands.work.frame.top.person.text() == "林知夏"
        assert hands.focus == "workbench.table"

    at_window(scenario)


def test_a_pin_takes_what_keys_of_any_make_take_and_cannot_be_copied(at_window):
    async def scenario(hands):
        hands.deck.insert("clerk")
        await hands.rest()
        await hands.type("12ab34")
        pin = hands.window.door.pin
        assert pin.text() == "12ab34"
        assert pin.displayText() != "12ab34"
        pin.selectAll()
        pin.copy()
        assert QGuiApplication.clipboard().text() != "12ab34"

    at_window(scenario)


def test_a_blocked_card_is_refused_with_its_remedy(at_window):
    async def scenario(hands):
        hands.deck.insert("blocked")
        await hands.rest()
        door = hands.window.door
        assert door.headline.text() == hands.work.tongue.t("error.card.pin_blocked")
        assert door.advice.text() == hands.work.tongue.t("error.card.pin_blocked.do")
        assert not door.pin.isEnabled()

    at_window(scenario)


def test_pre_registration_by_keyboard_alone_with_chinese_from_an_input_method(at_window):
    async def scenario(hands):
        await hands.enter("reception")
        await hands.key(KEY.Key_F2)
        assert hands.focus == "prereg.id_no"
        await hands.type("11010519491231002x")
        await hands.key(KEY.Key_Return)
        assert hands.focus == "prereg.name"
        await hands.type("王芳")
        await hands.key(KEY.Key_Return)
        await hands.type("13800138000")
        await hands.key(KEY.Key_Return)
        assert hands.focus == "prereg.item"
        await hands.type("烟草")
        await hands.key(KEY.Key_Return)
        assert hands.focus == "prereg.agent_name"
        await hands.key((KEY.Key_Return, CTRL))

        assert hands.find("result.headline").text() == hands.work.tongue.t("result.preregister")
        form = next(args[1] for args in hands.desk.asked if args[0] == "form")
        assert (form.name, form.item) == ("王芳", "ycls")
        assert hands.focus == "result.next.receive"

    at_window(scenario)


def test_enter_goes_on_and_shift_enter_goes_back(at_window):
    async def scenario(hands):
        await hands.enter("reception")
        await hands.key(KEY.Key_F2, KEY.Key_Return, KEY.Key_Return)
        assert hands.focus == "prereg.phone"
        await hands.key((KEY.Key_Return, SHIFT), (KEY.Key_Return, SHIFT), (KEY.Key_Return, SHIFT))
        assert hands.focus.startswith("prereg.kind.")

    at_window(scenario)


def test_a_quick_hand_is_not_called_back_to_the_first_field(at_window):
    async def scenario(hands):
        await hands.enter("reception")
        gate = asyncio.Event()
        load = hands.desk.drafts.load

        async def slow(key):
            await gate.wait()
            return await load(key)

        hands.desk.drafts.load = slow
        QTest.keyClick(hands.window.focusWidget(), KEY.Key_F2)
        await turned(2)
        assert hands.focus == "prereg.id_no"
        QTest.keyClicks(hands.window.focusWidget(), "1101")
        QTest.keyClick(hands.window.focusWidget(), KEY.Key_Return)
        gate.set()
        await hands.rest()
        assert hands.focus == "prereg.name"
        assert hands.page.id_no.text() == "1101"

    at_window(scenario)


def test_wrong_fields_are_listed_and_the_summary_jumps(at_window):
    async def scenario(hands):
        await hands.enter("reception")
        await hands.key(KEY.Key_F2, (KEY.Key_Return, CTRL))
        page = hands.page
        assert [link.text() for link in page.summary.links][-1] == "请选择办理事项"
        assert len(page.summary.links) == 4
        assert hands.focus == "prereg.id_no"
        page.summary.links[2].click()
        await hands.rest()
        assert hands.focus == "prereg.phone"
        assert page.fields["phone"].problem == hands.work.tongue.t("prereg.phone.missing")

    at_window(scenario)


def test_esc_leaves_and_keeps_the_draft(at_window):
    async def scenario(hands):
        await hands.enter("reception")
        await hands.key(KEY.Key_F2)
        await hands.type("110105")
        await hands.key(KEY.Key_Escape)
        assert hands.work.ways.here() == Route("workbench")
        await hands.key(KEY.Key_F2)
        assert hands.page.id_no.text() == "110105"

    at_window(scenario)


def test_pulling_the_card_locks_clears_and_returns_to_the_same_field(at_window):
    async def scenario(hands):
        await hands.enter("reception")
        await hands.key(KEY.Key_F2)
        await hands.type("110105")
        hands.desk.line.show(LineView(LinePhase.OFFLINE, pending=2))

        hands.deck.pull()
        await hands.rest()

        window = hands.window
        assert window.stack.currentWidget() is window.door
        assert hands.work.ways.current is None
        shown = " ".join(label.text() for label in window.findChildren(QLabel) if label.isVisible())
        assert "110105" not in shown
        assert window.door.lock_waiting.words.text() == hands.work.tongue.t("lock.waiting", count=2)

        await hands.enter("reception")
        assert hands.work.ways.here() == Route("step", step="preregister")
        assert hands.page.id_no.text() == "110105"

    at_window(scenario)


def test_another_person_begins_at_the_workbench(at_window):
    async def scenario(hands):
        await hands.enter("reception")
        await hands.key(KEY.Key_F2)
        await hands.enter("handler")
        assert hands.work.ways.here() == Route("workbench")

    at_window(scenario)


def test_locking_by_key_keeps_the_draft_first(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.go(Route("step", DECIDING, "explain"))
        await hands.type("排队")
        await hands.key(KEY.Key_F12)
        assert hands.desk.door.session is None
        assert "排队" in hands.desk.kept[f"case/{DECIDING}/explain"]

    at_window(scenario)


def test_an_urge_is_said_and_counted_and_takes_no_keyboard(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.key(KEY.Key_F2)
        await hands.type("1101")
        hands.desk.urge(hands.desk.rows[0])
        await hands.rest()
        await hands.type("05")

        assert hands.page.id_no.text() == "110105"
        assert "00017" in hands.find("foot.words").text()
        assert hands.find("rail.messages").count == 2

    at_window(scenario)


def test_the_palette_gives_every_command_and_the_keyboard_back(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        before = hands.focus
        await hands.key((KEY.Key_K, CTRL))
        assert hands.focus == "palette.line"
        await hands.key(KEY.Key_Escape)
        assert hands.focus == before
        await hands.key((KEY.Key_K, CTRL))
        await hands.type("cb")
        await hands.key(KEY.Key_Return)
        assert hands.work.ways.here() == Route("messages")

    at_window(scenario)


def test_search_as_one_types_and_open_by_enter(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.key(KEY.Key_F3)
        assert hands.focus == "workbench.search"
        await hands.type("王芳")
        for later in hands.page.findChildren(Later):
            later.now()
        await hands.rest()
        assert hands.page.model.rowCount() == 1
        await hands.key(KEY.Key_Down, KEY.Key_Return)
        assert hands.work.ways.here().page == "case"

    at_window(scenario)


def test_what_cannot_be_done_now_is_shown_with_its_reason(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        hands.page.tab_picked.emit("all")
        await hands.rest()
        hands.page.table.choose(RECEIVED)
        await hands.rest()
        accept = hands.find("preview.act.accept")
        assert not accept.isEnabled()
        assert accept.reason
        assert not hands.find("rail.accept").isEnabled()
        assert hands.find("rail.accept").accessibleDescription() == accept.reason

        await hands.key(KEY.Key_F9)
        assert hands.work.ways.here() == Route("workbench")
        assert hands.find("foot.words").text() == accept.reason

    at_window(scenario)


def test_receive_accept_claim_handle_review_grant_seal_issue_close(at_window):
    async def scenario(hands):
        tongue = hands.work.tongue
        await hands.enter("clerk")
        await hands.go(Route("step", REGISTERED, "receive"))
        for line in hands.page.lines.values():
            line.tick.click()
        await hands.key((KEY.Key_Return, CTRL))
        assert hands.find("result.headline").text() == tongue.t("result.receive")
        hands.wait_out_a_double_press()
        await hands.key((KEY.Key_Return, CTRL))
        assert hands.page.primary.text() == tongue.t("act.accept")
        await hands.key((KEY.Key_Return, CTRL))
        assert hands.desk.world[REGISTERED].state == "accepted"

        await hands.enter("handler")
        await hands.go(Route("case", REGISTERED))
        await hands.key((KEY.Key_Return, CTRL))
        assert hands.work.ways.here().step == "handle"
        hands.find("handle.agree").click()
        await hands.key((KEY.Key_Return, CTRL))

        await hands.enter("reviewer")
        await hands.go(Route("step", REGISTERED, "review"))
        hands.find("review.agree").click()
        await hands.key((KEY.Key_Return, CTRL))

        await hands.enter("chief")
        await hands.go(Route("step", REGISTERED, "grant"))
        hands.find("decision.grant").click()
        await hands.key((KEY.Key_Return, CTRL))
        assert hands.focus == "sign.pin"
        await hands.type(PIN)
        await hands.key(KEY.Key_Return)
        assert hands.desk.world[REGISTERED].state == "granted"

        await hands.enter("clerk")
        await hands.go(Route("step", REGISTERED, "make"))
        await hands.key((KEY.Key_Return, CTRL))
        await hands.enter("chief")
        await hands.go(Route("case", REGISTERED))
        await hands.key((KEY.Key_Return, CTRL))
        await hands.type(PIN)
        await hands.key(KEY.Key_Return)
        await hands.enter("clerk")
        for step in ("issue", "sign_for"):
            await hands.go(Route("step", REGISTERED, step))
            await hands.type("11010519491231002X")
            await hands.key((KEY.Key_Return, CTRL))
        await hands.go(Route("step", REGISTERED, "close"))
        await hands.key((KEY.Key_Return, CTRL))
        assert hands.desk.world[REGISTERED].state == "closed"

    at_window(scenario)


def test_a_wrong_pin_at_the_sheet_keeps_the_sheet_and_the_keyboard(at_window):
    async def scenario(hands):
        await hands.enter("chief")
        sheet = await hands.desk.signing.prepare("grant", DECIDING, text="准予")
        hands.work.ways.sign(sheet)
        await hands.rest()
        assert hands.find("sign.shown").text() == sheet.shown
        assert not hands.find("sign.confirm").isEnabled()
        await hands.type("999999")
        await hands.key(KEY.Key_Return)

        assert hands.focus == "sign.pin"
        assert hands.page.pin.text() == ""
        assert hands.page.failure.code.text() == "card.pin_wrong"
        assert hands.desk.world[DECIDING].state == "deciding"

    at_window(scenario)


def test_a_failure_is_told_on_its_page_and_the_step_can_be_made_again(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.go(Route("step", COMPLETE, "accept"))
        hands.desk.fail = Failure("app.no_numbers", FailureKind.RETRIABLE)
        await hands.key((KEY.Key_Return, CTRL))
        assert hands.page.failure.isVisible()
        assert hands.page.failure.code.text() == "app.no_numbers"

        await hands.key((KEY.Key_Return, CTRL))
        assert hands.find("result.headline").isVisible()

    at_window(scenario)


def test_a_window_closed_in_the_middle_of_a_step_goes_without_a_word(at_window, caplog):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.go(Route("step", COMPLETE, "accept"))
        asked, never = asyncio.Event(), asyncio.Event()

        async def accept(case, compared):
            asked.set()
            await never.wait()

        hands.desk.steps.accept = accept
        QTest.keyClick(hands.window.focusWidget(), KEY.Key_Return, CTRL)
        await asked.wait()
        hands.window.close()
        await hands.work.end()

    at_window(scenario)
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


def test_a_result_follows_the_case_and_the_keyboard_stays(at_window):
    async def scenario(hands):
        await hands.enter("handler")
        await hands.go(Route("case", ACCEPTED))
        await hands.enter("clerk")
        await hands.go(Route("step", COMPLETE, "accept"))
        await hands.key((KEY.Key_Return, CTRL))
        hands.desk.step("claim", COMPLETE)
        await hands.rest()
        assert hands.find("result.next.handle").reason

    at_window(scenario)


def test_language_changes_at_once_everywhere(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.key(KEY.Key_F2)
        await hands.type("110105")
        hands.window.next_language()
        await hands.rest()
        assert hands.page.title.text() == "New case"
        assert hands.find("rail.new_case").text() == "New case"
        assert hands.page.id_no.text() == "110105"
        assert hands.desk.catalogue.language == "en"
        hands.window.next_language()
        await hands.rest()
        assert hands.page.title.text() == "新办件"

    at_window(scenario)


def test_idle_time_locks_and_a_key_puts_it_off(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        told = []
        watch = IdleWatch(hands.window.windowHandle(), 10_000_000, lambda: told.append(1))
        QTest.mouseMove(hands.window.windowHandle())
        assert watch._later.waiting
        hands.work._idle()
        await hands.rest()
        assert hands.window.door.lock_words.text() == hands.work.tongue.t("lock.idle")
        assert told == []

    at_window(scenario)


def test_named_controls_are_where_the_list_says(at_window):
    async def scenario(hands):
        def has(*wanted):
            return [name for name in wanted if not hands.window.findChildren(QWidget, name)]

        assert has(*names.DOOR) == []
        await hands.enter("clerk")
        assert has(*names.FRAME, *names.RAIL, *names.WORKBENCH) == []
        await hands.key(KEY.Key_F2)
        assert has(*names.PREREGISTER) == []
        await hands.enter("chief")
        hands.work.ways.sign(await hands.desk.signing.prepare("grant", DECIDING, text=""))
        await hands.rest()
        assert has(*names.SIGN) == []
        hands.work.ways.done("grant", hands.desk.step("grant", DECIDING))
        await hands.rest()
        assert has(*names.RESULT) == []

    at_window(scenario)


def test_a_supervisor_has_the_consoles_address_where_no_browser_appears(at_window):
    async def scenario(hands):
        await hands.enter("supervisor")

        hands.work.commands.give("console_address")
        await hands.rest()

        address = await hands.desk.door.console_address()
        assert QGuiApplication.clipboard().text() == address
        assert hands.window.tongue.t("console.copied") in hands.work.frame.foot.words.text()

    at_window(scenario)
