"""What stays where it is while news comes in: the keyboard, and what somebody looks at."""

from dataclasses import replace

from PySide6.QtGui import QInputMethodEvent, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from client.app.rows.messages import ExceptionRow, MessageRow
from client.app.rows.words import Words
from tests.helpers.gallery_cases import MAKING
from tests.helpers.scripted_cases import NOW
from tests.helpers.scripted_desk import ScriptedDesk
from tests.helpers.scripted_letters import OWED
from tests.helpers.scripted_world import first_cases
from ui import theme
from ui.values import DeckFace
from ui.views.case_page import CasePage
from ui.views.deck import DeckDock
from ui.views.filings import FilingsPage
from ui.views.notices import ExceptionsPage, MessagesPage
from ui.widgets.layout import Face
from ui.widgets.picker import Option, OptionList
from ui.widgets.text import Text

CODE = "handle.not_holder"


def message(event):
    return MessageRow(
        event, f"case-{event}", "urge", "red", NOW, None, Words("urge.text"), read=False,
        ways=("case",),
    )  # fmt: skip


def refused(event):
    return ExceptionRow(event, f"case-{event}", "handle", NOW, CODE, None, Words("act.again"))


def at(page, name):
    """Show a page with the keyboard on one of its acts."""
    page.show()
    page.activateWindow()
    held = page.findChild(object, name)
    held.setFocus()
    assert page.focusWidget() is held


def test_a_newer_message_does_not_take_the_keyboard_from_the_one_being_read(tongue, qtbot):
    page = MessagesPage(tongue)
    qtbot.addWidget(page)
    page.show_messages((message("one"), message("two")))
    at(page, "messages.read.1")
    read = []
    page.read.connect(read.append)

    page.show_messages((message("newer"), message("one"), message("two")))
    page.focusWidget().click()

    assert read == ["one"]


def test_a_refused_step_before_it_goes_and_the_keyboard_stays_on_its_own(tongue, qtbot):
    page = ExceptionsPage(tongue)
    qtbot.addWidget(page)
    page.show_exceptions((refused("one"), refused("two")))
    at(page, "exceptions.dismiss.2")
    dealt = []
    page.dismissed.connect(dealt.append)

    page.show_exceptions((refused("two"),))
    page.focusWidget().click()

    assert dealt == ["two"]


def test_the_keyboard_goes_to_the_first_act_where_its_message_has_gone(tongue, qtbot):
    page = ExceptionsPage(tongue)
    qtbot.addWidget(page)
    page.show_exceptions((refused("one"), refused("two")))
    at(page, "exceptions.dismiss.1")

    page.show_exceptions((refused("two"),))

    assert page.focusWidget().objectName() == "exceptions.case.1"


def test_news_leave_whoever_writes_an_answer_to_a_letter_where_he_is(tongue, qtbot):
    page = MessagesPage(tongue)
    qtbot.addWidget(page)
    page.show_letters((OWED,), {})
    page.show_messages((message("one"),))
    at(page, "letters.text.1")

    page.show_messages((message("newer"), message("one")))

    assert page.focusWidget().objectName() == "letters.text.1"


def with_papers():
    return next(case for case in first_cases() if case.number == MAKING).detail(None)


def test_news_of_a_case_leave_the_keyboard_on_the_paper_and_what_was_done_said(tongue, qtbot):
    page = CasePage(tongue)
    qtbot.addWidget(page)
    detail = with_papers()
    page.show_case(detail)
    page.choose_tab("papers")
    at(page, "case.paper.1")

    page.show_case(replace(detail, project="另一个项目"))
    assert page.focusWidget().objectName() == "case.paper.1"

    page.choose_tab("materials")
    page.show_packed("材料.zip", 3)
    page.show_case(detail)
    assert "材料.zip" in " ".join(label.text() for label in page.findChildren(Text))


def test_a_page_of_a_filing_stays_open_while_the_list_is_read_again(tongue, qtbot):
    page = FilingsPage(tongue)
    qtbot.addWidget(page)
    row, other = ScriptedDesk().filings.rows
    page.show_filing(row)
    page.show_page("1/1 申请书.pdf", (60, 84, bytes(60 * 84 * 3)))

    page.show_filing(replace(row))
    assert not page.page.isHidden()
    page.show_filing(other)
    assert page.page.isHidden()


def test_lists_and_the_deck_measure_again_in_letters_of_another_size(application, tongue, qtbot):
    shown = OptionList()
    qtbot.addWidget(shown)
    shown.show_options([Option(str(place), "事项") for place in range(3)])
    deck = DeckDock(tongue)
    qtbot.addWidget(deck)
    deck.resize(1200, 40)
    deck.show()
    cards = [
        DeckFace(f"c{n}", "欧阳阿依古丽", "window_clerk", inserted=n == 1, number=n)
        for n in range(1, 6)
    ]
    deck.show_cards(tuple(cards))
    before = sum(not tile.isHidden() for tile in deck.buttons.values())

    theme.apply(application, "light", "largest")

    assert shown.height() >= 3 * shown.sizeHintForRow(0)
    assert sum(not tile.isHidden() for tile in deck.buttons.values()) < before


def test_letters_that_come_and_go_take_nothing_from_whoever_writes_to_another(tongue, qtbot):
    page = MessagesPage(tongue)
    qtbot.addWidget(page)
    first = replace(OWED, number="L-1")
    page.show_letters((OWED,), {OWED.number: "您的来信收到了"})
    at(page, "letters.text.1")
    field = page.focusWidget()
    QTest.keyClicks(field, "abc")
    field.moveCursor(QTextCursor.MoveOperation.Start)
    typing = QInputMethodEvent("ni hao", [])
    QApplication.sendEvent(field, typing)

    page.show_letters((first, replace(OWED, late=True)), {first.number: "", OWED.number: "旧的"})
    tongue.set_language("en")

    assert page.focusWidget() is field
    assert field.objectName() == "letters.text.2"
    assert field.text() == "abc您的来信收到了"
    assert field.textCursor().position() == 0
    assert field.textCursor().block().layout().preeditAreaText() == "ni hao"
    assert field.document().isUndoAvailable()
    assert "overdue" in page.findChild(Text, "letters.term.2").text()

    page.show_letters((replace(OWED, late=True),), {})
    assert page.focusWidget() is field
    assert field.objectName() == "letters.text.1"


def test_who_answered_a_letter_goes_on_with_the_next(tongue, qtbot):
    page = MessagesPage(tongue)
    qtbot.addWidget(page)
    two, three = replace(OWED, number="L-2"), replace(OWED, number="L-3")
    page.show_letters((OWED, two, three), {three.number: "谢谢"})
    at(page, "letters.text.2")

    page.show_letters((OWED, three), {})

    assert page.focusWidget().text() == "谢谢"
    page.show_letters((three, OWED), {})
    assert page.focusWidget().objectName() == "letters.text.1"
    assert [page.letters.layout().indexOf(each) for each in page.letters.findChildren(Face)] == [
        1,
        0,
    ]
    page.show_letters((OWED,), {})
    assert page.focusWidget().objectName() == "letters.text.1"
    page.show_letters((), {})
    assert not page.letters.shown
