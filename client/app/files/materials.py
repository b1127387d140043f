"""Pages as they come in, and papers as they go out: the bytes behind the screen's rows."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from client.app.cases.case_view import case_or_fail
from client.app.failures import AppFailure
from client.app.papers.saving import saved
from client.app.rows.words import PageRow
from client.documents.editing import edited_page, proposed_tilt, uncropped
from client.documents.edits import UNTOUCHED as UNTOUCHED  # noqa: PLC0414  (screens take
from client.documents.edits import PageEdit as PageEdit  # noqa: PLC0414  them from here)
from client.documents.folder import files_in
from client.documents.jpeg import PageRule
from client.documents.looks import looks
from client.documents.package import Packed, write_package
from client.documents.package import package_name as package_name  # noqa: PLC0414
from client.documents.pages import IntakePolicy, take_in
from client.documents.preview import draw
from sync.domain.catalogue import IntakeRule, Keep
from sync.domain.failures import Failure, FailureKind

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable
    from pathlib import Path

    from client.app.files.stamps import Stamps
    from client.app.session.workplace import Workplace
    from client.documents.pages import Page

Drawn = tuple[int, int, bytes]
"""Width, height and RGB888 of a picture."""

ORIGINAL = "application/octet-stream"
"""As what an original is kept beside its page: nobody but the page's editor opens it."""


@dataclass(frozen=True, slots=True)
class Edited:
    """A page as it would be kept: shown whole before it is."""

    row: PageRow
    drawn: Drawn = field(repr=False)
    data: bytes = field(repr=False)


class Sealed:
    """Read what the store keeps sealed."""

    def __init__(self, place: Callable[[], Workplace]) -> None:
        self._place = place

    async def read(self, sha256: str) -> bytes:
        """Return the bytes of an attachment or paper."""
        place = self._place()
        return await place.on_store(place.store.attachment, sha256)

    async def image(self, sha256: str, page: int = 0, width: int = 1200) -> Drawn:
        """Return width, height and RGB888 of one page, for a preview."""
        place = self._place()
        data = await place.on_store(place.store.attachment, sha256)
        picture = await place.lanes.crunch.run(draw, data, page, width)
        return picture.width, picture.height, picture.rgb


class Materials(Sealed):
    """Files that applicants hand in.

    What was handed in is kept sealed beside the page that was made of it, and belongs to no case:
    from it the page is edited, without loss, until `forget` is told that the step was made.

    Args:
        place: see `Sealed`.
        fetch: asks the centre for an attachment of a case by its hash.
    """

    def __init__(
        self, place: Callable[[], Workplace], fetch: Callable[[str, str], Awaitable[bytes]]
    ) -> None:
        super().__init__(place)
        self._fetch = fetch

    async def take_in(
        self, case: str, name: str, data: bytes | Path, material: str = ""
    ) -> PageRow:
        """Make one file keep the rule of its material (IN20–IN21) and keep it sealed.

        It belongs to no case, and is not uploaded, until a step names it.

        Raises:
            DocumentFailure: an empty, oversized, damaged, encrypted or foreign file; a page too
                dense to stay legible.
        """
        place = self._place()
        policy = await place.on_store(_policy, place, case, material)
        page, row = await place.lanes.crunch.run(_taken, data, policy, name)
        await self._seal(page.data, page.type)
        if page.source:
            await self._seal(page.source, ORIGINAL)
        return row

    async def files_in(self, paths: Iterable[Path]) -> tuple[Path, ...]:
        """Return files and those of folders, page 2 before page 10.

        Raises:
            DocumentFailure: document.folder_unreadable, .folder_too_full.
        """
        return await self._place().lanes.crunch.run(files_in, tuple(paths))

    async def edited(self, case: str, material: str, page: PageRow, edit: PageEdit) -> Edited:
        """Return a page as it would be kept after an edit; nothing is kept yet.

        Raises:
            DocumentFailure: document.not_a_picture for a PDF; document.page_too_small,
                .page_too_dense.
        """
        place = self._place()
        policy = await place.on_store(_policy, place, case, material)
        source = await self._source(page)
        return await place.lanes.crunch.run(_edited, source, page, edit, policy)

    async def edit_of(self, page: PageRow) -> PageEdit:
        """Return the edit that made a page of what it is edited from.

        None was made where the original is here no more: the page itself is gone on from.
        """
        original = await self._original(page)
        return UNTOUCHED if original is None else PageEdit.of(page.edit)

    async def uncropped(self, page: PageRow, edit: PageEdit, width: int = 1000) -> Drawn:
        """Draw a page turned and straightened, but whole, for a frame to be laid over it."""
        source = await self._source(page)
        picture = await self._place().lanes.crunch.run(uncropped, source, edit, width)
        return picture.width, picture.height, picture.rgb

    async def proposed_tilt(self, page: PageRow, turn: int = 0) -> int:
        """Return by how many tenths of a degree a page should be straightened; 0: it is."""
        source = await self._source(page)
        return await self._place().lanes.crunch.run(proposed_tilt, source, turn)

    async def keep(self, edited: Edited) -> PageRow:
        """Keep an edited page sealed."""
        await self._seal(edited.data, edited.row.type)
        return edited.row

    async def forget(self, pages: Iterable[PageRow]) -> None:
        """Forget the originals of pages whose step was made; their hashes stand in the step."""
        place = self._place()
        for original in {page.original for page in pages} - {page.sha256 for page in pages}:
            await place.on_store(place.store.forget_attachment, original)

    async def package(self, case: str, path: Path) -> int:
        """Write the case's pages into one file for another office (IN18); returns how many.

        Pages that another window took in are fetched from the centre.

        Raises:
            AppFailure: app.no_such_case, app.file_not_written.
            EngineFailure: a page is not here and the centre cannot be asked.
        """
        place = self._place()
        wanted = await place.on_store(_wanted, place, case)
        pages = [replace(page, data=await self._page(case, sha256)) for page, sha256 in wanted]
        try:
            return await place.lanes.crunch.run(write_package, path, pages)
        except OSError as failure:
            raise AppFailure("app.file_not_written", FailureKind.RETRIABLE) from failure

    async def _page(self, case: str, sha256: str) -> bytes:
        """Return a page of a case: kept here, or from the centre by its hash."""
        try:
            return await self.read(sha256)
        except Failure as failure:
            if failure.code != "store.attachment_missing":
                raise
        data = await self._fetch(case, sha256)
        if hashlib.sha256(data).hexdigest() != sha256:
            raise AppFailure("app.page_not_that", FailureKind.BROKEN)
        return data

    async def _seal(self, data: bytes, type_: str) -> None:
        place = self._place()
        await place.on_store(place.store.put_attachment, data, type_, None)

    async def _source(self, page: PageRow) -> bytes:
        """Return what a page is edited from: what was handed in, as long as it is here."""
        original = await self._original(page)
        return await self.read(page.sha256) if original is None else original

    async def _original(self, page: PageRow) -> bytes | None:
        if not page.original or page.original == page.sha256:
            return None
        try:
            return await self.read(page.original)
        except Failure as failure:
            if failure.code != "store.attachment_missing":
                raise
            return None


