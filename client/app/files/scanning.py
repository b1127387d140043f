"""Scan paper into the pages of a material: each page is kept the moment it is there."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from client.app.ports.scan import ScanFailure
from sync.domain.failures import Failure, FailureKind

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from client.app.files.materials import Materials
    from client.app.ports.scan import ScanAsk, ScanDevice, Scanners
    from client.app.rows.words import PageRow
    from client.app.session.workplace import Workplace

_RUBBISH = frozenset({"document.image_broken", "document.file_type_unknown", "document.file_empty"})


class Scanning:
    """One scan at a time, on a lane of its own: a scanner takes minutes.

    Args:
        place: returns the open session's means, or raises app.locked.
        materials: takes the pages in.
        scanners: the devices of this machine.
    """

    def __init__(
        self, place: Callable[[], Workplace], materials: Materials, scanners: Scanners
    ) -> None:
        self._place = place
        self._materials = materials
        self._scanners = scanners
        self._one = asyncio.Lock()

    async def devices(self) -> tuple[ScanDevice, ...]:
        """Return what can scan; takes seconds where a network is asked.

        Raises:
            ScanFailure: scan.no_program, scan.silent.
        """
        async with self._one:
            return await self._place().lanes.scan.run(self._scanners.devices)

    async def scan(
        self,
        case: str,
        material: str,
        ask: ScanAsk,
        page: Callable[[PageRow], Awaitable[None]],
        tell: Callable[[int], None],
    ) -> int:
        """Scan until the stack is through or `stop` is called; returns how many pages came.

        Cancelled, it ends the device's work first.

        Args:
            case: whose material.
            material: its code.
            ask: device and how.
            page: awaited with each page once it is kept; screen lane.
            tell: told by how many per cent the next page is in; screen lane.

        Raises:
            ScanFailure: as the port; scan.rubbish when a device sends what is no picture.
            DocumentFailure: a page that cannot be kept, e.g. document.page_too_dense.
            In every case the pages before it are kept and told.
        """
        async with self._one:
            lane, loop = self._place().lanes.scan, asyncio.get_running_loop()

            def told(percent: int) -> None:
                loop.call_soon_threadsafe(tell, percent)

            pages = await lane.run(self._scanners.scan, ask, told)  # it may look into a folder
            count = 0
            try:
                while (data := await lane.run(_next, pages)) is not None:
                    count += 1
                    await page(await self._taken(case, material, count, data))
            finally:
                self._scanners.cancel()
                await asyncio.shield(lane.run(_closed, pages))
            return count

    def stop(self) -> None:
        """End the scan that is under way; what came is kept."""
        self._scanners.cancel()

    async def _taken(self, case: str, material: str, count: int, data: bytes) -> PageRow:
        try:
            return await self._materials.take_in(case, f"{count:03d}.jpg", data, material)
        except Failure as failure:
            if failure.code not in _RUBBISH:
                raise
            raise ScanFailure("scan.rubbish", FailureKind.RETRIABLE, page=count) from failure


def _next(pages: Iterator[bytes]) -> bytes | None:
    return next(pages, None)


def _closed(pages: Iterator[bytes]) -> None:
    """Let a device's iterator end what it began."""
    close = getattr(pages, "close", None)
    if close is not None:
        close()
