"""What stays where it is while news comes in: the keyboard, and what somebody looks at."""

from client.app.rows.messages import ExceptionRow, MessageRow
from client.app.rows.words import Words
from tests.helpers.scripted_cases import NOW
from tests.helpers.scripted_letters import OWED
from ui.views.notices import ExceptionsPage, MessagesPage

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
