"""The job that signs heads anew after the log key has changed.

Windows and upper centres believe a head under a key that serves. A scope where nothing happens
would keep the one that the key before signed: nobody could begin to follow it, nor report it.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from sync.server.jobs.outliving import Outliving

if TYPE_CHECKING:
    from sync.server.services.desk import Desk

LOOK_S = 60.0

log = structlog.get_logger(__name__)


class HeadsJob:
    """Looks at the start and every minute: numbers may still be given back, policy may change."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._looked: int | None = None  # the policy at which every head was under its key

    async def run(self) -> None:
        """Run until cancelled."""
        while True:
            with Outliving(log, "heads not signed anew"):
                await self._look()
            await asyncio.sleep(LOOK_S)

    async def _look(self) -> None:
        desk, size = self._desk, self._desk.policy.size
        if self._looked == size or desk.reopening.closed:
            return
        serves = desk.policy.trust.server("log")
        known = desk.policy.scopes_known()
        ended = await desk.ledger.read(lambda tx: desk.scopes.under_ended(tx, known, serves))
        if ended:
            await desk.ledger.write(lambda tx: desk.scopes.renew(tx, ended), ended)
            log.warning("heads signed anew", code="centre.heads_renewed", scopes=len(ended))
        self._looked = size
