"""The job that reads windows' backups again, and forgets those whose windows are no more."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

import structlog

from sync.server.jobs.outliving import Outliving

if TYPE_CHECKING:
    from sync.server.services.desk import Desk

LOOK_S = 3600.0
BREATH_S = 0.5  # between two groups of files: the disk is others' too
SLICE = 500  # so many old ones are looked through in one unit: windows write meanwhile

log = structlog.get_logger(__name__)


class BackupsJob:
    """Looks once an hour for what was not read since a day.

    Args:
        desk: the centre's services.
        every_s: between two looks.
        at_once: how many old backups are looked through in one unit.
    """

    def __init__(self, desk: Desk, every_s: float = LOOK_S, at_once: int = SLICE) -> None:
        self._desk = desk
        self._every_s = every_s
        self._at_once = at_once

    async def run(self) -> None:
        """Run until cancelled."""
        while True:
            with Outliving(log, "windows' backups not read"):
                await self.look()
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
        await self._forget()
        known = await ledger.read(service.files)
        await ledger.crunch(partial(service.sweep, known))
        await ledger.read(service.count_damaged)

    async def _forget(self) -> None:
        """Look through all old ones; what has outlived its term goes, the row before the file."""
        ledger, service = self._desk.ledger, self._desk.window_backups
        after, more = None, True
        while more:
            outlived = partial(service.outlived, limit=self._at_once, after=after)
            gone, after = await ledger.write(outlived)
            await ledger.crunch(partial(service.destroy, gone))
            more = after is not None
