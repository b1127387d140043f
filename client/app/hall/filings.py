"""Online filings at a window: seen, taken up by pre-registration, or answered with what is missing.

The case is the window's own signed step; which filing it came of is told to the centre once that
knows the case (docs/adr/020). Until then it stands in a draft that is kept in the step's own
transaction, so that a lock, a crash or a line that is out never makes a second case of one filing.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from client.app.failures import AppFailure
from client.app.rows.filings import FilingFileRow, FilingRow, FilingsView, Registered
from client.app.rows.steps import PreregisterForm
from client.documents.preview import draw
from sync.domain.calendar import CHINA
from sync.domain.failures import Failure
from sync.domain.fields import moment_of
from sync.proof.keys import new_id
from sync.protocol.filing_messages import FilingAnswer, FilingCall, FilingsAnswer
from sync.protocol.messages import Empty

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from typing import Any

    from client.app.files.materials import Drawn, Materials
    from client.app.ports.hall import HallLine
    from client.app.ports.store import CaseStore
    from client.app.rows.words import PageRow
    from client.app.session.workplace import Workplace
    from client.app.steps.clerk import Steps
    from sync.domain.policy import PolicyBook
    from sync.protocol.filing_messages import Filing

REGISTERED = "filings.registered"
"""The draft that holds which case a filing became, until the centre was told: {filing: case}."""


class Filings:
    """A hall's online filings; each call needs an open session and the line."""

    def __init__(
        self,
        place: Callable[[], Workplace],
        line: HallLine,
        steps: Steps,
        materials: Materials,
    ) -> None:
        self._place = place
        self._line = line
        self._steps = steps
        self._materials = materials
        self._held: dict[str, FilingRow] = {}

    async def view(self) -> FilingsView:
        """Return the filings that this hall owes an answer, the oldest first.

        Raises:
            LineFailure: the line, or the centre's refusal.
        """
        place = self._place()
        answer = await self._line.hall("/v1/filings/look", FilingsAnswer, Empty())
        book = await place.on_store(place.store.policy_book)
        done = await place.on_store(_registered, place.store)
        rows = tuple(_row(book, each, answer.t) for each in answer.filings)
        self._held = {row.number: row for row in rows}
        return FilingsView(tuple(row for row in rows if row.number not in done))

    async def page(self, number: str, sha256: str, width: int = 1000) -> Drawn:
        """Return width, height and RGB888 of a file's first page, to be looked at; nothing is kept.

        Raises:
            LineFailure: the line. DocumentFailure: a damaged or encrypted file.
        """
        data = await self._line.filing_file(number, sha256)
        picture = await self._place().lanes.crunch.run(draw, data, 0, width)
        return picture.width, picture.height, picture.rgb

    async def register(self, number: str) -> Registered:
        """Register a filing as a case: taken up, pre-registered, its files made ready as pages.

        Raises:
            LineFailure: the line, or filing.other_state: another window was faster.
            AppFailure: what a pre-registration raises; app.no_such_filing.
        """
        row = self._held.get(number)
        if row is None:
            raise AppFailure("app.no_such_filing")
        place = self._place()
        known = (await place.on_store(_registered, place.store)).get(number)
        if known is not None:
            return Registered(None, known)
        await self._act("take", number)

        def noted(case: str) -> Mapping[str, str]:
            return {REGISTERED: json.dumps({**_registered(place.store), number: case})}

        done = await self._steps.preregister(row.form, noted)
        pages, refused = await self._pages(done.case, row)
        return Registered(done, done.case, pages, refused)

    async def settle(self) -> int:
        """Tell the centre which cases filings became; return how many it does not know yet."""
        place, told = self._place(), set()
        for number, case in (await place.on_store(_registered, place.store)).items():
            try:
                await self._act("registered", number, case=case)
            except Failure as failure:
                if failure.code != "filing.other_state":
                    continue  # not pushed yet, or the line is out: asked again later
            told.add(number)
        return await place.on_store(_forget, place.store, told)

    async def lacks(self, number: str, text: str) -> None:
        """Tell the applicant once what is missing.

        Raises:
            LineFailure: the line, or filing.lacks, filing.other_state.
        """
        await self._act("lacks", number, text=text.strip())

    async def release(self, number: str) -> None:
        """Give a filing back to the other windows; raises LineFailure."""
        await self._act("release", number)

    # ------------------------------------------------------------ inside

    async def _act(self, what: str, number: str, **more: Any) -> None:
        call = FilingCall(id=new_id(), act=what, number=number, **more)  # type: ignore[arg-type]  # the words above
        await self._line.hall("/v1/filings/act", FilingAnswer, call)

    async def _pages(
        self, case: str, row: FilingRow
    ) -> tuple[tuple[tuple[str, tuple[PageRow, ...]], ...], tuple[str, ...]]:
        """Return the files as sealed pages by material, and the names of those that are none."""
        found: dict[str, list[PageRow]] = {}
        refused = []
        for file in row.files:
            try:
                data = await self._line.filing_file(row.number, file.sha256)
                page = await self._materials.take_in(case, file.name, data, file.code)
            except Failure:
                refused.append(file.name)
                continue
            found.setdefault(file.code, []).append(page)
        return tuple((code, tuple(pages)) for code, pages in found.items()), tuple(refused)


def _registered(store: CaseStore) -> dict[str, str]:
    """Return which case each filing became that the centre was not told of. Store lane."""
    text = store.draft(REGISTERED)
    held: dict[str, str] = {} if text is None else json.loads(text)
    return held


def _forget(store: CaseStore, told: Collection[str]) -> int:
    """Forget filings; return how many stay, one registered meanwhile among them. Store lane."""
    held = _registered(store)
    waiting = {number: case for number, case in held.items() if number not in told}
    if not waiting:
        store.drop_draft(REGISTERED)
    elif waiting != held:
        store.save_draft(REGISTERED, json.dumps(waiting))
    return len(waiting)


def _row(book: PolicyBook, filing: Filing, now: int) -> FilingRow:
    item = book.catalogue.item(filing.item, filing.item_version)
    names = {} if item is None else {each.code: each.name.zh for each in item.materials}
    person = book.roster.get(filing.person)
    return FilingRow(
        number=filing.number,
        item=filing.item if item is None else item.name.zh,
        state=filing.state,
        filed=moment_of(filing.filed).astimezone(CHINA),
        due=moment_of(filing.due).astimezone(CHINA),
        late=filing.due < now,
        form=PreregisterForm(
            applicant_kind=filing.applicant_kind,
            id_kind=filing.id_kind,
            id_no=filing.id_no,
            name=filing.name,
            phone=filing.phone,
            item=filing.item,
        ),
        files=tuple(
            FilingFileRow(
                material=names.get(each.material, each.material),
                code=each.material,
                name=each.name,
                kib=-(-each.size // 1024),
                sha256=each.sha256,
            )
            for each in filing.files
        ),
        person=filing.person if person is None else person.name,
    )
