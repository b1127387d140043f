"""Money of scripted screens: two fees, three runs of forms, a day that balances or does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from client.app.rows.cases import PaperRow
from client.app.rows.money import (
    BankFee,
    BankRead,
    BankRow,
    BankView,
    FeeRow,
    FormsRow,
    MannerSum,
    SpanView,
    TillView,
)
from client.app.rows.words import said
from sync.domain.amounts import fen_in
from sync.domain.events import MANNERS
from sync.domain.failures import Failure
from sync.domain.violations import violation
from tests.helpers.scripted_cases import NOW

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from client.app.rows.words import Words
    from tests.helpers.scripted_desk import ScriptedDesk

FIRST, SECOND = "20261116-339901-00030-0", "20261116-339901-00012-2"
FEES = (
    FeeRow("f1", FIRST, "云岭县滨河餐饮店", "食品经营许可（新办）", 5000, f"{FIRST}-FN3", NOW),
    FeeRow("f2", SECOND, "王芳", "烟草专卖零售许可证核发", 120_050, f"{SECOND}-FN2", NOW),
)
FORMS = (
    FormsRow("33A", 1, 1, "used", "贺小满", "p0115", "", False, False, False),
    FormsRow("33A", 2, 3, "held", "贺小满", "p0115", "", True, False, True),
    FormsRow("33A", 4, 4, "used", "贺小满", "p0115", "", False, False, False),
    FormsRow("33A", 5, 60, "held", "贺小满", "p0115", "", True, False, False),
    FormsRow("33A", 61, 100, "held", "苏晓棠", "p0101", "贺小满", False, True, False),
)
GAP = said(violation("receipt_missing", receipt="33A-00000002–00000003"))


BANK = (
    BankRow(
        *("k1", date(2026, 11, 16), 5000, "云岭县滨河餐饮店", f"规费 {FIRST}-FN3", "R-1", "R-1"),
        *("sure", (BankFee(FEES[0], "notice"),), "transfer"),
    ),
    BankRow(
        *("k2", date(2026, 11, 17), 120_050, "王芳", "电汇", "", "k2", "perhaps"),
        *((BankFee(FEES[1], "payer"), BankFee(FEES[0], "off")), "wire"),
    ),
    BankRow(
        *("k3", date(2026, 11, 18), 1, "示例银行", "利息", "R-3", "R-3", "none", (), "transfer"),
    ),
    BankRow(
        *("k4", date(2026, 11, 18), -3500, "示例银行", "手续费", "R-4", "R-4", "none", ()),
        *("transfer", "", "", "银行手续费"),
    ),
    BankRow(
        *("k5", date(2026, 11, 13), 5000, "张伟", "规费", "R-0", "R-0", "booked", (), "transfer"),
        *("33A-00000001", FIRST),
    ),
)


class ScriptedBank:
    """Remembers what was read and written."""

    def __init__(self) -> None:
        self.read_files: list[Path] = []
        self.notes: list[tuple[str, str]] = []
        self.refuses = ""

    async def read(self, path: Path) -> BankRead:
        if self.refuses:
            raise Failure(self.refuses)
        self.read_files.append(path)
        return BankRead(path.name, 4, 1, (7, 9), date(2026, 11, 13), date(2026, 11, 18))

    async def view(self, text: str = "") -> BankView:
        notes = dict(self.notes)
        rows = (replace(row, note=notes.get(row.key, row.note)) for row in BANK)
        return BankView(tuple(r for r in rows if text in f"{r.payer}{r.remark}"), "33A-00000005")

    async def explain(self, key: str, note: str) -> None:
        self.notes.append((key, note))


class ScriptedTills:
    """Remembers what was done; finds by what the rows hold."""

    def __init__(self, desk: ScriptedDesk) -> None:
        self.desk = desk
        self.bank = ScriptedBank()
        self.unexplained = 0
        self.turned: list[tuple[object, ...]] = []
        self.closed: list[tuple[date, dict[str, int], str]] = []
        self.banked: list[int] = []
        self.wrong: tuple[Words, ...] = (GAP,)
        self.refuses = ""
        self.exported: list[Path] = []

    async def view(self, text: str = "") -> TillView:
        fen = fen_in(text.partition(" ")[0])
        fees = tuple(
            replace(fee, sure=fee.notice in text)
            for fee in FEES
            if (fen == fee.amount_fen if fen is not None else text in f"{fee.applicant}{fee.case}")
        )
        today = self.desk.now().date()
        return TillView(fees, "33A-00000005", 56, await self.span(today, today, own=True))

    async def forms(self) -> tuple[FormsRow, ...]:
        return FORMS

    async def keepers(self) -> tuple[tuple[str, str], ...]:
        return (("p0101", "苏晓棠"),)

    async def span(self, first: date, last: date, *, own: bool = False) -> SpanView:
        taken = {"cash": 5000, "transfer": 120_050}
        sums = tuple(MannerSum(name, taken.get(name, 0), 0) for name in MANNERS)
        return SpanView(
            first, last, "贺小满" if own else "", sums, (("市场监督管理局", 125_050),), 2, 0,
            ("33A-00000001", "33A-00000004"), bool(self.closed), self.wrong,
            None if own else 125_001, 0 if own else self.unexplained,
        )  # fmt: skip

    async def turn(
        self, act: str, batch: str, first: int, last: int, **more: str
    ) -> tuple[Words, ...]:
        if self.refuses:
            raise Failure(self.refuses, receipt="33A-00000001", person="p0101")
        self.turned.append((act, batch, first, last, more))
        return ()

    async def close(
        self, day: date, counted: Mapping[str, int], text: str = ""
    ) -> tuple[Words, ...]:
        self.closed.append((day, dict(counted), text))
        return self.wrong

    async def reconcile(
        self, first: date, last: date, banked_fen: int, text: str = ""
    ) -> tuple[Words, ...]:
        del first, last, text
        self.banked.append(banked_fen)
        return ()

    async def sheet(self, first: date, last: date, *, own: bool) -> PaperRow:
        del first, last, own
        return PaperRow("day_sheet", "", "ab" * 32, NOW)

    async def export(self, first: date, last: date, path: Path, *, own: bool) -> None:
        del first, last, own
        self.exported.append(path)
