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
from sync.server.cli.signing import enact_one
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
    enact_one(settings, stage.places.authority, "catalogue", catalogue, texts("zh_CN"))


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


def statement(folder, *rows):
    """Write a statement as a bank's site gives it out."""
    path = folder / "statement.csv"
    heads = "账号：,9558800001\r\n交易日期,借方发生额,贷方发生额,对方户名,附言,交易流水号"
    path.write_bytes("\r\n".join((heads, *rows, "合计,,,,,")).encode("gbk"))
    return path


async def test_charge_pay_issue_and_a_day_that_balances(stage, tmp_path):
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
        today = hall.desk.now().date()
        bank, wire = hall.desk.tills.bank, f"{today},,50.00,某人,款{desk.fees[0].notice},TX-1"
        strange = f"{today},0.35,,示例银行,手续费,TX-2"
        assert (await bank.read(statement(tmp_path, wire))).new == 1
        read = await bank.read(statement(tmp_path, wire, strange))
        assert (read.new, read.known, read.unread) == (1, 1, ())
        sure, other = (await bank.view()).rows
        assert (sure.stand, sure.fees[0].fee.case) == ("sure", case)
        assert (other.stand, other.fen) == ("none", -35)
        assert (await hall.desk.tills.span(today, today)).unexplained == 2
        paid = await fill(hall, case, "pay", manner="transfer", bank_ref=sure.number)
        (booked,) = (await bank.view("TX-1")).rows
        assert (booked.stand, booked.receipt) == ("booked", "33A-00000001")
        (open_,) = (await hall.desk.tills.span(today, today)).wrong[1:]
        assert open_.key == "bank.open.out"
        await bank.explain(other.key, "手续费")
        view = await hall.desk.tills.span(today, today)
        assert (view.banked_fen, view.unexplained) == (FEE - 35, 0)
        assert [paper.kind for paper in paid.papers] == ["fee_receipt"]
        assert (await hall.desk.tills.view()).fees == ()
        assert await hall.desk.tills.close(today, {"transfer": FEE}) == ()
        await hall.synced()
        assert findings(stage) == []
        assert await hall.desk.tills.close(today, {"cash": FEE}) != ()
        await hall.synced()
        assert sorted(code for code, _ in findings(stage)) == ["till_over", "till_short"]
        explained = (await hall.desk.tills.reconcile(today, today, FEE))[-1]
        assert (explained.key, explained.args["note"]) == ("bank.open.explained", "手续费")
        weekly = await hall.desk.tills.sheet(today, today, own=False)
        assert (await hall.desk.papers.read(weekly.sha256)).startswith(b"%PDF")
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
