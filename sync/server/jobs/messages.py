"""The job that sends what waits in the outbox of short messages."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from sync.domain.failures import Failure

if TYPE_CHECKING:
    from sync.server.services.cases.notices import Messenger

LOOK_S = 2.0  # one look at a partial index; any process of the centre may have put a message there

log = structlog.get_logger(__name__)


class MessageJob:
    """Looks into the outbox every now and then."""

    def __init__(self, messenger: Messenger) -> None:
        self._messenger = messenger

    async def run(self) -> None:
        """Run until cancelled."""
        while True:
            try:
                while await self._messenger.send_waiting():
                    continue
            except Failure as failure:
                log.warning("messages put off", failure=failure.code)
            except Exception:
                # The job outlives a full disk or a locked file: it tries again.
                log.exception("messages not sent")
            await asyncio.sleep(LOOK_S)
