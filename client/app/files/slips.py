"""The 80 mm slips of papers, made once their step is durable: nobody waits for a roll's copy.

The A4 paper is the one that the event names, and is made before it. Its slip is what a thermal
printer is given; it stays at this window, and a window that ended in between has the paper alone.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from client.app.files.prints import keep_narrow
from client.documents.narrow import compose_narrow, has_narrow
from sync.domain.failures import Failure

if TYPE_CHECKING:
    from client.app.session.workplace import Workplace
    from client.documents.papers import PaperData

_log = logging.getLogger("chuangkou.slips")


@dataclass(frozen=True, slots=True)
class _Due:
    place: Workplace
    data: PaperData
    sha256: str
    kept: asyncio.Event = field(default_factory=asyncio.Event)


class Slips:
    """Makes slips in the order in which they were wanted, while `run` is awaited."""

    def __init__(self) -> None:
        self._wanted: asyncio.Queue[_Due] = asyncio.Queue()
        self._coming: dict[str, _Due] = {}

    def want(self, place: Workplace, data: PaperData, sha256: str) -> None:
        """Have the slip of a paper made; nothing where its kind has none. Screen lane."""
        if has_narrow(data):
            due = self._coming[sha256] = _Due(place, data, sha256)
            self._wanted.put_nowait(due)

    async def made(self, sha256: str) -> None:
        """Wait for the slip of a paper that is being made, if one is."""
        due = self._coming.get(sha256)
        if due is not None:
            await due.kept.wait()

    async def run(self) -> None:
        """Make what is wanted, for as long as the program runs."""
        while True:
            due = await self._wanted.get()
            try:
                await _make(due)
            except Failure:
                pass  # the window was locked: the paper is there
            except Exception:  # noqa: BLE001  nothing else of the desk ends with a copy
                _log.exception("a slip was not made")
            finally:
                due.kept.set()
                if self._coming.get(due.sha256) is due:  # else the same paper was wanted again
                    del self._coming[due.sha256]


async def _make(due: _Due) -> None:
    place = due.place
    slip = await place.lanes.crunch.run(compose_narrow, due.data)
    if slip is not None:
        await place.on_store(keep_narrow, place.store, due.sha256, slip)
