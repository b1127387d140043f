"""The own backup and a former machine's, by keys alone."""

import pytest
from PySide6.QtCore import Qt

from client.app.failures import AppFailure
from client.app.rows.backups import Brought
from client.app.rows.session import LinePhase, LineView
from sync.domain.failures import Failure, FailureKind
from tests.helpers.scripted_access import PIN
from tests.helpers.scripted_backups import FORMER, LOST
from ui.values import Route
from ui.widgets.text import Text

pytestmark = pytest.mark.slow
KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


def said(hands):
    return [each.text() for each in hands.page.findChildren(Text) if each.isVisible()]


def test_the_check_up_makes_a_backup_and_says_so_or_why_not(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.go(Route("doctor"))
        await hands.key((KEY.Key_U, CTRL))
        assert hands.desk.backups.made == 1
        assert hands.desk.doctor.looked == 2  # what is said below is of now
        t = hands.work.tongue.t
        assert hands.page.told.words.text() == t("doctor.backed_up", kilobytes=42)
        hands.desk.backups.fail = AppFailure("app.backup_not_kept", FailureKind.BROKEN)
        await hands.key((KEY.Key_U, CTRL))
        assert hands.page.failure.isVisible()
        assert t("error.app.backup_not_kept.do") in said(hands)

    at_window(scenario)


def test_a_waiting_backup_is_told_when_the_line_is_in_step_and_brought_by_pin(at_window):
    async def scenario(hands):
        desk, t = hands.desk, hands.work.tongue.t
        desk.line.show(LineView(LinePhase.CONNECTING))
        desk.bringing_back.waits = FORMER
        await hands.enter("clerk")
        foot = hands.work.frame.foot
        assert t("former.told") not in foot.words.text()
        desk.line.show(LineView(LinePhase.SYNCED))
        await hands.work.quiet()
        assert t("former.told") in foot.words.text()
        await hands.key((KEY.Key_K, CTRL))
        await hands.type(t("command.former"))
        await hands.key(KEY.Key_Return)
        assert hands.page.objectName() == "former"
        assert t("former.told") not in foot.words.text()
        desk.bringing_back.answers = [Brought(wanting=1)]
        await hands.type(PIN)
        await hands.key(KEY.Key_Return)
        assert hands.page.came.words.text() == t("former.wanting", count=1)
        assert hands.page.pin.text() == ""
        await hands.type(PIN)
        await hands.key(KEY.Key_Return)
        assert hands.page.came.words.text() == t(
            "former.brought", drafts=3, pages=4, bank=2, values=3
        )
        assert any(LOST[0].case in text for text in said(hands))
        assert not hands.page.pin.isVisible()  # nothing is left that a card would open
        assert hands.window.focusWidget() is hands.page.done
        await hands.key(KEY.Key_Space)
        assert desk.bringing_back.steps == ()
        assert not any(LOST[0].case in text for text in said(hands))
        assert t("former.none") in hands.page.why.text()

    at_window(scenario)


def test_without_one_the_page_says_so_and_a_line_that_is_out_says_why(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.go(Route("former"))
        t = hands.work.tongue.t
        assert hands.page.waits.words.text() == t("former.none")
        assert not hands.desk.bringing_back.pins
        hands.desk.bringing_back.fail = Failure("line.refused", FailureKind.RETRIABLE)
        await hands.go(Route("former"))
        assert t("error.line.refused.do") in said(hands)

    at_window(scenario)
