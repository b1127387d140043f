"""What a clerk reads in passing is whole and says which thing it is."""

from dataclasses import replace

import pytest
from PySide6.QtGui import QFontMetrics

from client.app.cases.lights_view import short_words
from sync.domain.case import State
from ui import theme

COLUMNS = {"light": 0, "state": 4}


@pytest.mark.parametrize("changed", [False, True], ids=["begun", "changed"])
@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_limit_and_the_state_are_read_whole_on_a_small_screen(at_window, language, changed):
    """At 1280×720 no word of these two is cut, whatever the state and however late the case."""

    async def scenario(hands):
        hands.window.resize(1280, 720)
        await hands.enter("clerk")
        if changed:
            hands.window.next_language()
            await hands.rest()
        page, table = hands.page, hands.page.table
        first = page.model.row_at(0)
        late = short_words("light.over", {"days": 88, "hours": 0, "minutes": 0})
        states = [state.value for state in State]
        rows = [
            replace(first, state=state, pending=True, light=replace(first.light, remaining=late))
            for state in states
        ]
        page.model.set_rows(rows)
        cut = {
            table.shortened(page.model.index(place, column))
            for place in range(len(rows))
            for column in COLUMNS.values()
        }
        assert cut == {""}

    begun = {"zh_CN": "en", "en": "zh_CN"}[language] if changed else language
    at_window(scenario, language=begun)


def test_quotes_are_as_wide_as_the_language_has_them(at_window):
    """Our font is Chinese: a quote takes a whole ideograph there, and half a letter in English."""

    async def scenario(hands):
        await hands.enter("clerk")
        wide = theme.tokens().px("type-body")

        def widths():
            shown = QFontMetrics(hands.find("workbench").font())
            measured = theme.tokens().metrics()
            return {each.horizontalAdvance(mark) for each in (shown, measured) for mark in "“”‘’"}

        assert widths() == {wide}
        hands.window.next_language()
        await hands.rest()
        assert max(widths()) < wide / 1.8
        hands.window.next_text_size()
        hands.window.next_language()
        await hands.rest()
        assert widths() == {theme.tokens().px("type-body")}

    at_window(scenario)
