"""Reports of faults by keyboard: told at the foot, read whole, sent, saved, thrown away."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from client.host.ending import Ended
from sync.domain.failures import Failure, FailureKind
from tests.helpers.scripted_crashes import DIED, REPORT
from tests.helpers.scripted_desk import ScriptedDesk
from ui.widgets.text import Text

pytestmark = pytest.mark.slow
KEY = Qt.Key
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


def said(page):
    return "\n".join(label.text() for label in page.findChildren(Text) if label.isVisible())


async def by_palette(hands):
    await hands.key((KEY.Key_K, CTRL))
    await hands.type("ccbg")
    await hands.key(KEY.Key_Return)
    assert hands.page.objectName() == "crashes"


def test_a_report_is_read_whole_annotated_and_sent_by_keys(at_window):
    async def scenario(hands):
        t = hands.work.tongue.t
        hands.desk.crashes.rows = (REPORT, DIED)
        await hands.enter("clerk")
        await by_palette(hands)
        words = said(hands.page)
        for _name, value in REPORT.facts:
            assert value in words
        for name, places in REPORT.traces:
            assert name in words
            assert all(place in words for place in places)
        assert all(line in words for line in REPORT.log)
        await hands.type("tel 13987654321")
        assert hands.page.fields["note"].extra.text() == t("crashes.note.goes", words="tel ***")
        await hands.key((KEY.Key_N, ALT))
        await hands.rest()
        assert hands.desk.crashes.rows[0].note == "tel ***"
        assert "Segmentation fault" in said(hands.page)
        await hands.key((KEY.Key_N, ALT))
        assert hands.page.note.text() == "tel ***"
        await hands.key((KEY.Key_Return, CTRL))
        assert hands.desk.crashes.sent == [REPORT.id]
        assert hands.page.told.words.text() == t("crashes.sent")
        hands.desk.crashes.fail = Failure("line.refused", FailureKind.RETRIABLE)
        await hands.key((KEY.Key_Return, CTRL))
        assert hands.page.told.words.text() == t("crashes.leaves")
        assert not hands.page.failure.isVisible()
        await hands.key((KEY.Key_D, ALT))
        assert hands.desk.crashes.rows == ()
        assert t("crashes.none") in said(hands.page)
        await hands.key(KEY.Key_Escape)
        assert hands.page.objectName() == "workbench"

    at_window(scenario)


def test_what_was_typed_is_kept_when_the_page_is_left_at_once(at_window):
    async def scenario(hands):
        hands.desk.crashes.rows = (REPORT,)
        await hands.enter("clerk")
        await by_palette(hands)
        await hands.type("scanning")
        await hands.key(KEY.Key_Escape)
        await hands.rest()
        assert hands.desk.crashes.rows[0].note == "scanning"

    at_window(scenario)


def test_a_new_report_is_told_at_the_foot_and_takes_no_key(at_window):
    async def scenario(hands):
        t = hands.work.tongue.t
        await hands.enter("clerk")
        holder = hands.window.focusWidget()
        hands.desk.crashes.rows = (REPORT,)
        hands.desk.crashes.tell()
        await hands.rest()
        assert hands.find("foot.words").text() == t("crashes.told")
        assert hands.window.focusWidget() is holder
        hands.work.frame.foot.show_passing(None)
        hands.desk.crashes.offered = False
        hands.desk.crashes.tell()
        await hands.rest()
        assert hands.find("foot.words").text() != t("crashes.told")
        assert "workbench" in hands.desk.crashes.pages

    at_window(scenario)


def test_a_defect_is_reported_and_its_line_leads_to_the_report(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        hands.desk.crashes.rows = (REPORT,)
        error = KeyError("x")
        hands.work.fault(error)
        assert hands.desk.crashes.errors == [error]
        hands.work.commands.give("crashes")
        await hands.rest()
        assert hands.page.objectName() == "crashes"
        hands.work.fault(Failure("wire.broken", FailureKind.BROKEN))  # the centre's, not ours
        assert hands.desk.crashes.errors == [error]

    at_window(scenario)


def test_a_death_with_its_report_says_where_it_is(at_window):
    desk = ScriptedDesk()
    desk.doctor.ended = Ended("program")
    desk.crashes.rows = (DIED,)

    async def scenario(hands):
        await hands.enter("clerk")
        told = hands.work.tongue.t("ending.reported")
        assert hands.find("foot.words").text() == told
        hands.work.commands.give("crashes")
        await hands.rest()
        assert hands.page.objectName() == "crashes"
        assert hands.find("foot.words").text() != told  # it was read: "ready" may hold no longer

    at_window(scenario, desk=desk)


def test_at_the_door_reports_can_be_read_and_saved(at_window, tmp_path):
    async def scenario(hands):
        hands.desk.crashes.rows = (DIED,)
        hands.work.commands.give("crashes")
        await hands.rest()
        page = hands.work.entry.page
        assert page.objectName() == "crashes"
        await hands.key((KEY.Key_S, CTRL))
        (dialog,) = page.findChildren(QFileDialog)
        dialog.reject()
        page.save_wanted.emit(Path(tmp_path / "r.json"))
        await hands.rest()
        assert (tmp_path / "r.json").read_text() == DIED.id
        page.offered.click()
        await hands.rest()
        assert hands.desk.crashes.offered is False
        await hands.key(KEY.Key_Escape)
        assert hands.work.entry.page is None

    at_window(scenario)


def test_in_practice_a_report_can_be_saved_and_is_not_said_to_go(at_window):
    async def scenario(hands):
        t = hands.work.tongue.t
        hands.desk.crashes.sends = False
        hands.desk.crashes.rows = (REPORT, replace(DIED, leaves=True))
        await hands.enter("clerk")
        await by_palette(hands)
        page = hands.page
        assert page.why.text() == t("crashes.practice")
        assert not page.primary.isEnabled()
        assert page.save.isEnabled()
        await hands.key((KEY.Key_Return, CTRL))
        assert hands.desk.crashes.sent == []
        assert not page.told.isVisible()
        await hands.key((KEY.Key_N, ALT))  # this one was let go before
        assert page.told.words.text() == t("crashes.practice")
        assert t("crashes.leaves") not in said(page)

    at_window(scenario)
