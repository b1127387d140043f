"""The job that carries what waits in the outbox of the channels."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from sync.server.jobs.outliving import Outliving

if TYPE_CHECKING:
    from sync.server.services.channels.courier import Courier

FORGET_EVERY = 1800  # looks: about once an hour
LOOK_S = 2.0  # one look at a partial index; any process of the centre may have put a message there

log = structlog.get_logger(__name__)


class MessageJob:
    """Looks into the outbox every now and then."""

    def __init__(self, courier: Courier) -> None:
        self._courier = courier

    async def run(self) -> None:
        """Run until cancelled."""
        looks = 0
        while True:
            if looks % FORGET_EVERY == 0:
                with Outliving(log, "old messages not forgotten"):
                    await self._courier.forget()
            looks += 1
            with Outliving(log, "messages put off"):
                while await self._courier.send_waiting():
                    continue
            await asyncio.sleep(LOOK_S)
