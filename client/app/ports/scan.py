"""What the window asks of whatever makes pictures of paper. Scan lane, except where it says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from sync.domain.failures import Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class ScanFailure(Failure):
    """A scan that did not end well; pages that came before it are kept.

    scan.no_program, .gone, .busy, .jammed, .cover_open, .empty, .denied, .silent, .rubbish,
    .broken.
    """


@dataclass(frozen=True, slots=True)
class ScanDevice:
    """One device.

    Args:
        name: by which it is asked for; of one adapter only.
        label: as people call it.
        feeder: whether it draws in a stack of sheets by itself.
        endless: whether pages come until somebody says that it is enough: a camera's folder.
    """

    name: str
    label: str
    feeder: bool = False
    endless: bool = False


@dataclass(frozen=True, slots=True)
class ScanAsk:
    """What is scanned.

    Args:
        device: its name.
        feeder: the whole stack from the feeder, or one sheet from the glass.
        colour: colours, or greys.
        dpi: dots per inch; 200 is twice what a page of the rule can show.
    """

    device: str
    feeder: bool = False
    colour: bool = True
    dpi: int = 200


class Scanners(Protocol):
    """One way to devices: SANE, WIA, a watched folder."""

    def devices(self) -> tuple[ScanDevice, ...]:
        """Return what is there; takes seconds where a network is asked.

        Raises:
            ScanFailure: scan.no_program, scan.broken.
        """

    def scan(self, ask: ScanAsk, tell: Callable[[int], None]) -> Iterator[bytes]:
        """Give the pages one by one, each as soon as it is there, in the device's own format.

        Ends quietly when the stack is through or after `cancel`; leaves nothing behind on disk.

        Args:
            ask: what to scan.
            tell: told by how many per cent the present page is in; on the scan lane.

        Raises:
            ScanFailure: any of its codes but no_program and rubbish: what a page holds is for
                whoever takes it in to say.
        """

    def cancel(self) -> None:
        """End the scan that is under way, from any thread; none under way: nothing happens."""
