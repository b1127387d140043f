"""The job that forgets: drafts that nobody sent, files and names of filings that are long over."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

import structlog

from sync.server.jobs.outliving import Outliving
from sync.server.services.public.filing import LOCK

if TYPE_CHECKING:
    from sync.server.services.desk import Desk

LOOK_S = 1800.0  # nobody waits for it

log = structlog.get_logger(__name__)


class FilingsJob:
    """Looks every now and then; sealed files that nobody has any more are destroyed."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def run(self) -> None:
        """Run until cancelled."""
        filing, ledger = self._desk.strangers.filing, self._desk.ledger
        while True:
            with Outliving(log, "filings not looked at"):
                gone = await ledger.write(filing.forget, LOCK)
                if gone:
                    await ledger.crunch(partial(filing.destroy, gone))
            await asyncio.sleep(LOOK_S)
