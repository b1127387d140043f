"""The job that drops what is past its term: departments' messages, windows' reports of faults."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from sync.server.jobs.outliving import Outliving

if TYPE_CHECKING:
    from sync.server.services.desk import Desk

LOOK_S = 24 * 3600.0

log = structlog.get_logger(__name__)


class TermsJob:
    """Looks at the start and once a day."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def run(self) -> None:
        """Run until cancelled."""
        while True:
            with Outliving(log, "what is past its term is not dropped"):
                await self._desk.ledger.write(self._desk.department_quality.forget)
                await self._desk.ledger.write(self._desk.crashes.forget)
            await asyncio.sleep(LOOK_S)
