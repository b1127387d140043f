"""F1 opens the handbook where it speaks of the page that one is on."""

import pytest
from PySide6.QtCore import Qt

from tests.helpers.gallery_cases import RECEIVED
from ui.handbook import chapter
from ui.values import Route

F1, ESC = Qt.Key.Key_F1, Qt.Key.Key_Escape


@pytest.mark.parametrize(
    ("route", "code"),
    [
        (Route("queue"), "queue"),
        (Route("filings"), "filings"),
        (Route("step", RECEIVED, "notify_correction"), "correct"),
        (Route("workbench"), "workbench"),
    ],
)
def test_f1_speaks_of_the_page_and_esc_leads_back(at_window, route, code):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.go(route)
        before = hands.page.objectName()
        await hands.key(F1)
        assert hands.page.objectName() == "help"
        shown = chapter("zh_CN", code)
        assert hands.page.chapter.title.text() == shown.title
        assert hands.page.contents.code() == code
        await hands.key(F1)
        assert hands.page.objectName() == "help"
        await hands.key(ESC)
        assert hands.page.objectName() == before

    at_window(scenario)


def test_who_looked_something_up_goes_on_where_he_was(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        for route, part in (
            (Route("step", step="preregister"), "prereg.phone"),
            (Route("case", RECEIVED), "case.act.notify_correction"),
            (Route("messages"), "messages.explain.1"),
        ):
            await hands.go(route)
            hands.find(part).setFocus()
            await hands.key(F1)
            await hands.key(ESC)
            assert hands.focus == part

    at_window(scenario)


def test_the_whole_handbook_can_be_read_in_both_languages(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.key(F1)
        page = hands.page
        place = page.contents.findData("money")
        page.contents.setCurrentIndex(place)
        page.contents.activated.emit(place)
        assert page.chapter.title.text() == chapter("zh_CN", "money").title
        hands.window.next_language()
        await hands.rest()
        assert page.chapter.title.text() == chapter("en", "money").title
        assert page.contents.code() == "money"

    at_window(scenario)
