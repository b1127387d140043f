"""Money of scripted screens: two fees, three runs of forms, a day that balances or does not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from client.app.money.tills import said
from client.app.rows.cases import PaperRow
from client.app.rows.money import FeeRow, FormsRow, MannerSum, SpanView, TillView
from sync.domain.amounts import fen_in
from sync.domain.events import MANNERS
from sync.domain.failures import Failure
from sync.domain.violations import violation
from tests.helpers.scripted_cases import NOW

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from client.app.rows.words import Words
    from tests.helpers.scripted_desk import ScriptedDesk

FIRST, SECOND = "20261116-339901-00030-0", "20261116-339901-00012-2"
FEES = (
    FeeRow("f1", FIRST, "云岭县滨河餐饮店", "食品经营许可(新办)", 5000, f"{FIRST}-FN3", NOW),
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


class ScriptedTills:
    """Remembers what was done; finds by what the rows hold."""

    def __init__(self, desk: ScriptedDesk) -> None:
        self.desk = desk
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
