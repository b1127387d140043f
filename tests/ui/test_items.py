"""The catalogue by keyboard alone: found, read, handed out, and a case begun from it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrintDialog

from ui.values import Route

pytestmark = pytest.mark.slow
KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


def test_an_item_is_found_and_a_case_begun_with_one_key(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.key(KEY.Key_F4)
        assert hands.focus == "items.search"
        await hands.type("食品")
        assert hands.page.guide.guide.detail.row.code == "spjy"
        await hands.key((KEY.Key_Return, CTRL))
        assert hands.page.objectName() == "prereg"
        assert hands.page.form_now().item == "spjy"
        await hands.key(KEY.Key_Escape)

    at_window(scenario)


def test_arrows_move_in_the_list_while_the_search_keeps_the_keyboard(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.key(KEY.Key_F4, KEY.Key_Down, KEY.Key_Down)
        assert hands.focus == "items.search"
        assert hands.page.guide.guide.detail.row.code == "gths"
        before = hands.page.scroller.verticalScrollBar().value()
        await hands.key(KEY.Key_PageDown)
        assert hands.page.scroller.verticalScrollBar().value() > before
        hands.find("items.departments").setFocus()
        await hands.key(KEY.Key_Down)
        assert hands.page.items.options.rowCount() == 1

    at_window(scenario)


def test_the_sheet_opens_by_its_key_and_goes_to_the_printer_whole(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.key(KEY.Key_F4, (KEY.Key_P, CTRL))
        assert hands.page.objectName() == "handout"
        assert hands.desk.handouts.asked == [("notification", "ycls", "zh_CN")]
        hands.find("handout.language.en").click()
        await hands.rest()
        assert hands.desk.handouts.asked[-1][2] == "en"
        hands.window.next_language()  # with which Qt drops the shortcuts of buttons
        await hands.rest()
        await hands.key((KEY.Key_P, CTRL))
        (dialog,) = hands.window.findChildren(QPrintDialog)
        dialog.reject()
        await hands.key(KEY.Key_Escape)
        assert hands.page.objectName() == "items"

    at_window(scenario)


def test_an_item_without_a_form_says_so_on_the_button(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.go(Route("items", item="hwgg"))
        assert hands.find("items.blank_form").reason == hands.work.tongue.t("error.app.no_form")
        assert not hands.find("items.notification").reason

    at_window(scenario)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_chart_is_painted_with_its_ways_out_in_both_modes(at_window, mode):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.go(Route("items", item="spjy"))
        chart = hands.page.guide.chart
        titles = [station.title for station in chart.stations]
        assert titles[0] == hands.work.tongue.t("chart.apply")
        assert [station.shape for station in chart.stations if station.shape != "step"] == [
            "end", "pause", "end",
        ]  # fmt: skip
        spoken = chart.accessibleName()
        assert all(title in spoken for title in titles)
        assert hands.work.tongue.t("step.deny") in spoken
        image = chart.grab().toImage()
        hues = {image.pixelColor(x, y).name() for x in range(0, 300, 3) for y in range(0, 400, 3)}
        assert len(hues) > 3

    at_window(scenario, mode=mode)


def test_the_language_changes_what_is_read(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.go(Route("items", item="spjy"))
        hands.window.next_language()
        await hands.rest()
        assert hands.page.guide.chart.stations[0].title == "Application"

    at_window(scenario)
