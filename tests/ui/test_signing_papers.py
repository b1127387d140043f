"""Papers that the applicant signs on the screen (SE15): receipts, notices, the promise; offered."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from client.app.forms.table import Filled
from client.app.rows.cases import PaperRow
from sync.domain.failures import Failure
from tests.helpers.gallery_cases import COMPLETE, REGISTERED
from tests.helpers.scripted_cases import NOW
from tests.ui.test_ink import draw
from ui.values import Route

pytestmark = pytest.mark.slow
KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
SIGN = (KEY.Key_S, Qt.KeyboardModifier.AltModifier)
DONE = (KEY.Key_Return, CTRL)


def given_out(desk, *kinds):
    """Give a case papers of these kinds."""
    papers = tuple(
        PaperRow(kind, f"n-{n}", f"{COMPLETE}/{kind}/1", NOW) for n, kind in enumerate(kinds)
    )
    desk.world[COMPLETE] = replace(desk.world[COMPLETE], papers=papers)
    return papers


def test_a_receipt_is_signed_where_it_is_handed_over_and_the_work_goes_on(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.go(Route("step", REGISTERED, "receive"))
        for line in hands.page.lines.values():
            line.tick.click()
        await hands.key(DONE)
        page = hands.page
        hands.wait_out_a_double_press()
        receipt = page.pane.paper
        assert receipt.kind == "receipt"
        await hands.key(SIGN)
        assert hands.focus == "ink.pad"
        draw(page.pane.sheet.pad, (20, 20), (60, 80), (120, 40))
        await hands.key(DONE)
        assert [ink.paper for ink in hands.desk.inks] == [receipt.sha256]
        assert page.pane.paper.kind == "receipt_signed"
        assert page.pane.saved.text() == hands.work.tongue.t("ink.kept")
        assert not page.pane.buttons["ink"].isVisible()
        await hands.key(DONE)  # on to the acceptance, as ever
        assert hands.work.ways.here().step == "accept"

    at_window(scenario)


def test_a_paper_of_the_case_is_signed_once_and_one_without_a_line_never(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        notice, acceptance = given_out(hands.desk, "correction", "acceptance")
        await hands.go(Route("paper", COMPLETE, step=acceptance.sha256))
        assert not hands.page.pane.buttons["ink"].isVisible()
        await hands.key(SIGN)
        assert hands.page.pane.sheet is None
        await hands.go(Route("paper", COMPLETE, step=notice.sha256))
        await hands.key(SIGN, KEY.Key_Escape)  # rather not
        assert not hands.page.pane.sheet.isVisible()
        assert hands.page.objectName() == "paper"
        await hands.key(SIGN)
        draw(hands.page.pane.sheet.pad, (20, 20), (60, 80))
        hands.desk.fail = Failure("app.ink_empty")
        await hands.key(DONE)
        assert hands.page.failure.isVisible()
        signed = replace(notice, kind="correction_signed")
        hands.desk.world[COMPLETE] = replace(
            hands.desk.world[COMPLETE], papers=(notice, acceptance, signed)
        )
        await hands.go(Route("paper", COMPLETE, step=notice.sha256))
        assert not hands.page.pane.buttons["ink"].isVisible()

    at_window(scenario)


def test_the_promise_is_signed_on_the_screen_in_a_scans_stead(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.go(Route("step", COMPLETE, "accept_pending"))
        page = hands.page
        await hands.key(DONE)
        assert page.fields["promise"].problem
        await hands.key(SIGN)
        assert ("blank", "accept_pending", Filled({"dues": "m3=2026-12-01"})) in hands.desk.asked
        draw(page.sheet.pad, (20, 20), (60, 80), (90, 30))
        await hands.key(DONE)
        assert hands.focus == "accept_pending.ink_sign"
        assert not page.fields["promise"].problem
        await hands.key(DONE)
        (ink,) = hands.desk.inks
        assert ink.paper == f"{COMPLETE}/slip/1"

    at_window(scenario)


def test_other_words_on_the_promise_take_the_signature_back(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.go(Route("step", COMPLETE, "accept_pending"))
        page = hands.page
        await hands.key(SIGN)
        draw(page.sheet.pad, (20, 20), (60, 80), (90, 30))
        await hands.key(DONE)
        page.edited.emit(Filled({"dues": "m3=2026-12-02"}))
        await hands.rest()
        await hands.key(DONE)
        assert page.fields["promise"].problem
        assert hands.desk.inks == []

    at_window(scenario)
