"""What this machine has, for the page of its settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from client.app.ports.counter import SerialLine
    from client.app.ports.scan import ScanDevice
    from sync.domain.failures import Failure


@dataclass(frozen=True, slots=True)
class MachineFound:
    """What was found.

    Args:
        printers: their names; None where nobody can be asked.
        lines: serial lines.
        scanners: devices that scan.
        scan_problem: why no scanner could be asked.
    """

    printers: tuple[str, ...] | None
    lines: tuple[SerialLine, ...] = ()
    scanners: tuple[ScanDevice, ...] = ()
    scan_problem: Failure | None = None
