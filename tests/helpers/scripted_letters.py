"""Letters of applicants as the scripted desk has them: none, until a test brings some."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from client.app.rows.letters import LetterRow
from tests.helpers.scripted_cases import NOW

if TYPE_CHECKING:
    from sync.domain.failures import Failure
    from tests.helpers.scripted_desk import ScriptedDesk

LATE = LetterRow(
    "L261120-0003", "complaint", "云岭县市场监督管理局", "", "窗口排队两小时，无人解释。",
    NOW - timedelta(days=6), NOW - timedelta(hours=20), late=True,
)  # fmt: skip
OWED = LetterRow(
    "L261122-0001", "inquiry", "", "20261122-339901-00017-5", "变更地址要带房产证原件吗？",
    NOW - timedelta(hours=3), NOW + timedelta(days=3), late=False,
)  # fmt: skip


class ScriptedLetters:
    """What applicants wrote; an answered one leaves the list."""

    def __init__(self, desk: ScriptedDesk) -> None:
        self.desk = desk
        self.rows: tuple[LetterRow, ...] = ()
        self.refuses: Failure | None = None
        self.asked: list[tuple[str, str]] = []

    async def waiting(self) -> tuple[LetterRow, ...]:
        self.desk.door.place()
        if self.refuses is not None:
            raise self.refuses
        return self.rows

    async def answer(self, number: str, text: str) -> tuple[LetterRow, ...]:
        if self.refuses is not None:
            raise self.refuses
        self.asked.append((number, text))
        self.rows = tuple(row for row in self.rows if row.number != number)
        return self.rows
