"""The job that drops what is past its term: departments' messages, windows' reports of faults."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from sync.domain.failures import Failure

if TYPE_CHECKING:
    from sync.server.services.desk import Desk

LOOK_S = 24 * 3600.0

log = structlog.get_logger(__name__)


class DepartmentsJob:
    """Looks once a day."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def run(self) -> None:
        """Run until cancelled."""
        while True:
            await asyncio.sleep(LOOK_S)
            try:
                await self._desk.ledger.write(self._desk.department_quality.forget)
                await self._desk.ledger.write(self._desk.crashes.forget)
            except Failure as failure:
                log.warning("what is past its term is not dropped", failure=failure.code)
            except Exception:
                # The job outlives a full disk or a locked file: it tries again.
                log.exception("what is past its term is not dropped")
