"""What the scripted desk takes in, shows and prints: materials, papers, slips."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from client.app.files.prints import Printed
from client.app.rows.words import PageRow
from sync.domain.failures import Failure
from tests.helpers.scripted_cases import NOW
from tests.helpers.scripted_pages import ScriptedPages
from tests.helpers.scripted_papers import Picture, paper, scan
from tests.helpers.scripted_part import ScriptedPart

if TYPE_CHECKING:
    from tests.helpers.scripted_desk import ScriptedDesk


class ScriptedMaterials(ScriptedPart, ScriptedPages):
    async def take_in(
        self, case: str, name: str, data: bytes | Path, material: str = ""
    ) -> PageRow:
        content = _bytes(data)
        self.desk.asked.append(("take_in", case, name))
        if not content:
            raise Failure("document.file_empty")
        if content.startswith(b"PK"):
            raise Failure("document.file_is_archive")
        return page_row(name, content)

    async def image(self, sha256: str, page: int = 0, width: int = 1200) -> Picture:
        del page
        return scan(sha256[:8], width)


class ScriptedPapers(ScriptedPart):
    async def read(self, sha256: str) -> bytes:
        return b"%PDF-1.7 " + sha256.encode()

    async def image(self, sha256: str, page: int = 0, width: int = 1200) -> Picture:
        del page
        number, kind, _place = sha256.split("/")
        held = self.desk.world[number]
        lines = (f"办件编号:{number}", f"申请人:{held.applicant}", f"事项:{held.item.row.name}")
        return paper(kind.upper(), lines, width, kind != "slip")

    async def save(self, sha256: str, path: Path) -> None:
        _write(path, await self.read(sha256))


class ScriptedPrints(ScriptedPart):
    """Every paper has a slip; prints are counted."""

    def __init__(self, desk: ScriptedDesk) -> None:
        super().__init__(desk)
        self.log: dict[str, int] = {}

    async def narrow(self, sha256: str) -> str:
        return f"{sha256}-80" if "/slip/" in sha256 else ""

    async def pages(self, sha256: str) -> int:
        del sha256
        return 2

    async def before(self, sha256: str) -> Printed:
        return Printed(self.log.get(sha256, 0), "林知夏", NOW)

    async def printed(self, sha256: str) -> Printed:
        self.log[sha256] = self.log.get(sha256, 0) + 1
        return await self.before(sha256)


def _bytes(data: bytes | Path) -> bytes:
    return data.read_bytes() if isinstance(data, Path) else data


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def page_row(name: str, content: bytes) -> PageRow:
    digest = hashlib.sha256(content + name.encode()).hexdigest()
    return PageRow(digest, name, "image/jpeg", len(content), 1, uploaded=False)
