"""Scanning into one material: which device, how far, and what went wrong; pages come one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from sync.domain.failures import Failure
from ui.values import Problem

if TYPE_CHECKING:
    from client.app.ports.scan import ScanAsk, ScanDevice
    from client.app.rows.words import PageRow
    from ui.presenters.receive import ReceivePresenter


class ScanScreen(Protocol):
    """What the view can do."""

    def show_looking(self, material: str) -> None:
        """Show that devices are being looked for, for this material."""

    def show_devices(self, devices: tuple[ScanDevice, ...]) -> None:
        """Offer the devices; none: say so."""

    def show_scanning(self, count: int, percent: int) -> None:
        """Show how far the scan is."""

    def show_scanned(self, count: int, problem: Problem | None) -> None:
        """Show that the scan is over: how many pages came, and why no more did."""


class ScanPresenter:
    """One scan after the other.

    Args:
        receive: the checklist that the pages go to.
        screen: the view.
    """

    def __init__(self, receive: ReceivePresenter, screen: ScanScreen) -> None:
        self._receive = receive
        self._screen = screen
        self._scanning = receive.desk.scanning
        self._busy = False

    async def look(self, material: str) -> None:
        """Look for devices; a scan that is under way goes on undisturbed."""
        if self._busy:
            return
        self._screen.show_looking(material)
        try:
            self._screen.show_devices(await self._scanning.devices())
        except Failure as failure:
            self._screen.show_scanned(0, Problem.of(failure))

    async def scan(self, material: str, ask: ScanAsk) -> None:
        """Scan until the stack is through; every page is kept as it comes."""
        if self._busy:
            return
        self._busy = True
        self._receive.hold(material, 1)
        count = 0

        async def page(row: PageRow) -> None:
            nonlocal count
            count += 1
            await self._receive.add(material, row)
            self._screen.show_scanning(count, 0)

        def tell(percent: int) -> None:
            if self._busy:
                self._screen.show_scanning(count, percent)

        problem = None
        self._screen.show_scanning(0, 0)
        try:
            await self._scanning.scan(self._receive.case, material, ask, page, tell)
        except Failure as failure:
            problem = Problem.of(failure)
        finally:
            self._busy = False
            self._receive.hold(material, -1)
        self._screen.show_scanned(count, problem)

    def stop(self) -> None:
        """End the scan; what came is kept."""
        self._scanning.stop()
