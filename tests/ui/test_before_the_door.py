"""Nobody is in yet: help, the check-up and the looks are had by keys, and nothing of a case."""

from PySide6.QtCore import Qt

from tests.helpers.scripted_desk import ScriptedDesk
from ui.handbook import chapter
from ui.presenters.frame import AT_THE_DOOR
from ui.views.settings import SettingsPage
from ui.widgets.summary import Banner

ESC, F1, F2 = Qt.Key.Key_Escape, Qt.Key.Key_F1, Qt.Key.Key_F2
DOWN, ENTER = Qt.Key.Key_Down, Qt.Key.Key_Return
CTRL_K = (Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
COMMA = (Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)


def shown(hands):
    return hands.window.stack.currentWidget().objectName()


async def stand(hands, page):
    """Come to one of the pages on which nobody is in."""
    if hands.work.entry.page is not None:
        hands.work.entry.leave()
    if page != "door":
        getattr(hands.work.entry, page)()
    await hands.rest()


def test_f1_opens_the_chapter_of_the_page_and_esc_leads_back(at_window):
    async def scenario(hands):
        for page, code in (
            ("door", "door"),
            ("enrol", "enrol"),
            ("recover", "recover"),
            ("settings", "trouble"),
        ):
            await stand(hands, page)
            focus = hands.focus
            await hands.key(F1)
            book = hands.window.stack.currentWidget()
            assert book.contents.code() == code
            assert book.chapter.title.text() == chapter("zh_CN", code).title
            await hands.key(F1)
            assert shown(hands) == "help"
            await hands.key(ESC)
            assert (shown(hands), hands.focus) == (page, focus)
        assert hands.work.ways.current is None

    at_window(scenario)


def test_what_was_typed_at_a_new_machine_outlives_help_settings_and_check_up(at_window):
    async def scenario(hands):
        hands.work.entry.enrol()
        await hands.rest()
        await hands.type("https://centre.example:8443")
        await hands.key(COMMA, F1)
        hands.find("help.doctor").click()
        await hands.rest()
        assert shown(hands) == "doctor"
        assert hands.window.stack.currentWidget().list.count() > 5
        await hands.key(ESC, ESC, ESC)
        assert (shown(hands), hands.focus) == ("enrol", "enrol.centre")
        assert hands.find("enrol.centre").text() == "https://centre.example:8443"

    at_window(scenario)


def test_the_palette_gives_what_needs_no_card_and_says_why_the_rest_is_closed(at_window):
    async def scenario(hands):
        for page in ("door", "enrol", "recover"):
            await stand(hands, page)
            before = hands.window.tongue.language
            await hands.key(CTRL_K)
            assert hands.focus == "palette.line"
            model = hands.work.commands.palette.list.options
            lines = [model.row_at(place) for place in range(model.rowCount())]
            open_ = [line.key for line in lines if line.live]
            assert open_ == list(AT_THE_DOOR)
            assert {"help", "doctor", "settings", "language", "text_size", "mode"} <= set(open_)
            assert not {"new_case", "search", "people", "messages", "console"} & set(open_)
            why = hands.window.tongue.t("command.after_login")
            assert {line.tail for line in lines if not line.live} == {why}
            await hands.type("yy" if before == "zh_CN" else "langu")
            await hands.key(ENTER)
            assert hands.window.tongue.language != before
            assert shown(hands) == page
            await hands.key(CTRL_K, *[DOWN] * len(open_), ENTER)
            assert hands.work.commands.palette.isVisible()  # what is closed is not taken
            await hands.key(ESC)
        assert hands.work.ways.current is None

    at_window(scenario)


def test_a_key_of_the_work_says_at_the_door_that_one_logs_in_first(at_window):
    async def scenario(hands):
        await hands.key(F2)
        assert hands.find("login.told").words.text() == "登录后才能用"
        hands.deck.insert("clerk")
        await hands.rest()
        assert not hands.window.door.told.isVisible()

    at_window(scenario)


def test_esc_on_the_recovery_asks_once_in_the_language_in_force(at_window):
    async def scenario(hands):
        await stand(hands, "recover")
        hands.deck.insert("admin1")
        await hands.rest()
        focus = hands.focus
        note = hands.window.findChild(Banner, "recover.leaving_note")
        assert not note.isVisible()
        await hands.key(ESC)
        assert (shown(hands), hands.focus) == ("recover", focus)
        assert note.isVisible()
        assert "Esc" in note.words.text()
        hands.window.next_language()
        await hands.rest()
        assert note.words.text() == hands.window.tongue.t("recover.leaving")
        await hands.key(ESC)
        assert shown(hands) == "door"

    at_window(scenario)


def test_the_way_back_is_open_though_what_had_the_keyboard_has_gone(at_window):
    desk = ScriptedDesk()
    desk.enrolment.needed = True

    async def scenario(hands):
        entry = hands.work.entry
        entry.leave()
        entry.set_up()
        await hands.rest()
        assert hands.focus == "centre.centre"
        await hands.key(COMMA)
        await entry.guide.presenter.go_on(done=False)  # as a card's work that ends meanwhile
        await hands.rest()
        await hands.key(ESC)
        assert (shown(hands), hands.focus) == ("setup", "enrol.invitation")
        assert hands.window.findChild(SettingsPage) is None

    at_window(scenario, desk=desk)
