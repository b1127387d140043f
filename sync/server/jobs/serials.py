"""The job that accounts for the numbers that windows gave back, or did not."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from sync.server.jobs.outliving import Outliving

if TYPE_CHECKING:
    from sync.server.services.desk import Desk

LOOK_S = 60.0  # nobody waits for it

log = structlog.get_logger(__name__)


class SerialsJob:
    """Looks every now and then for blocks to settle."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def run(self) -> None:
        """Run until cancelled."""
        while True:
            with Outliving(log, "numbers not settled"):
                while await self._desk.ledger.write(self._desk.serials.settle):
                    continue
            await asyncio.sleep(LOOK_S)
