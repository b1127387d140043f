"""The desk's materials and scanners as the presenters need them; see `ui.presenters.desk`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable
    from pathlib import Path

    from client.app.files.materials import Edited, PageEdit
    from client.app.ports.scan import ScanAsk, ScanDevice
    from client.app.rows.words import PageRow


class Materials(Protocol):
    """Pages that an applicant hands in."""

    async def take_in(
        self, case: str, name: str, data: bytes | Path, material: str = ""
    ) -> PageRow:
        """Normalise and seal one file; raises DocumentFailure."""

    async def files_in(self, paths: Iterable[Path]) -> tuple[Path, ...]:
        """Return files and those of folders; raises DocumentFailure."""

    async def edited(self, case: str, material: str, page: PageRow, edit: PageEdit) -> Edited:
        """Return a page as it would be kept after an edit."""

    async def edit_of(self, page: PageRow) -> PageEdit:
        """Return the edit from which a page is gone on."""

    async def uncropped(
        self, page: PageRow, edit: PageEdit, width: int = 1000
    ) -> tuple[int, int, bytes]:
        """Draw a page turned and straightened, but whole."""

    async def proposed_tilt(self, page: PageRow, turn: int = 0) -> int:
        """Return by how many tenths of a degree a page should be straightened."""

    async def keep(self, edited: Edited) -> PageRow:
        """Keep an edited page sealed."""

    async def package(self, case: str, path: Path) -> int:
        """Write the case's pages into one file; returns how many."""

    async def forget(self, pages: Iterable[PageRow]) -> None:
        """Forget the originals of pages whose step was made."""

    async def image(self, sha256: str, page: int = 0, width: int = 1200) -> tuple[int, int, bytes]:
        """Return width, height and RGB888 of one page."""


class Scanning(Protocol):
    """Scanners, document cameras."""

    async def devices(self) -> tuple[ScanDevice, ...]:
        """Return what can scan; raises ScanFailure."""

    async def scan(
        self,
        case: str,
        material: str,
        ask: ScanAsk,
        page: Callable[[PageRow], Awaitable[None]],
        tell: Callable[[int], None],
    ) -> int:
        """Scan until the stack is through or `stop`; `page` is awaited with each page kept."""

    def stop(self) -> None:
        """End the scan that is under way; what came is kept."""
