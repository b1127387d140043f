"""The settings of this machine by keyboard: from the door, in the window, tried, and left."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from client.app.rows.machine import MachineFound
from sync.domain.secret import Secret
from tests.helpers.scripted_access import PIN
from tests.helpers.scripted_desk import ScriptedDesk
from tests.ui.test_counter import Keyboard
from ui import theme
from ui.views import printing
from ui.views.scan_bar import ScanBar

pytestmark = pytest.mark.slow
KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
SETTINGS = (KEY.Key_Comma, CTRL)


@pytest.fixture(autouse=True)
def as_before():
    """Leave printers and scanner as they were for whoever comes next."""
    before = ScanBar.chosen
    yield
    ScanBar.chosen = before
    printing.prefer("", "")


def test_the_door_leads_there_without_a_card_and_esc_leads_back(at_window):
    async def scenario(hands):
        await hands.key(SETTINGS)
        page = hands.work.entry.page
        assert page.objectName() == "settings"
        assert hands.focus == "settings.language"
        assert not page.ticks["sound"].isEnabled()
        await hands.key(SETTINGS)
        assert hands.work.entry.page is page
        await hands.key(KEY.Key_Return, KEY.Key_Down)
        assert theme.tokens().text_size == "large"
        await hands.key(KEY.Key_Escape)
        assert hands.window.door.isVisible()
        assert hands.work.entry.page is None
        await hands.enter("clerk")
        assert hands.page.objectName() == "workbench"

    at_window(scenario)


def test_a_new_machine_is_set_before_it_is_enrolled_and_nothing_typed_is_lost(at_window, new_desk):
    async def scenario(hands):
        hands.find("enrol.centre").setFocus()
        await hands.type("https://centre.example")
        await hands.key(SETTINGS)
        assert hands.work.entry.page.objectName() == "settings"
        await hands.key(KEY.Key_Escape)
        assert hands.find("enrol.centre").text() == "https://centre.example"

    at_window(scenario, desk=new_desk)


@pytest.fixture
def new_desk():
    desk = ScriptedDesk()
    desk.enrolment.needed = True
    return desk


def test_what_the_palette_changes_of_the_looks_is_seen_and_nothing_typed_is_lost(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.key(SETTINGS)
        hands.find("settings.camera_folder").setFocus()
        await hands.type("/nowhere")
        for typed in ("字号", "明暗", "english"):
            await hands.key((KEY.Key_K, CTRL))
            await hands.type(typed)
            await hands.key(KEY.Key_Return)
            await hands.key((KEY.Key_K, CTRL), KEY.Key_Escape)
        shown = {name: hands.find(f"settings.{name}").code() for name in hands.window.looks}
        assert shown == hands.window.looks
        assert hands.window.looks == {"language": "en", "text_size": "large", "mode": "dark"}
        assert hands.find("settings.camera_folder").text() == "/nowhere"

    at_window(scenario)


def test_the_palette_leads_there_and_what_is_chosen_is_in_force(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.key((KEY.Key_K, CTRL))
        await hands.type("bjsz")
        await hands.key(KEY.Key_Return)
        assert hands.page.objectName() == "settings"
        hands.find("settings.printer_roll").setFocus()
        await hands.key(KEY.Key_Down, KEY.Key_Down)
        assert hands.desk.machine.settings.printer_roll == "小票机"
        assert printing._Preferred.roll == "小票机"
        assert printing.preferred(roll=True) == ""  # no printer of this name is installed here
        await hands.key(KEY.Key_Return, KEY.Key_Down)
        assert ScanBar.chosen == "sane fi"
        hands.page.ticks["sound"].setFocus()
        await hands.key(KEY.Key_Space)
        assert await hands.desk.messages.sound()
        await hands.key(KEY.Key_F1)
        assert hands.page.objectName() == "help"
        await hands.key(KEY.Key_Escape)
        assert hands.page.objectName() == "settings"

    at_window(scenario)


def test_a_wrong_path_stays_with_its_reason_and_esc_holds_once(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.key(SETTINGS)
        hands.find("settings.token_library").setFocus()
        await hands.type("libkey.so")
        await hands.key(KEY.Key_Escape)
        t = hands.work.tongue.t
        assert hands.page.objectName() == "settings"
        assert t("error.settings.not_whole") in hands.page.fields["token_library"].problem
        assert hands.page.unkept.isVisible()
        assert hands.focus == "settings.token_library"
        await hands.type("/usr/lib/libkey.so")
        await hands.key(KEY.Key_Return)
        assert hands.desk.machine.settings.token_library == "/usr/lib/libkey.so"
        assert not hands.page.unkept.isVisible()
        assert hands.page.waits.isVisible()
        assert not hands.page.again.isVisible()  # nobody started this window who could again
        await hands.key(KEY.Key_Escape)
        assert hands.page.objectName() == "workbench"

    at_window(scenario)


def test_a_line_that_is_not_in_the_list_is_typed(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.key(SETTINGS)
        hands.find("settings.barcode_scanner").setFocus()
        await hands.key(KEY.Key_End)
        assert hands.focus == "settings.barcode_scanner.typed"
        await hands.type("/dev/rfcomm0")
        await hands.key(KEY.Key_Return)
        assert hands.desk.machine.settings.barcode_scanner == "/dev/rfcomm0"
        shown = hands.find("settings.barcode_scanner").currentText()
        assert shown == hands.work.tongue.t("settings.gone", name="/dev/rfcomm0")
        hands.find("settings.token_library.browse").click()
        (dialog,) = hands.page.findChildren(QFileDialog)
        dialog.reject()

    at_window(scenario)


def test_a_scanner_is_tried_and_nothing_else_follows(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.key(SETTINGS, (KEY.Key_Return, CTRL))
        Keyboard(hands).send("ABC-12345678", 0.005)
        await hands.rest()
        assert "ABC-12345678" in hands.page.tried.words.text()
        hands.desk.at_counter.read("20261013-339901-00001-0")
        await hands.rest()
        assert hands.page.objectName() == "settings"
        await hands.key(KEY.Key_F12)
        assert not hands.desk.at_counter.knows("ABC-12345678")  # it ends with the page
        await hands.desk.door.log_in(Secret(PIN))

    at_window(scenario)


def test_a_machine_without_devices_says_how_to_get_them_in_both_languages(at_window):
    async def scenario(hands):
        hands.desk.machine.has = MachineFound(printers=None)
        await hands.key(SETTINGS)
        page = hands.work.entry.page
        for language in ("zh_CN", "en"):
            page.changed.emit("language", language)
            await hands.rest()
            t = hands.work.tongue.t
            assert page.fields["printer_a4"].note.text() == t("settings.printer.unasked")
            assert page.fields["scanner"].note.text() == t("settings.scanner.missing")
            assert page.fields["id_reader"].note.text() == t("settings.id_reader.missing")

    at_window(scenario)


def test_the_window_is_started_anew_only_where_somebody_does(at_window):
    async def scenario(hands):
        hands.window.starts_again = True
        await hands.enter("clerk")
        await hands.key(SETTINGS)
        hands.page.changed.emit("token_library", "/usr/lib/libkey.so")
        await hands.rest()
        await hands.key((KEY.Key_R, CTRL))
        assert hands.window.again
        assert not hands.window.isVisible()

    at_window(scenario)
