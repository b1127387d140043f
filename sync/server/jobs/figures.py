"""The job that folds the log into figures, and makes scores and bulletins when they are due."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

import structlog

from sync.domain.failures import Failure

if TYPE_CHECKING:
    from sync.server.services.desk import Desk

LOOK_S = 5.0  # two statements where nothing came; a figure may be this old

log = structlog.get_logger(__name__)


class FiguresJob:
    """Looks every few seconds for lines that are not counted."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def run(self) -> None:
        """Run until cancelled."""
        while True:
            try:
                await self.round()
            except Failure as failure:
                log.warning("figures put off", failure=failure.code)
            except Exception:
                # The job outlives a full disk or a locked file: it tries again.
                log.exception("lines not counted")
            await asyncio.sleep(LOOK_S)

    async def round(self) -> None:
        """Count everything that is not, page by page: others commit in between."""
        counting, ledger = self._desk.counting, self._desk.ledger
        while behind := await ledger.read(counting.behind):
            for scope, after in sorted(behind.items()):
                page = await ledger.read(partial(counting.read, scope=scope, after=after))
                sums = await ledger.crunch(partial(counting.sum_up, page))
                await ledger.write(partial(counting.keep, sums=sums))