def _wanted(place: Workplace, case: str) -> list[tuple[Packed, str]]:
    """Return each page of a case in order, still without its bytes, with its hash. Store lane."""
    held = case_or_fail(place, case)
    item = place.rules().item_of(held.item, held.item_version)
    found = []
    for number, state in enumerate(held.materials, start=1):
        known = item.material(state.code) if item is not None else None
        part = known.part.zh if known is not None and known.part is not None else ""
        name = known.name.zh if known is not None else state.code
        for page, attached in enumerate(state.attachments, start=1):
            packed = Packed(part, name, number, page, attached.type, b"")
            found.append((packed, attached.sha256))
    return found


def _policy(place: Workplace, case: str, material: str) -> IntakePolicy:
    """Return by which rule a material of a case is taken in; without a case, the general one.

    Store lane.
    """
    held = place.store.case(case) if case else None
    item = place.rules().item_of(held.item, held.item_version) if held is not None else None
    rule = item.intake_of(material) if item is not None else IntakeRule()
    return IntakePolicy(
        rule=PageRule(
            max_bytes=rule.max_bytes,
            max_long=rule.max_long,
            max_short=rule.max_short,
            min_long=rule.min_long,
            min_short=rule.min_short,
        ),
        keep_original=rule.keep is Keep.ORIGINAL,
    )


def _taken(data: bytes | Path, policy: IntakePolicy, name: str) -> tuple[Page, PageRow]:
    """Take one file in. Crunch lane."""
    page = take_in(data, policy, name)
    return page, _row(page)


def _row(page: Page) -> PageRow:
    return PageRow(
        sha256=page.sha256,
        name=page.name,
        type=page.type,
        size=page.size,
        pages=page.pages,
        uploaded=False,
        original=page.original_sha256,
        looks=looks(page.data),
    )


def _edited(source: bytes, base: PageRow, edit: PageEdit, policy: IntakePolicy) -> Edited:
    """Make the page that an edit means. Crunch lane."""
    page = edited_page(source, edit, policy, base.name)
    picture = draw(page.data, 0, policy.rule.max_long)
    row = replace(_row(page), original=base.original, edit=edit.numbers)
    return Edited(row, (picture.width, picture.height, picture.rgb), page.data)


class Papers(Sealed):
    """Papers that steps made; a certificate is what its newest revision is.

    Args:
        place: see `Sealed`.
        stamps: knows the newest revisions.
    """

    def __init__(self, place: Callable[[], Workplace], stamps: Stamps) -> None:
        super().__init__(place)
        self._stamps = stamps

    async def read(self, sha256: str) -> bytes:
        """Return the bytes of a paper's newest revision."""
        return await super().read(await self._stamps.newest(sha256))

    async def image(self, sha256: str, page: int = 0, width: int = 1200) -> Drawn:
        """Return one page of a paper's newest revision."""
        return await super().image(await self._stamps.newest(sha256), page, width)

    async def save(self, sha256: str, path: Path) -> None:
        """Write a paper to a file that the person chose; raises app.file_not_written."""
        data = await self.read(sha256)
        await self._place().lanes.crunch.run(saved, path, data)
