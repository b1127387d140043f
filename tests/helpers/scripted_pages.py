"""The editing of pages as the scripted desk has it: pictures are drawn, answers are made up."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from client.app.files.materials import Edited, PageEdit
from client.app.ports.scan import ScanAsk, ScanDevice
from client.documents.folder import files_in
from sync.domain.failures import Failure
from tests.helpers.scripted_papers import scan

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable
    from pathlib import Path

    from client.app.rows.words import PageRow
    from tests.helpers.scripted_desk import ScriptedDesk

TILT = 17  # every page of this desk lies askew by so much


class ScriptedPages:
    """Mixed into the scripted materials."""

    desk: ScriptedDesk

    async def files_in(self, paths: Iterable[Path]) -> tuple[Path, ...]:
        return files_in(tuple(paths))

    async def edited(self, case: str, material: str, page: PageRow, edit: PageEdit) -> Edited:
        self.desk.asked.append(("edited", case, material, page.name, edit))
        if self.desk.fail is not None:
            failure, self.desk.fail = self.desk.fail, None
            raise failure
        if page.type == "application/pdf":
            raise Failure("document.not_a_picture")
        data = f"{page.original or page.sha256} {edit}".encode()
        row = replace(page, sha256=hashlib.sha256(data).hexdigest(), edit=edit.numbers, size=87_654)
        return Edited(row, scan(page.name, 1024), data)

    async def edit_of(self, page: PageRow) -> PageEdit:
        return PageEdit.of(page.edit)

    async def uncropped(
        self, page: PageRow, edit: PageEdit, width: int = 1000
    ) -> tuple[int, int, bytes]:
        return scan(page.name, width)

    async def proposed_tilt(self, page: PageRow, turn: int = 0) -> int:
        return TILT

    async def keep(self, edited: Edited) -> PageRow:
        self.desk.asked.append(("keep", edited.row.sha256))
        return edited.row

    async def package(self, case: str, path: Path) -> int:
        self.desk.asked.append(("package", case, path.name))
        return sum(len(row.pages) for row in self.desk.world[case].materials)

    async def forget(self, pages: Iterable[PageRow]) -> None:
        self.desk.asked.append(("forget", tuple(page.sha256 for page in pages)))


class ScriptedScanning:
    """Two devices; the feeder holds three sheets, and `fail` jams the third."""

    devices_here = (
        ScanDevice("sane test:0", "示例扫描仪 带进纸器", feeder=True),
        ScanDevice("folder /scans", "高拍仪文件夹", endless=True),
    )

    def __init__(self, desk: ScriptedDesk) -> None:
        self.desk = desk
        self.stopped = False

    async def devices(self) -> tuple[ScanDevice, ...]:
        return self.devices_here

    async def scan(
        self,
        case: str,
        material: str,
        ask: ScanAsk,
        page: Callable[[PageRow], Awaitable[None]],
        tell: Callable[[int], None],
    ) -> int:
        self.desk.asked.append(("scan", case, material, ask))
        self.stopped = False
        for number in range(1, 4 if ask.feeder else 2):
            tell(60)
            if self.stopped:
                return number - 1
            if number == 3 and self.desk.fail is not None:
                failure, self.desk.fail = self.desk.fail, None
                raise failure
            await page(
                await self.desk.materials.take_in(
                    case, f"{number:03d}.jpg", f"{number}".encode(), material
                )
            )
        return 3

    def stop(self) -> None:
        self.stopped = True
