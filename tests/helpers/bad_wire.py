"""A line as bad as lines get: some answers are swallowed, some end half-way, some come late.

It knows no TLS; which answers are harmed is drawn from a seed, the harms take turns.
"""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING

from tests.integration.engine.wire_cutter import WireCutter

if TYPE_CHECKING:
    from tests.helpers.centre import RunningCentre

LATE_S = 0.4


class BadWire(WireCutter):
    """A relay that harms about one answer in `one_in` whenever it is not `mended`."""

    def __init__(self, centre: RunningCentre, seed: int, one_in: int = 4) -> None:
        super().__init__(centre)
        self._choose = random.Random(seed)  # noqa: S311  which answer is harmed is no secret
        self._one_in = one_in
        self.harms = {"swallowed": 0, "half": 0, "late": 0}
        self.mended = True

    async def _copy(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, cutting: bool
    ) -> None:
        while data := await reader.read(65536):
            if cutting and not self.mended and not self._choose.randrange(self._one_in):
                harm = min(self.harms, key=self.harms.__getitem__)
                self.harms[harm] += 1
                if harm == "swallowed":
                    return
                if harm == "half":
                    writer.write(data[: len(data) // 2])
                    await writer.drain()
                    return
                await asyncio.sleep(LATE_S)
            writer.write(data)
            await writer.drain()
