"""A batch of decisions for scripted screens: the scripted desk's own sheets and signatures."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from client.app.rows.batch import BatchCase, BatchEnd, BatchRound
from sync.domain.failures import Failure
from tests.helpers.gallery_cases import DECIDING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from client.app.rows.steps import SigningSheet
    from sync.domain.secret import Secret
    from tests.helpers.scripted_desk import ScriptedDesk


_NAMES = ("滨河餐饮店", "山水间茶馆", "老张面馆", "云岭果园", "古道书屋", "阿依奶茶", "晨光早点")


def several_deciding(desk: ScriptedDesk, count: int) -> tuple[str, ...]:
    """Give the world so many cases that wait for a decision; return their numbers."""
    first = desk.world[DECIDING]
    numbers = [DECIDING]
    for at in range(1, count):
        number = f"20261116-339901-001{at:02d}-{at % 10}"
        name = f"{_NAMES[at % len(_NAMES)]}{at}号"
        desk.world[number] = replace(first, number=number, applicant=name)
        numbers.append(number)
    return tuple(numbers)


class ScriptedBatch:
    """`moved` fail as if somebody had done something to them; `most` is what one PIN signs."""

    def __init__(self, desk: ScriptedDesk) -> None:
        self.desk = desk
        self.moved: set[str] = set()
        self.most = 50
        self.prepared: list[str] = []
        self.cancelled = False

    async def waiting(self) -> tuple[BatchCase, ...]:
        found = []
        for number, case in self.desk.world.items():
            if case.state != "deciding":
                continue
            detail = await self.desk.cases.open(number)
            option = next(o for o in detail.options if o.kind == "grant")
            found.append(BatchCase(detail, "grant", option.blocked))
        return tuple(found)

    async def prepare(self, case: BatchCase, text: str) -> SigningSheet:
        number = case.detail.row.number
        self.prepared.append(number)
        return await self.desk.signing.prepare("grant", number, text=text)

    def cancel(self) -> None:
        self.cancelled = True

    async def sign(
        self,
        sheets: Sequence[SigningSheet],
        pin: Secret[str],
        tell: Callable[[BatchEnd], None],
    ) -> BatchRound:
        ends: list[BatchEnd] = []
        self.cancelled = False
        for at, sheet in enumerate(sheets):
            left = tuple(each.case for each in sheets[at:])
            if self.cancelled or at >= self.most:
                return BatchRound(tuple(ends), left)
            if sheet.case in self.moved:
                end = BatchEnd(sheet.case, failure=Failure("app.case_moved", case=sheet.case))
            else:
                try:
                    end = BatchEnd(sheet.case, done=await self.desk.signing.sign(sheet, pin))
                except Failure as failure:
                    return BatchRound(tuple(ends), left, failure)
            ends.append(end)
            tell(end)
        return BatchRound(tuple(ends))
