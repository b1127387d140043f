"""Online filings as the scripted desk has them: two that wait, one of them late."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from client.app.rows.filings import FilingFileRow, FilingRow, FilingsView, Registered
from client.app.rows.steps import PreregisterForm
from client.app.rows.words import PageRow
from tests.helpers.scripted_cases import ITEMS, NOW

if TYPE_CHECKING:
    from sync.domain.failures import Failure
    from tests.helpers.scripted_desk import ScriptedDesk


class ScriptedFilings:
    """What applicants sent; a registered one leaves the list at once, known a look later."""

    def __init__(self, desk: ScriptedDesk) -> None:
        self.desk = desk
        self.refuses: Failure | None = None
        self.asked: list[tuple[str, ...]] = []
        self.unknown = 0  # how often the centre does not know the case yet
        item = ITEMS[0].row
        form = PreregisterForm(
            "person", "resident_id", "110101199003071233", "王芳", "13900000001", item.code
        )
        files = (FilingFileRow("申请书", "m1", "申请书.pdf", 120, "a" * 64),)
        first = FilingRow(
            "W261122-00001", item.name, "filed", NOW - timedelta(days=2),
            NOW - timedelta(hours=1), late=True, form=form, files=files,
        )  # fmt: skip
        second = replace(
            first, number="W261122-00002", due=NOW + timedelta(hours=5), late=False, files=(),
            form=replace(form, name="云岭某某餐饮店"),
        )  # fmt: skip
        self.rows = [first, second]

    async def view(self) -> FilingsView:
        self.desk.door.place()
        return FilingsView(tuple(self.rows))

    async def page(self, number: str, sha256: str) -> tuple[int, int, bytes]:
        self._note("page", number, sha256)
        return 60, 84, bytes(60 * 84 * 3)

    async def register(self, number: str) -> Registered:
        self._note("register", number)
        row = next(each for each in self.rows if each.number == number)
        self.rows.remove(row)
        done = await self.desk.steps.preregister(row.form)
        page = PageRow("a" * 64, "申请书.pdf", "application/pdf", 1, 1, uploaded=False)
        pages = tuple((file.code, (page,)) for file in row.files)
        return Registered(done, done.case, pages)

    async def settle(self) -> int:
        self.asked.append(("settle",))
        self.unknown = max(0, self.unknown - 1)
        return self.unknown

    async def lacks(self, number: str, text: str) -> None:
        self._note("lacks", number, text)
        self.rows = [each for each in self.rows if each.number != number]

    async def release(self, number: str) -> None:
        self._note("release", number)

    def _note(self, *what: str) -> None:
        if self.refuses is not None:
            raise self.refuses
        self.asked.append(what)
