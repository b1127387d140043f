"""The job that has the certificates stamped by the time stamp authority."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from sync.server.jobs.outliving import Outliving

if TYPE_CHECKING:
    from sync.server.services.cases.stamping import Stamper, TimeStamps

LOOK_S = 2.0  # one look at a partial index; any process of the centre may have taken a seal in

log = structlog.get_logger(__name__)


class StampJob:
    """Looks every now and then for what wants a stamp.

    Args:
        stamper: stamps.
        line: its line to the authority, hung up when the job ends.
    """

    def __init__(self, stamper: Stamper, line: TimeStamps) -> None:
        self._stamper = stamper
        self._line = line

    async def run(self) -> None:
        """Run until cancelled."""
        try:
            while True:
                await self._round()
                await asyncio.sleep(LOOK_S)
        finally:
            self._line.hang_up()

    async def _round(self) -> None:
        with Outliving(log, "stamps put off"):
            while await self._stamper.stamp_waiting():
                continue
