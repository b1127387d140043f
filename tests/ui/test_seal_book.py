"""The register of seals and the day's close, by keyboard: what does not agree is said exactly."""

import pytest
from PySide6.QtCore import Qt

from ui.widgets.text import Text

pytestmark = pytest.mark.slow
KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


def words_on(page):
    return " ".join(label.text() for label in page.findChildren(Text) if label.isVisible())


def test_the_day_is_closed_by_typing_two_numbers(at_window):
    async def scenario(hands):
        await hands.enter("chief")
        await hands.key((KEY.Key_6, CTRL))
        assert hands.focus == "seal_book.received"
        await hands.type("5")
        await hands.key(KEY.Key_Return)
        assert hands.focus == "seal_book.left"
        await hands.type("18")
        await hands.key((KEY.Key_Return, CTRL))
        assert hands.desk.seal_book.closed == [(5, 18)]
        said = words_on(hands.page)
        assert "应剩 19 张，实有 18 张" in said
        assert "339901-2026-000006-6" in said
        assert "seal_close" not in hands.desk.kept

    at_window(scenario)


@pytest.mark.parametrize("typed", ["", "-1", "12a", "1.5", "9999999"])
def test_what_is_no_number_is_said_at_its_field_and_nothing_is_closed(at_window, typed):
    async def scenario(hands):
        await hands.enter("chief")
        await hands.key((KEY.Key_6, CTRL), KEY.Key_Return)
        await hands.type(typed)
        await hands.key((KEY.Key_Return, CTRL))
        assert hands.desk.seal_book.closed == []
        assert hands.page.fields["left"].problem

    at_window(scenario)


def test_what_was_counted_is_kept_over_leaving_the_page(at_window):
    async def scenario(hands):
        await hands.enter("chief")
        await hands.key((KEY.Key_6, CTRL))
        await hands.type("7")
        await hands.key(KEY.Key_Escape, (KEY.Key_6, CTRL))
        assert hands.find("seal_book.received").text() == "7"

    at_window(scenario)


def test_a_use_leads_to_its_case(at_window):
    async def scenario(hands):
        await hands.enter("chief")
        await hands.key((KEY.Key_6, CTRL))
        asked = []
        hands.page.case_wanted.connect(asked.append)
        hands.page.table.opened.emit(hands.page.table.current_key())
        assert asked == [hands.desk.seal_book.uses[0].case]
        await hands.rest()

    at_window(scenario)
