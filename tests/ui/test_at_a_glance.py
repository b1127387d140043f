"""What a clerk reads in passing is whole and says which thing it is."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics

from client.app.cases.lights_view import short_words
from sync.domain.case import State
from tests.helpers.gallery_cases import COMPLETE, DECIDING, MAKING
from ui import theme
from ui.values import Route

KEY = Qt.Key

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


def test_after_a_decision_enter_goes_to_the_next_case_that_waits(at_window):
    """A chief representative meets no visitor: what waits for her comes next, not a new case."""

    async def scenario(hands):
        await hands.enter("chief")
        await hands.go(Route("step", DECIDING, "grant"))
        hands.work.ways.done("grant", hands.desk.step("grant", DECIDING))
        await hands.rest()
        hands.wait_out_a_double_press()
        assert hands.focus == "result.waiting"
        await hands.key(KEY.Key_Return)
        there = hands.work.ways.here()
        assert (there.page, there.case) == ("case", MAKING)

    at_window(scenario)


def test_after_a_registration_enter_begins_the_next_visitors(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        hands.work.ways.done("accept", hands.desk.step("accept", COMPLETE))
        await hands.rest()
        hands.wait_out_a_double_press()
        assert hands.find("result.waiting").isEnabled()  # offered, but a visitor stands here
        assert hands.focus == "result.again"
        await hands.key(KEY.Key_Return)
        assert hands.work.ways.here().step == "preregister"

    at_window(scenario)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_a_row_found_by_another_number_says_by_which(at_window, language):
    async def scenario(hands):
        await hands.enter("clerk")
        model, t = hands.page.model, hands.window.tongue.t
        first = model.row_at(0)
        kinds = ("phone", "id_no", "agent_phone", "agent_id_no")
        model.set_rows([first, *(replace(first, found=kind) for kind in kinds)])
        shown = [model.cells_at(place) for place in range(5)]
        assert shown[0].texts[2] == first.applicant
        for cells, kind in zip(shown[1:], kinds, strict=True):
            assert cells.texts[2] == t(f"found.{kind}", applicant=first.applicant)
            assert cells.texts[2] in cells.spoken

    at_window(scenario, language=language)
