"""What follows the acceptance: opinions, decisions, signatures, hand-overs, forms of the table."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from client.app.rows.cases import PaperRow, Receiver
from tests.helpers.gallery.stand import done, step
from tests.helpers.gallery_cases import DECIDING, GRANTED, HANDLING, MAKING, RECEIVED, REVIEWING
from tests.helpers.scripted_batch import several_deciding
from tests.helpers.scripted_cases import NOW
from ui.values import Route

if TYPE_CHECKING:
    from tests.helpers.gallery.stand import Screens, Stand


async def _decision(g: Stand) -> None:
    await step("grant", DECIDING, "chief")(g)


async def _decision_deny(g: Stand) -> None:
    await _decision(g)
    view = g.page
    view.kinds.tiles["deny"].click()
    view.submitted.emit()


async def _sign(g: Stand) -> None:
    await g.enter("chief")
    await g.go(Route("case", DECIDING))
    sheet = await g.desk.signing.prepare(
        "grant", DECIDING, text="经审查,申请人符合法定条件、标准,准予许可。"
    )
    g.work.ways.sign(sheet)


async def _sign_wrong(g: Stand) -> None:
    await _sign(g)
    await g.rest()
    view = g.page
    view.pin.setText("999999")
    view.submitted.emit()


async def _cure(g: Stand) -> None:
    await step("cure", RECEIVED, "chief")(g)
    await g.rest()
    view = g.page
    view.way.tiles["revoke"].click()
    view.text.setPlainText("受理时申请材料尚不齐全,受理所依据的事实不成立。")


async def _batch(g: Stand) -> None:
    await g.enter("chief")
    several_deciding(g.desk, 10)
    await g.go(Route("batch"))


async def _batch_included(g: Stand) -> None:
    await _batch(g)
    page = g.page
    for _ in range(7):
        page.table.toggled.emit(page.table.current_key())
        page.table._move(1)
    page.pin.setText("1234")


async def _ink(g: Stand) -> None:
    held = g.desk.world[MAKING]
    slip = PaperRow("delivery", f"{MAKING}-L7", f"{MAKING}/delivery/1", NOW)
    g.desk.world[MAKING] = replace(
        held,
        state="issued",
        papers=(slip,),
        receiver=Receiver("刘洋", "11010519491231002X", "self"),
    )
    await step("sign_for", MAKING, "clerk")(g)
    g.page.ink.sign.click()
    await g.rest()
    g.desk.world[MAKING] = held


async def _signed_for(g: Stand) -> None:
    await _ink(g)
    g.page.sheet.left.emit()


FORM_PAGES = (
    "suspend",
    "survey",
    "accept_pending",
    "hold_hearing",
    "lapse",
    "serve",
    "archive",
    "renew",
)
"""Pages of the table that show each kind of editor once."""

SCREENS: Screens = {
    "15-batch": _batch,
    "15-batch-included": _batch_included,
    "40-handle": step("handle", HANDLING, "handler"),
    "41-review": step("review", REVIEWING, "reviewer"),
    "42-send-back": step("send_back", REVIEWING, "reviewer"),
    "42-hear-party": step("hear_party", DECIDING, "chief"),
    "43-decision": _decision,
    "44-decision-deny": _decision_deny,
    "45-sign": _sign,
    "46-sign-wrong": _sign_wrong,
    "47-refuse": step("refuse", RECEIVED, "chief"),
    "48-make": step("make", GRANTED, "clerk"),
    "49-issue": step("issue", MAKING, "clerk"),
    "49-ink": _ink,
    "49-sign-for": _signed_for,
    "50-close": step("close", MAKING, "clerk"),
    "51-grant-result": done("grant", DECIDING, "chief"),
    "63-cure": _cure,
    **{f"70-{kind}": step(kind, HANDLING, "handler") for kind in FORM_PAGES},
}
