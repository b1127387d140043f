"""The job that looks through the scopes for anomalies, when a day has ended."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from sync.server.jobs.outliving import Outliving

if TYPE_CHECKING:
    from sync.server.services.desk import Desk

LOOK_S = 300.0  # nobody waits for it: findings are judged by day

log = structlog.get_logger(__name__)


class InspectionJob:
    """Looks every now and then whether a day has ended somewhere."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def run(self) -> None:
        """Run until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_S)

    async def look(self) -> int:
        """Look once; return how many scopes were looked through."""
        with Outliving(log, "not inspected"):
            return await self._desk.inspecting.inspect(self._desk.ledger)
        return 0
