"""What a clerk reads in passing is whole and says which thing it is."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication

from client.app.cases.lights_view import short_words
from client.app.forms.every import FORMS
from client.app.forms.table import Choice
from client.app.rows.cases import PaperRow, StepOption
from client.app.rows.steps import StepDone
from client.app.rows.words import Words
from client.app.steps.form_steps import FormOffer, label_of
from sync.domain.case import State
from sync.engine.ports import ChangeSet
from sync.texts import texts
from tests.helpers.gallery_cases import COMPLETE, DECIDING, GRANTED, MAKING
from tests.helpers.scripted_cases import NOW
from tests.helpers.scripted_desk import ScriptedDesk
from tests.helpers.scripted_papers import scan
from ui import theme
from ui.values import Route
from ui.views.form_page import FormPage
from ui.views.paper_pane import PaperPane
from ui.views.result import ResultPage
from ui.widgets.buttons import ActButton

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


def test_what_can_be_done_comes_before_what_cannot(tongue, qtbot):
    """A cashier who made the fee notice takes the money next; what others do stands below."""
    desk = ScriptedDesk()
    case = desk.world[GRANTED].detail(None)
    barred = Words("violation.no_authority.by", {"who": "首席代表"})
    options = (StepOption("grant", True, barred), StepOption("pay", False, None))
    page = ResultPage(tongue)
    qtbot.addWidget(page)
    page.show()
    page.show_result("charge", StepDone(GRANTED, "e1", ChangeSet()), replace(case, options=options))
    QApplication.processEvents()
    page.focus_first()
    pay = page.findChild(ActButton, "result.next.pay")
    assert page.focusWidget() is pay
    assert (pay.kind, pay.isEnabled()) == ("primary", True)
    pressed = []
    page.step.connect(pressed.append)
    page.walk.primary.emit()
    assert pressed == ["pay"]
    assert pay.y() < page.findChild(ActButton, "result.next.grant").y()


def test_a_paper_s_title_is_whole_beside_its_acts_or_above_them(tongue, qtbot):
    pane = PaperPane(tongue, "result")
    qtbot.addWidget(pane)
    pane.show()
    paper = PaperRow("correction", "20261013-339901-00001-0-B3", "ab", NOW)
    pane.show_papers((paper,))
    pane.show_paper(paper, scan("ab", 200))
    pane.offer_signing(frozenset({"correction"}))
    needed = theme.tokens().metrics().horizontalAdvance(pane.title.text())
    for width in (900, 620, 560):
        pane.resize(width, 500)
        QApplication.processEvents()
        assert pane.title.width() >= needed, width


def test_a_list_of_nothing_is_not_asked(tongue, qtbot):
    """A helper's own part has one question to answer: which one is not asked of him."""
    page = FormPage(tongue, "give_opinion")
    qtbot.addWidget(page)
    page.show()
    page.show_offer(FormOffer({"asked": ()}, {}, by_card=False))
    assert page.fields["asked"].isHidden()
    page.show_offer(FormOffer({"asked": (Choice("e1", "设置位置意见"),)}, {}, by_card=False))
    assert not page.fields["asked"].isHidden()
    assert not page.fields["opinion"].isHidden()


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_paying_asks_how_it_is_paid_not_how_it_is_served(language):
    words = texts(language)
    label = words.t(label_of(FORMS["pay"], "manner", words.has))
    assert label == words.t("form.pay.manner") != words.t("form.field.manner")


@pytest.mark.parametrize("size", theme.TEXT_SIZES)
@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_names_keep_their_room_before_what_may_be_left_out(at_window, language, size):
    """On 1366 pixels seven or eight characters of a name and of an item are read at every size."""

    async def scenario(hands):
        await hands.enter("clerk")
        table = hands.page.table
        first = hands.page.model.row_at(0)
        name = "云" * (7 if size == "largest" else 8)
        hands.page.model.set_rows([replace(first, applicant=name, item=name)])
        index = hands.page.model.index
        assert {table.shortened(index(0, column)) for column in (2, 3)} == {""}
        whole = sum(table.columnWidth(n) for n in range(7) if not table.isColumnHidden(n))
        assert whole <= table.viewport().width()

    at_window(scenario, language=language, text_size=size)
