"""The job that reminds of overdue instructions on reports to leaders (CH12)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from sync.server.jobs.outliving import Outliving
from sync.server.services.supervision.reporting import LOCK

if TYPE_CHECKING:
    from sync.server.services.desk import Desk

LOOK_S = 300.0  # terms end with a day's office hours: five minutes are soon

log = structlog.get_logger(__name__)


class ReportsJob:
    """Looks every now and then whether a term is over of which nobody was told."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def run(self) -> None:
        """Run until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_S)

    async def look(self) -> int:
        """Look once; return of how many instructions somebody was told."""
        notices, ledger = self._desk.report_notices, self._desk.ledger
        with Outliving(log, "nobody reminded"):
            if await ledger.read(notices.unheard):
                return await ledger.write(notices.remind, LOCK)
        return 0
