"""The job that reads windows' backups again, and forgets those whose windows are no more."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

import structlog

from sync.domain.failures import Failure

if TYPE_CHECKING:
    from sync.server.services.desk import Desk

LOOK_S = 3600.0
BREATH_S = 0.5  # between two groups of files: the disk is others' too

log = structlog.get_logger(__name__)


class BackupsJob:
    """Looks once an hour for what was not read since a day.

    Args:
        desk: the centre's services.
        every_s: between two looks.
    """

    def __init__(self, desk: Desk, every_s: float = LOOK_S) -> None:
        self._desk = desk
        self._every_s = every_s

    async def run(self) -> None:
        """Run until cancelled."""
        while True:
            try:
                await self.look()
            except Failure as failure:
                log.warning("windows' backups not read", failure=failure.code)
            except Exception:
                # The job outlives a full disk or a locked file: it tries again.
                log.exception("windows' backups not read")
            await asyncio.sleep(self._every_s)

    async def look(self) -> None:
        """Read again what is due, forget what has outlived its term."""
        ledger, service = self._desk.ledger, self._desk.window_backups
        while due := await ledger.read(service.due):
            found = [await ledger.crunch(partial(service.read_again, row)) for row in due]
            await ledger.write(partial(service.note, rows=found))
            for row in found:
                if row.damaged:
                    log.error("backup damaged", dev=row.dev, inc=row.inc, n=row.n)
            await asyncio.sleep(BREATH_S)
        if gone := await ledger.write(service.outlived):
            await ledger.crunch(lambda: service.destroy(gone))
        known = await ledger.read(service.files)
        await ledger.crunch(partial(service.sweep, known))
        await ledger.read(service.count_damaged)
