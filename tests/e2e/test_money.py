"""Fees through the real centre: charged, paid, held until paid, closed to the fen (FE01–FE07)."""

import csv
import io
import json
import sqlite3
from pathlib import Path

import pytest

from client.app.forms.every import FORMS
from client.app.forms.reading import wrong
from client.app.forms.table import Filled
from client.app.rows.steps import SigningSheet
from sync.domain.failures import Failure
from sync.server.cli.policy import PolicyCommands
from sync.server.settings import Settings
from sync.texts import texts
from tests.helpers.hall import RECEIVER, StandingStage, open_hall

pytestmark = [pytest.mark.slow, pytest.mark.asyncio, pytest.mark.timeout(600)]
FEE = 5000
BATCH = "33A"


def lawful_fee(stage):
    """Give the food licence a published tariff: the sample county charges for nothing."""
    sample = Path(__file__).parents[2] / "resources" / "catalogue" / "yunling.json"
    catalogue = json.loads(sample.read_text("utf-8"))
    for item in catalogue["items"]:
        if item["code"] == "scjg-02":
            item["fee"] = {"amount_fen": FEE, "basis": "价费〔2001〕1号(示例)"}
    catalogue["version"] += ".fee"
    settings = Settings(data=stage.places.centre, demo_clock=stage.places.clock)
    commands = PolicyCommands(texts("zh_CN"))
    commands.enact(settings, stage.places.authority, "catalogue", catalogue)


@pytest.fixture
def stage(tmp_path):
    made = StandingStage(tmp_path / "stage")
    lawful_fee(made)
    yield made
    made.centre.stop()


async def fill(hall, case, kind, **values):
    """Fill a page as it begins, with changes, and make its step."""
    offer = await hall.desk.forms.offer(case, kind)
    filled = Filled({**offer.begin, **values})
    assert wrong(FORMS[kind], filled, hall.desk.now().date()) == ()
    done = await hall.desk.forms.make(case, kind, filled)
    if isinstance(done, SigningSheet):
        done = await hall.desk.signing.sign(done, hall.pin("cashier"))
    await hall.synced()
    assert await hall.desk.messages.exceptions() == ()
    return done


async def at_the_till(hall, first=1, last=20):
    """Let the cashier in, with forms in hand."""
    await hall.enter("cashier")
    await hall.desk.tills.turn("draw", BATCH, first, last)


async def ready_case(hall):
    """Bring a case to its certificate, its fee noticed and not paid."""
    case = await hall.walk_to("certified")
    return case


def findings(stage):
    """Return what the centre found about money, as (code, arguments)."""
    with sqlite3.connect(stage.places.centre / "centre.db") as connection:
        rows = connection.execute("SELECT code, args FROM findings").fetchall()
    return [(c, json.loads(a)) for c, a in rows if c.startswith(("till", "receipt"))]


async def test_charge_pay_issue_and_a_day_that_balances(stage):
    async with open_hall(stage) as hall:
        case = await hall.walk_to("granted")
        await at_the_till(hall)
        charged = await fill(hall, case, "charge")
        assert [paper.kind for paper in charged.papers] == ["fee_notice"]
        await hall.leave()
        await hall.enter("clerk")
        await hall.desk.steps.make(case)
        await hall.leave()
        await hall.enter("chief")
        await hall.sign("seal", case)
        await hall.leave()

        await hall.enter("clerk")  # unpaid: the certificate stays here
        with pytest.raises(Failure) as held:
            await hall.desk.steps.issue(case, RECEIVER)
        assert held.value.code == "fee_unpaid"
        await hall.leave()

        await hall.enter("cashier")
        desk = await hall.desk.tills.view()
        assert [(fee.case, fee.amount_fen) for fee in desk.fees] == [(case, FEE)]
        assert (desk.receipt, desk.left) == ("33A-00000001", 20)
        (transfer,) = (await hall.desk.tills.view(f"50.00 附言{desk.fees[0].notice}")).fees
        assert transfer.sure
        assert (await hall.desk.tills.view("50.01")).fees == ()
        paid = await fill(hall, case, "pay", manner="transfer", bank_ref="TX-1")
        assert [paper.kind for paper in paid.papers] == ["fee_receipt"]
        assert (await hall.desk.tills.view()).fees == ()
        today = hall.desk.now().date()
        assert await hall.desk.tills.close(today, {"transfer": FEE}) == ()
        await hall.synced()
        assert findings(stage) == []
        assert await hall.desk.tills.close(today, {"cash": FEE}) != ()
        await hall.synced()
        assert sorted(code for code, _ in findings(stage)) == ["till_over", "till_short"]
        sheet = await hall.desk.tills.sheet(today, today, own=True)
        assert (await hall.desk.papers.read(sheet.sha256)).startswith(b"%PDF")
        table = await hall.desk.tills.table(today, today, own=True)
        head, row = csv.reader(io.StringIO(table.decode("utf-8-sig")))
        assert (row[2], row[5], row[6]) == (case, "50.00", "33A-00000001")
        await hall.leave()

        await hall.enter("clerk")
        await hall.desk.steps.issue(case, RECEIVER)
        await hall.leave()
        assert len(head) == len(row)


async def test_a_skipped_number_is_found_and_a_refund_is_signed(stage):
    async with open_hall(stage) as hall:
        first, second = [await hall.walk_to("accepted") for _ in range(2)]
        await at_the_till(hall)
        for case in (first, second):
            await fill(hall, case, "charge")
        await fill(hall, first, "pay")
        with pytest.raises(Failure) as twice:
            await fill(hall, second, "pay", receipt_no="33A-00000001")
        assert twice.value.code == "receipt_used"
        done = await fill(hall, second, "pay", receipt_no="33A-00000004")
        assert [words.key for words in done.findings] == ["violation.receipt_skipped"]
        today = hall.desk.now().date()
        (missing,) = (await hall.desk.tills.span(today, today, own=True)).wrong
        assert missing.args["receipt"] == "33A-00000002–00000003"
        assert {code for code, _ in findings(stage)} == {"receipt_skipped"}
        await hall.desk.tills.turn("cancel", BATCH, 2, 3, reason="misprint", text="打印错位")
        assert (await hall.desk.tills.span(today, today, own=True)).wrong == ()
        back = await fill(hall, second, "refund", text="多收")
        assert [paper.kind for paper in back.papers] == ["refund"]
        assert await hall.desk.tills.close(today, {"cash": FEE}) == ()
        assert await hall.desk.tills.reconcile(today, today, FEE) == ()
        await hall.synced()
        assert {code for code, _ in findings(stage)} == {"receipt_skipped"}
        assert await hall.desk.tills.reconcile(today, today, 0) != ()
        await hall.leave()
