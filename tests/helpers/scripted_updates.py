"""Updates, scripted: a version that waits, one on a stick, and refusals."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from client.app.rows.updates import UpdateFound, UpdateStanding, UpdateTimer
from client.updates.failures import UpdateFailure
from sync.domain.failures import FailureKind

if TYPE_CHECKING:
    from pathlib import Path

STANDING = UpdateStanding(
    running="0.1.0",
    installed="0.1.0",
    source="https://centre.example/updates",
    timer=UpdateTimer("on", datetime(2026, 11, 23, 12, 17, tzinfo=UTC)),
)
NOTES = {
    "zh_CN": "收件页可以一次扫描多份材料。\n修正：小票打印机纸尽时会提示。",
    "en": "Several materials can be scanned at once.\nMended: an empty slip printer is told.",
}
FOUND = UpdateFound("0.2.0", NOTES, ("window_open",))
WAITING = UpdateFound("0.2.0", NOTES, ("not_its_turn", "window_open", "waiting_unreadable"))


class ScriptedUpdates:
    """Finds what it is told to find; a look can be made to last until it is given up."""

    def __init__(self) -> None:
        self.has = STANDING
        self.found = FOUND
        self.fail: UpdateFailure | None = None
        self.lasts = False
        self.looked: list[Path | None] = []
        self._given_up = asyncio.Event()

    async def standing(self) -> UpdateStanding:
        return self.has

    async def look(self, folder=None, told=lambda _size: None) -> UpdateFound:
        self.looked.append(folder)
        if self.fail is not None:
            raise self.fail
        if self.lasts:
            told(12 << 20)
            self._given_up = asyncio.Event()
            await self._given_up.wait()
            raise UpdateFailure("update.given_up", FailureKind.RETRIABLE)
        if folder is not None:
            return UpdateFound(self.found.offered, NOTES, self.found.waits, 96_400_000)
        return self.found

    def give_up(self) -> None:
        self._given_up.set()
