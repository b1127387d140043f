"""A new machine by keyboard alone: step by step, back, left for later, and on after a kill."""

import pytest
from PySide6.QtCore import Qt

from sync.domain.failures import Failure, FailureKind
from tests.helpers.gallery.entry import INVITATION
from tests.helpers.scripted_access import PIN
from tests.helpers.scripted_desk import ScriptedDesk
from tests.helpers.scripted_setup import TRIED
from ui.handbook import chapter
from ui.views import printing

pytestmark = pytest.mark.slow
KEY = Qt.Key
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
ON, LATER = (KEY.Key_Return, CTRL), (KEY.Key_L, ALT)


@pytest.fixture(autouse=True)
def as_before():
    yield
    printing.prefer("", "")


@pytest.fixture
def desk():
    made = ScriptedDesk()
    made.enrolment.needed = True
    return made


async def begin(hands):
    hands.work.entry.leave()
    hands.work.entry.set_up()
    await hands.rest()


def step(hands):
    return hands.work.entry.guide.presenter.place


def inner(hands):
    return hands.work.entry.page.inner


def test_a_machine_is_set_up_by_keys_alone_and_then_there_is_the_door(at_window, desk):
    async def scenario(hands):
        await begin(hands)
        assert hands.focus == "centre.centre"
        await hands.type("https://centre.example:8443/")
        await hands.key(KEY.Key_Return)
        assert hands.focus == "centre.roots"
        await hands.type("/media/usb/ca.pem")
        await hands.key(ON)
        assert step(hands) == "centre"  # it was tried: people compare
        shown = {label.text() for label in inner(hands).facts._labels}
        assert {TRIED.fingerprint, TRIED.certificate.fingerprint} <= shown
        await hands.key(ON)
        assert step(hands) == "enrol"

        await hands.key(KEY.Key_Escape)
        assert inner(hands).centre.text() == "https://centre.example:8443/"
        await hands.key(ON, ON)
        hands.find("enrol.invitation").setPlainText(INVITATION)
        hands.find("enrol.compared").setFocus()
        await hands.key(KEY.Key_Space)
        hands.deck.insert("clerk")
        await hands.rest()
        hands.find("enrol.pin").setFocus()
        await hands.type(PIN)
        await hands.key(KEY.Key_Return)
        _name, asked = hands.desk.asked[-1]
        assert (asked.centre, str(asked.roots)) == (
            "https://centre.example:8443",
            "/media/usb/ca.pem",
        )
        assert step(hands) == "printer"
        assert hands.desk.setup.state.typed == {}

        await hands.key(KEY.Key_Down, KEY.Key_Down, ON)
        assert hands.desk.machine.settings.printer_a4
        assert step(hands) == "scanner"
        await hands.key(ON)
        assert hands.focus == "typing.line"
        await hands.type("窗口")
        assert inner(hands).tried
        await hands.key(ON)
        assert step(hands) == "check"
        await hands.key(KEY.Key_Escape, ON, ON)
        assert step(hands) == "end"
        assert hands.work.entry.guide.presenter.left == (
            "typing",
            "check",
        )  # the network is refused
        await hands.key(ON)
        assert hands.window.door.isVisible()
        assert hands.desk.setup.ended
        assert "云岭县" in hands.find("login.told").words.text()

    at_window(scenario, desk=desk)


def test_every_step_can_be_left_and_the_last_page_says_where_it_is_found(at_window, desk):
    async def scenario(hands):
        await begin(hands)
        await hands.key(*[LATER] * 6)
        assert step(hands) == "end"
        t = hands.work.tongue.t
        said = [label.text() for label in inner(hands).findChildren(type(inner(hands).title))]
        for name in ("centre", "enrol", "printer", "scanner", "typing", "check"):
            assert t(f"setup.left.{name}") in said
        assert inner(hands).primary.text() == t("setup.end.join")
        await hands.key(ON)
        assert step(hands) == "centre"  # no window yet: there is no door to go to

    at_window(scenario, desk=desk)


def test_a_kill_loses_nothing_and_it_goes_on_where_it_was(at_window, desk):
    async def scenario(hands):
        await begin(hands)
        await hands.type("https://centre.example")
        await hands.key(LATER)
        hands.find("enrol.invitation").setPlainText(INVITATION)
        inner(hands).compared.setChecked(True)
        await hands.work.entry.save()
        hands.desk.setup.state = hands.desk.setup.kept  # what the next start finds
        await begin(hands)
        assert step(hands) == "enrol"
        assert hands.find("enrol.code").text() == "7K2M9Q-0V4XWD-ZB3HTN-5CPE8R"
        assert inner(hands).compared.isChecked()
        hands.find("enrol.genesis").setText("A" * 43)
        assert not inner(hands).compared.isChecked()
        await hands.key(KEY.Key_Escape)
        assert inner(hands).centre.text() == "https://centre.example"

    at_window(scenario, desk=desk)


def test_an_invitation_that_is_opened_fills_the_steps_and_a_window_needs_none(
    at_window, desk, tmp_path
):
    file = tmp_path / "window.chuangkou"
    file.write_text(INVITATION.replace('"until": 1', '"centre": "https://centre.example"'))

    async def scenario(hands):
        hands.work.open_files((file,))
        await hands.rest()
        assert inner(hands).centre.text() == "https://centre.example"
        await hands.key(LATER)
        assert hands.find("enrol.dev").text() == "d-339901-03"
        assert hands.find("enrol.fingerprint").text()
        assert not inner(hands).compared.isChecked()
        file.write_text("nothing")
        hands.work.open_files((file,))
        await hands.rest()
        assert hands.work.entry.page.unkept.code.text() == "app.invitation_unreadable"
        desk.enrolment.needed = False
        hands.work.entry.leave()
        hands.work.open_files((file,))
        await hands.rest()
        told = hands.work.tongue.t("invited.not_needed", name=file.name)
        assert hands.find("login.told").words.text() == told

    at_window(scenario, desk=desk)


def test_a_centre_that_does_not_answer_is_told_and_other_pages_lie_above(at_window, desk):
    async def scenario(hands):
        await begin(hands)
        await hands.key(ON)
        assert inner(hands).fields["centre"].problem
        assert inner(hands).fields["roots"].problem
        await hands.type("https://centre.example")
        inner(hands).roots.setText("/ca.pem")
        desk.enrolment.tried = Failure("line.tls", FailureKind.REFUSED)
        await hands.key(ON)
        assert inner(hands).failure.code.text() == "line.tls"
        assert inner(hands).failure.remedy.text() == hands.work.tongue.t("enrol.remedy.line.tls")
        desk.enrolment.tried = TRIED
        await hands.key(ON)
        assert not inner(hands).failure.isVisible()
        assert inner(hands).face.isVisible()
        await hands.key(KEY.Key_F1)
        assert hands.work.entry.page.chapter.title.text() == chapter("zh_CN", "setup").title
        await hands.key(KEY.Key_Escape, (KEY.Key_Comma, CTRL))
        assert hands.work.entry.page.objectName() == "settings"
        await hands.key(KEY.Key_Escape)
        assert hands.find("centre.centre").text() == "https://centre.example"
        await hands.type("x")  # another address: nobody was asked there
        assert not inner(hands).face.isVisible()
        desk.setup.fail = Failure("settings.unwritten")
        await hands.key(LATER)
        assert step(hands) == "enrol"
        assert hands.work.entry.page.unkept.code.text() == "settings.unwritten"
        hands.window.next_language()
        await hands.rest()
        assert "Step 2 of 7" in hands.find("setup.where").text()

    at_window(scenario, desk=desk)
