"""The line's world: its scopes and moment, the window's clocks, the next event of a device."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tests.helpers.pki import NOW
from tests.helpers.world import HALL, World, ms

if TYPE_CHECKING:
    from sync.engine.session import LineSession
    from sync.protocol.records import Record


NOW_MS = ms(NOW)
HALL_SCOPE = f"hall/{HALL}"
HOUR = 3_600_000


class LoopClock:
    """The window's clocks: the wall stands at NOW plus what the loop has run."""

    def __init__(self, wrong_ms: int = 0) -> None:
        self.wrong_ms = wrong_ms
        self.shift_ms = 0
        self._loop = asyncio.get_running_loop()

    def boot_ms(self) -> int:
        return int(self._loop.time() * 1000) + self.shift_ms

    def wall(self) -> Any:
        return NOW + timedelta(milliseconds=self.wrong_ms)

    def boot_id(self) -> str:
        return "boot-1"


def step(world: World, session: LineSession, kind: str = "claim", **changes: Any) -> Record:
    """Make the device's next event under a session."""
    return world.event(session.login, session.key, kind, {"text": "…"}, **changes)
