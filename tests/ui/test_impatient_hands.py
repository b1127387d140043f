"""A clerk's first day: double presses, Enter through everything, Esc from anywhere."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QLineEdit, QWidget

from installer.demo.played import PAGE
from sync.domain.failures import Failure
from tests.helpers.gallery_cases import ACCEPTED, RECEIVED, REGISTERED
from ui.loop import Later
from ui.values import WORKBENCH, Route
from ui.views.file_dialog import FileChooser
from ui.widgets.layout import Scroll, column

pytestmark = pytest.mark.slow
KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


async def searched(hands, text):
    await hands.type(text)
    for later in hands.page.findChildren(Later):
        later.now()
    await hands.rest()


@pytest.fixture
def slow_double_press():
    """A double press lasts a minute: however slow the machine, the second half comes within it."""
    before = QApplication.doubleClickInterval()
    QApplication.setDoubleClickInterval(60_000)
    yield
    QApplication.setDoubleClickInterval(before)


@pytest.mark.usefixtures("slow_double_press")
def test_the_second_half_of_a_double_press_stays_at_the_result(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.go(Route("step", REGISTERED, "receive"))
        for line in hands.page.lines.values():
            line.tick.click()
        await hands.key((KEY.Key_Return, CTRL))
        await hands.key((KEY.Key_Return, CTRL), KEY.Key_Return)
        assert hands.find("result.headline").isVisible()
        hands.wait_out_a_double_press()
        await hands.key(KEY.Key_Return)
        assert hands.work.ways.here().step == "accept"

    at_window(scenario)


def test_enter_walks_past_leave_and_attach_to_the_primary_act(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.go(Route("step", REGISTERED, "receive"))
        lines = list(hands.page.lines.values())
        for line in lines:
            assert line.tick.hasFocus()
            await hands.key(KEY.Key_Return)
        assert hands.page.primary.hasFocus()
        await hands.key((KEY.Key_Return, Qt.KeyboardModifier.ShiftModifier))
        assert lines[-1].tick.hasFocus()

    at_window(scenario)


def test_a_key_asks_for_the_files_of_the_line_and_the_keyboard_stays(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.go(Route("step", REGISTERED, "receive"))
        line = list(hands.page.lines.values())[1]
        line.tick.setFocus()
        asked = []
        hands.page.files.connect(lambda code, paths: asked.append((code, paths)))
        await hands.key((KEY.Key_O, CTRL))
        dialog = hands.page.findChild(QFileDialog)
        assert dialog.labelText(QFileDialog.DialogLabel.LookIn) == "查找范围"
        dialog.filesSelected.emit([str(PAGE)])
        dialog.close()
        await hands.rest()
        assert asked == [(line.material.code, [PAGE])]
        assert FileChooser.folder == str(PAGE.parent)
        assert hands.window.focusWidget() is line.tick

    at_window(scenario)


def test_a_number_may_be_typed_in_groups(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.key(KEY.Key_F2)
        await hands.type(" 110105 1949 1231 002x ")
        await hands.key(KEY.Key_Return)
        assert hands.page.form_now().id_no == " 110105 1949 1231 002x "
        assert hands.page.fields["id_no"].problem == ""

    at_window(scenario)


def test_what_is_wrong_is_selected_and_typed_over(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.key(KEY.Key_F2)
        await hands.type("123")
        await hands.key((KEY.Key_Return, CTRL))
        await hands.type("4")
        assert hands.page.id_no.text() == "4"

    at_window(scenario)


def test_the_frame_takes_enter_and_leaves_esc_and_ctrl_enter_to_the_page(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        hands.find("rail.messages").setFocus()
        await hands.key(KEY.Key_Return)
        assert hands.work.ways.here() == Route("messages")
        hands.find("rail.lock").setFocus()
        await hands.key(KEY.Key_Escape)
        assert hands.work.ways.here() == WORKBENCH
        await hands.key(KEY.Key_F2)
        hands.find("rail.lock").setFocus()
        await hands.key((KEY.Key_Return, CTRL))
        assert hands.page.fields["id_no"].problem

    at_window(scenario)


def test_search_keeps_the_keyboard_from_any_page(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.go(Route("case", RECEIVED))
        await hands.key(KEY.Key_F3)
        assert hands.focus == "workbench.search"

    at_window(scenario)


def test_a_search_looks_through_all_cases_and_comes_back(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.key(KEY.Key_F3)
        await searched(hands, "周敏")
        assert hands.page.model.rowCount() == 1
        assert hands.page.tabs.current() == "all"
        hands.find("workbench.tab.soon").click()
        await hands.rest()
        assert hands.page.tabs.current() == "soon"
        hands.page.search.setFocus()
        await hands.key(KEY.Key_Escape)
        for later in hands.page.findChildren(Later):
            later.now()
        await hands.rest()
        assert hands.page.tabs.current() == "soon"

    at_window(scenario)


def test_ctrl_enter_makes_the_step_that_the_preview_offers(at_window):
    async def scenario(hands):
        await hands.enter("handler")
        hands.page.table.setFocus()
        assert hands.page.preview.acts.primary() == "handle"
        await hands.key((KEY.Key_Return, CTRL))
        assert hands.work.ways.here().step == "handle"

    at_window(scenario)


def test_what_was_told_of_a_step_goes_with_the_next(at_window):
    async def scenario(hands):
        await hands.enter("handler")
        await hands.go(Route("case", ACCEPTED))
        await hands.key((KEY.Key_Return, CTRL))
        told = hands.find("foot.words").text()
        assert told == hands.work.tongue.t("told.claim")
        hands.find("handle.agree").click()
        await hands.key((KEY.Key_Return, CTRL))
        assert hands.find("foot.words").text() != told

    at_window(scenario)


def test_a_key_of_the_rail_closes_the_palette(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.key((KEY.Key_K, CTRL), KEY.Key_F1)
        assert not hands.work.commands.palette.isVisible()
        assert hands.work.ways.here().page == "help"

    at_window(scenario)


def test_the_map_of_the_keys_leads_back_to_the_page_it_was_opened_on(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        page = Route("step", RECEIVED, "accept")
        await hands.go(page)
        await hands.key(KEY.Key_F1)
        assert hands.work.ways.here().page == "help"
        await hands.key(KEY.Key_Escape)
        assert hands.work.ways.here() == page

    at_window(scenario)


def test_no_switch_lies_under_a_stray_key_at_the_door(at_window):
    async def scenario(hands):
        assert hands.window.focusWidget() is hands.window.door
        await hands.key(KEY.Key_Space, KEY.Key_Return)
        assert hands.work.tongue.language == "zh_CN"
        await hands.enter("clerk")
        hands.deck.pull()
        await hands.rest()
        await hands.key(KEY.Key_Space, KEY.Key_Return)
        assert hands.work.tongue.language == "zh_CN"
        assert hands.window.door.hasFocus()

    at_window(scenario)


def test_a_wrong_pin_stays_told_when_the_card_tells_its_tries(at_window):
    async def scenario(hands):
        hands.deck.insert("clerk")
        await hands.rest()
        await hands.type("000000")
        await hands.key(KEY.Key_Return)
        door = hands.window.door
        assert door.failure.code.text() == "card.pin_wrong"
        card = hands.desk.door.card
        hands.work.door.card_changed(replace(card, tries_left=2))
        await hands.type("12")
        hands.work.door.card_changed(replace(card, tries_left=2))
        assert door.failure.isVisible()
        assert door.pin.text() == "12"
        hands.deck.pull()
        await hands.rest()
        assert not door.failure.isVisible()
        assert door.pin.text() == ""

    at_window(scenario)


def test_what_has_the_keyboard_is_on_the_screen(qtbot):
    inside = QWidget()
    box = column(inside)
    lines = [QLineEdit() for _ in range(40)]
    for line in lines:
        box.addWidget(QLabel("x"))
        box.addWidget(line)
    area = Scroll(inside)
    area.resize(300, 200)
    qtbot.addWidget(area)
    area.show()
    area.activateWindow()
    qtbot.waitUntil(area.isActiveWindow, timeout=60_000)
    lines[0].setFocus()
    lines[-1].setFocus()
    for later in area.findChildren(Later):
        later.now()
    assert not lines[-1].visibleRegion().isEmpty()
    QTest.keyClick(lines[-1], KEY.Key_Home)
    assert area.verticalScrollBar().value() > 0


def test_the_door_is_never_squeezed(at_window):
    async def scenario(hands):
        hands.window.resize(1024, 640)
        await hands.enter("clerk")
        hands.deck.pull()
        hands.deck.insert("clerk")
        await hands.rest()
        door = hands.window.door
        for part in (door.lock_words, door.headline, door.advice, door.pin, door.button):
            assert part.height() >= part.minimumSizeHint().height()
        assert not door.pin.visibleRegion().isEmpty()

    at_window(scenario, text_size="largest")


def press(hands, *keys):
    """Press keys one upon the other, with no turn of the loop between them."""
    for key in keys:
        QTest.keyClick(hands.window.focusWidget() or hands.window, key)


def test_a_key_right_after_choosing_means_the_case_that_was_chosen(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        table = hands.page.table
        first = table.current_key()
        press(hands, KEY.Key_Down, KEY.Key_F11)
        await hands.rest()
        assert hands.work.commands.steps.isVisible()
        chosen = table.current_key()
        assert chosen != first
        assert hands.work.ways.detail().row.number == chosen

    at_window(scenario)


def test_a_key_right_after_opening_a_case_waits_until_it_is_read(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        press(hands, KEY.Key_Return, KEY.Key_F11)
        await hands.rest()
        assert hands.page.objectName() == "case"
        assert hands.work.commands.steps.isVisible()

    at_window(scenario)


def test_a_case_that_cannot_be_read_is_none_to_act_on(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        real = hands.desk.cases.open

        async def refuse(_number):
            raise Failure("app.no_such_case", case="x")

        hands.desk.cases.open = refuse
        press(hands, KEY.Key_Down, KEY.Key_F11)
        await hands.rest()
        assert not hands.work.commands.steps.isVisible()
        assert hands.work.ways.detail() is None
        hands.desk.cases.open = real
        press(hands, KEY.Key_Up, KEY.Key_F11)
        await hands.rest()
        assert hands.work.commands.steps.isVisible()

    at_window(scenario)


def test_a_key_is_dropped_where_the_clerk_has_gone_on(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        press(hands, KEY.Key_Down, KEY.Key_F11, KEY.Key_F1)
        await hands.rest()
        assert hands.page.objectName() == "help"
        assert not hands.work.commands.steps.isVisible()

    at_window(scenario)
