"""The doctor's page by keyboard: from the palette and from the help, what hinders first."""

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from client.app.doctor import Finding, Health
from client.app.rows.words import Words
from client.host.ending import Ended
from tests.helpers.scripted_desk import ScriptedDesk
from ui.__main__ import main
from ui.values import Route
from ui.widgets.text import Text

pytestmark = pytest.mark.slow
KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


def test_the_command_line_leads_there_without_a_window(tmp_path, capsys):
    code = main(["doctor", "--data", str(tmp_path), "--lang", "en", "--json"])
    found = json.loads(capsys.readouterr().out)
    assert {each["part"]: each["code"] for each in found["findings"]}["store"] == "not_enrolled"
    assert code == int(any(each["health"] == "bad" for each in found["findings"]))
    assert not any(tmp_path.iterdir())  # it looks, and leaves nothing


def words(hands):
    return [each.text() for each in hands.page.scroller.findChildren(Text) if each.isVisible()]


def test_the_palette_leads_there_and_what_hinders_stands_first(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.key((KEY.Key_K, CTRL))
        await hands.type("cktj")
        await hands.key(KEY.Key_Return)
        assert hands.page.objectName() == "doctor"
        t = hands.work.tongue.t
        said = words(hands)
        assert said[0] == t("doctor.part.network")
        assert t("error.line.refused.do") in said
        assert t("doctor.network.means") in said
        assert "line.refused" in said
        await hands.key((KEY.Key_Return, CTRL))
        assert hands.desk.doctor.looked == 2
        await hands.key((KEY.Key_S, CTRL))
        (dialog,) = hands.page.findChildren(QFileDialog)
        dialog.reject()
        await hands.key(KEY.Key_Escape)
        assert hands.page.objectName() == "workbench"

    at_window(scenario)


def test_the_help_leads_there_too_and_a_saved_bundle_is_told(at_window, tmp_path):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.go(Route("help"))
        hands.find("help.doctor").setFocus()
        await hands.key(KEY.Key_Return)
        assert hands.page.objectName() == "doctor"
        hands.page.saved.emit(tmp_path / "support.zip")
        await hands.rest()
        assert "support.zip" in hands.page.told.words.text()
        hands.window.next_language()
        await hands.rest()
        assert words(hands)[0] == "Network"

    at_window(scenario)


def test_room_that_becomes_tight_is_told_once_while_somebody_works(at_window):
    def left(health, what, megabytes):
        return Finding("disk", health, what, Words(f"doctor.disk.{what}", {"megabytes": megabytes}))

    async def scenario(hands):
        await hands.enter("clerk")
        look, foot = hands.work.disk.look, hands.work.frame.foot
        await look()
        assert foot._passing is None
        hands.desk.doctor.disk = left(Health.NOTE, "tight", 1900)
        await look()
        assert "1900 MB" in hands.find("foot.words").text()
        foot.show_passing(None)
        await look()
        assert foot._passing is None  # it was told
        hands.desk.doctor.disk = left(Health.BAD, "full", 150)
        await look()
        assert foot._passing.face == "error"
        assert "150 MB" in hands.find("foot.words").text()
        foot.act.emit("doctor")
        await hands.rest()
        assert hands.page.objectName() == "doctor"

    at_window(scenario)


def test_a_program_that_died_says_so_once_and_leads_to_the_report(at_window):
    desk = ScriptedDesk()
    desk.doctor.ended = Ended("program")

    async def scenario(hands):
        await hands.enter("clerk")
        told = hands.work.tongue.t("ending.told")
        assert hands.find("foot.words").text() == told
        hands.work.frame.foot.show_passing(None)
        await hands.work.lock()
        await hands.rest()
        await hands.enter("clerk")
        assert hands.find("foot.words").text() != told

    at_window(scenario, desk=desk)
