"""Withdrawal through the real page, by keyboard and a file dropped."""

import pytest
from PySide6.QtCore import Qt

from tests.helpers.gallery_cases import HANDLING
from ui.values import Route

pytestmark = pytest.mark.slow
KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


def test_a_withdrawal_needs_its_request_and_forgives_once_it_is_there(at_window, tmp_path):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.go(Route("step", HANDLING, "withdraw"))
        await hands.key((KEY.Key_Return, CTRL))
        page = hands.page
        assert page.fields["materials"].problem == hands.work.tongue.t("withdraw.no_request")
        assert page.summary.isVisible()

        scan = tmp_path / "撤回申请.jpg"
        scan.write_bytes(b"request")
        page.files.emit("request", [scan])
        await hands.rest()
        assert page.fields["materials"].problem == ""
        assert not page.summary.isVisible()

        await hands.key((KEY.Key_Return, CTRL))
        assert hands.desk.world[HANDLING].state == "withdrawn"
        assert hands.find("result.headline").text() == hands.work.tongue.t("result.withdraw")

    at_window(scenario)


def test_ctrl_enter_never_ends_a_case_by_itself(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.go(Route("case", HANDLING))
        acts = hands.page.acts
        assert acts.primary() == ""
        assert "withdraw" not in acts.buttons
        await hands.key(KEY.Key_F11)
        await hands.type("chsq")
        await hands.key(KEY.Key_Return)
        assert hands.page.name == "withdraw"

    at_window(scenario)
