"""A day with money: an item with a fee, a receipt from the hall's stock, the payment."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from tests.helpers import case_steps as say
from tests.helpers.case_walk import walk_to

if TYPE_CHECKING:
    from tests.helpers.centre import RunningCentre
    from tests.helpers.hand_window import HandWindow

SAMPLE = Path(__file__).parents[2] / "resources" / "catalogue" / "yunling.json"
FEE = 5000
HALL = "hall/339901"


def with_fees(centre: RunningCentre) -> None:
    """Let the item of the walks cost a fee."""
    catalogue = json.loads(SAMPLE.read_text("utf-8"))
    for item in catalogue["items"]:
        if item["code"] == "scjg-02":
            item["fee"] = {"amount_fen": FEE, "basis": "省价费〔2001〕1号"}
    catalogue["version"] += ".fee"
    centre.enact("catalogue", catalogue)


def paid(window: HandWindow) -> str:
    """Take a fee, its receipt from the hall's stock, another scope; returns the case's number."""
    clock = window.centre.clock
    window.log_in("cashier")
    drawn = {"batch": "33A", "first": 1, "last": 9}
    assert window.step("receipt.draw", drawn, scope=HALL).verdict == "accepted"
    clock.advance(minutes=1)
    number = walk_to(window, "accepted")
    clock.advance(minutes=1)
    window.log_in("cashier")
    notice = {"amount_fen": FEE, "paper": say.paper("fee_notice")}
    fee = window.step("charge", notice, case=number)
    assert fee.verdict == "accepted"
    clock.advance(minutes=1)
    given = {"fee": fee.id, "manner": "cash", "receipt_no": "33A-00000001"}
    assert window.step("pay", given, case=number).verdict == "accepted"
    return number
