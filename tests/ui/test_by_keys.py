"""What a clerk without a mouse needs: he sees where he is, and loses nothing by a key."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from client.app.rows.cases import StepOption
from tests.helpers.gallery_cases import DECIDING, REGISTERED
from ui.models.rows import Column, RowModel
from ui.values import DecisionForm, Route
from ui.views.pane_list import PaneList
from ui.widgets.layout import Scroll
from ui.widgets.picker import Picker
from ui.widgets.ring import FocusRing
from ui.widgets.table import RowTable
from ui.widgets.text import Text

CTRL_ENTER = (Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
BY_KEY, BY_MOUSE = Qt.FocusReason.TabFocusReason, Qt.FocusReason.MouseFocusReason


def ringed(part):
    ring = part.findChild(FocusRing)
    return ring is not None and ring.isVisible() and ring.size() == part.size()


def test_what_scrolls_shows_that_the_keyboard_is_there(qtbot):
    pane = Scroll(Text("body", "words"))
    pane.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    chosen = PaneList(tall=True)
    empty = RowTable(RowModel((Column("a", 100),), lambda row: row, str))
    whole = QWidget()
    qtbot.addWidget(whole)
    box = QVBoxLayout(whole)
    for part in (pane, chosen, empty):
        box.addWidget(part)
    with qtbot.waitActive(whole):
        whole.show()
        whole.activateWindow()
    for part in (pane, chosen, empty):
        part.clearFocus()
        part.setFocus(BY_KEY)
        assert ringed(part)
        whole.resize(whole.width() + 50, whole.height())
        assert ringed(part)
        part.clearFocus()
        assert not ringed(part)
        part.setFocus(BY_MOUSE)
        assert not ringed(part)


def test_esc_closes_the_answers_before_it_leaves_the_page(at_window):
    async def scenario(hands):
        await hands.enter("reception")
        await hands.key(Qt.Key.Key_F2)
        picker = hands.page.findChild(Picker)
        picker.setFocus()
        await hands.type("y")
        assert picker.list.isVisible()
        await hands.key(Qt.Key.Key_Escape)
        assert not picker.list.isVisible()
        assert hands.page.objectName() == "prereg"
        await hands.key(Qt.Key.Key_Escape)
        assert hands.page.objectName() == "workbench"

    at_window(scenario)


def test_pages_under_a_material_without_its_tick_are_not_left_behind(at_window, tmp_path):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.go(Route("step", REGISTERED, "receive"))
        scan = tmp_path / "1.jpg"
        scan.write_bytes(b"picture")
        hands.page.files.emit("m1", [scan])
        await hands.rest()
        line = hands.page.lines["m1"]
        assert line.tick.isChecked()
        line.tick.setFocus()
        await hands.key(Qt.Key.Key_Space, CTRL_ENTER)
        assert hands.page.name == "receive"
        assert line.material.name in hands.page.fields["materials"].problem
        await hands.key(Qt.Key.Key_Space, CTRL_ENTER)
        assert hands.page.objectName() == "result"

    at_window(scenario)


def test_a_window_too_large_for_the_screen_fills_it(at_window):
    async def scenario(hands):
        room = hands.window.screen().availableSize()
        assert room.width() < hands.window.width()  # Qt's offscreen screen is small
        hands.window.fit_screen()
        await hands.rest()
        assert hands.window.isMaximized()

    at_window(scenario)


def test_an_empty_table_says_what_puts_something_there(at_window):
    async def scenario(hands):
        await hands.enter("reception")
        await hands.go(Route("queue"))
        table = hands.find("queue.table")
        table.setFocus(BY_KEY)
        hands.page.model.set_rows([])
        said = table.accessibleDescription()
        assert "Ctrl+Shift+D" in said
        drawn = table.viewport().grab().toImage()
        table.teach("")
        assert table.viewport().grab().toImage() != drawn
        assert ringed(table)

    at_window(scenario)


def test_the_keyboard_comes_to_a_choice_that_can_be_made(at_window):
    async def scenario(hands):
        await hands.enter("chief")
        await hands.go(Route("step", DECIDING, "grant"))
        hands.page.show_form(DecisionForm())
        hands.page.show_choices((StepOption("decide_at_once", primary=True),))
        hands.page.focus_first()
        assert hands.focus == "decision.decide_at_once"
        await hands.key(CTRL_ENTER)
        assert hands.page.fields["kind"].problem
        assert hands.focus == "decision.decide_at_once"
        await hands.key(Qt.Key.Key_1)  # the first that is shown, not a hidden one
        assert hands.page.form_now().kind == "decide_at_once"

    at_window(scenario)
