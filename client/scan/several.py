"""Several ways to devices as one: whatever this machine has, in one list."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from client.app.ports.scan import ScanAsk, ScanDevice, ScanFailure
from sync.domain.failures import FailureKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from client.app.ports.scan import Scanners


class SeveralScanners:
    """Implements `Scanners` over others, each by a name of its own.

    Args:
        ways: name → way; a way that fails to list hides no other.
    """

    def __init__(self, ways: Mapping[str, Scanners]) -> None:
        self._ways = ways

    def devices(self) -> tuple[ScanDevice, ...]:
        """Return all devices; the first way's failure where no way knows any."""
        found: list[ScanDevice] = []
        failed: ScanFailure | None = None
        for way, scanners in self._ways.items():
            try:
                known = scanners.devices()
            except ScanFailure as failure:
                failed = failed or failure
                continue
            found.extend(replace(device, name=f"{way} {device.name}") for device in known)
        if failed is not None and not found:
            raise failed
        return tuple(found)

    def scan(self, ask: ScanAsk, tell: Callable[[int], None]) -> Iterator[bytes]:
        """Give the pages of the way that the device's name begins with, from now on."""
        way, _, name = ask.device.partition(" ")
        if way not in self._ways:
            raise ScanFailure("scan.gone", FailureKind.RETRIABLE)
        return self._ways[way].scan(replace(ask, device=name), tell)

    def cancel(self) -> None:
        """End what is under way."""
        for scanners in self._ways.values():
            scanners.cancel()
