"""Papers that are handed out before anything is filed: the one-time sheet, blank and sample forms.

They say what the catalogue says, belong to no case, and stand in no event: nothing is stored, and
the last few are kept in memory to be looked at, saved and printed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from client.app.failures import AppFailure
from client.app.items.item_guide import guide_of
from client.app.papers.saving import saved
from client.app.rows.words import Words
from client.documents.frame import Frame, PublicCheck
from client.documents.handouts import BlankFormData, Bring, FlowLine, NotificationData
from client.documents.papers import compose_paper
from client.documents.preview import page_count, render
from sync.domain.calendar import CHINA
from sync.texts import texts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from client.app.items.catalogue import CatalogueDesk
    from client.app.rows.cases import PaperRow
    from client.app.rows.guide import ChartStep, ItemGuide
    from client.app.rows.materials import MaterialRow
    from client.app.session.workplace import Workplace
    from client.documents.frame import Paper
    from client.documents.papers import PaperData
    from sync.domain.catalogue import Item
    from sync.texts import Texts

_KEPT = 6
ITEM_PAGE = "/public/items"
"""Where the centre shows an item to everybody; its code follows."""


class Handouts:
    """Makes the papers of an item, in the language of whoever takes them.

    Args:
        place: the open session's means, or raises app.locked.
        catalogue: says items in either language.
    """

    def __init__(self, place: Callable[[], Workplace], catalogue: CatalogueDesk) -> None:
        self._place = place
        self._catalogue = catalogue
        self._kept: dict[str, bytes] = {}

    async def notification(self, code: str, language: str = "zh_CN") -> PaperRow:
        """Make the one-time notification sheet of an item (一次性告知单, IN04).

        Args:
            code: the item.
            language: "zh_CN" or "en"; the English one says that the Chinese one binds.

        Raises:
            AppFailure: app.no_such_item, app.locked. DocumentFailure: as `compose`.
        """
        place = self._place()
        data = await place.on_store(self._notification, place, code, language)
        return await self._made(place, data)

    async def form(self, code: str, *, sample: bool, language: str = "zh_CN") -> PaperRow:
        """Make an item's application form, blank or filled in as an example (CH06, LW03).

        Raises:
            AppFailure: app.no_such_item, app.no_form, app.locked. DocumentFailure: as `compose`.
        """
        place = self._place()
        data = await place.on_store(self._form, place, code, sample, language)
        return await self._made(place, data)

    async def compose(self, data: PaperData) -> PaperRow:
        """Compose any other paper that belongs to no case; it is looked at and printed from here.

        Raises:
            AppFailure: app.locked. DocumentFailure: as `compose_paper`.
        """
        return await self._made(self._place(), data)

    async def pages(self, sha256: str) -> int:
        """Return how many pages one of the last papers has."""
        return await self._place().lanes.crunch.run(page_count, self._bytes(sha256))

    async def image(self, sha256: str, page: int = 0, width: int = 1200) -> tuple[int, int, bytes]:
        """Return width, height and RGB888 of one page of one of the last papers."""
        shown = await self._place().lanes.crunch.run(render, self._bytes(sha256), page, width)
        return shown.width, shown.height, shown.rgb

    async def save(self, sha256: str, path: Path) -> None:
        """Write one of the last papers to a file that the person chose.

        Raises:
            AppFailure: app.handout_gone, app.file_not_written.
        """
        await self._place().lanes.crunch.run(saved, path, self._bytes(sha256))

    # ------------------------------------------------------------ inside

    def _bytes(self, sha256: str) -> bytes:
        if sha256 not in self._kept:
            raise AppFailure("app.handout_gone")
        return self._kept[sha256]

    async def _made(self, place: Workplace, data: PaperData) -> PaperRow:
        from client.app.rows.cases import PaperRow  # noqa: PLC0415  (after the first paint

        paper: Paper = await place.lanes.crunch.run(compose_paper, data)
        self._kept[paper.sha256] = paper.pdf
        while len(self._kept) > _KEPT:
            del self._kept[next(iter(self._kept))]
        return PaperRow(paper.kind, paper.no or "", paper.sha256, data.frame.made_at)

    # store lane

    def _notification(self, place: Workplace, code: str, language: str) -> NotificationData:
        item, guide = self._told(place, code, language)
        said = texts(language)
        notes = {note.code: note for note in guide.notes}
        return NotificationData(
            frame=_frame(place, item, language),
            item=guide.detail.row.name,
            rows=_rows(guide, said, place.session.counter),
            basis=guide.detail.legal_basis,
            conditions=guide.detail.conditions,
            materials=tuple(
                Bring(
                    name=row.name,
                    need=_need(row),
                    form="original" if notes[row.code].original else "copy",
                    note=row.note,
                )
                for row in guide.detail.materials
            ),
            flow=tuple(_flow_line(step, said) for step in guide.chart if step.step != "apply"),
            excluded=tuple(_said(said, words) for words, _basis in guide.excluded),
        )

    def _form(self, place: Workplace, code: str, sample: bool, language: str) -> BlankFormData:  # noqa: FBT001  (a lane takes no names)
        item, guide = self._told(place, code, language)
        if not any(material.form for material in item.materials):
            raise AppFailure("app.no_form", item=code)
        return BlankFormData(
            frame=_frame(place, item, language),
            item=guide.detail.row.name,
            materials=tuple(row.name for row in guide.detail.materials if row.required),
            sample=sample,
        )

    def _told(self, place: Workplace, code: str, language: str) -> tuple[Item, ItemGuide]:
        book = place.store.policy_book()
        item = book.catalogue.item(code)
        if item is None:
            raise AppFailure("app.no_such_item", item=code)
        return item, guide_of(item, self._catalogue.item_in(code, language), book, language)


def _frame(place: Workplace, item: Item, language: str) -> Frame:
    """Return head and foot: no number of a case, but the wording's own, and its public page."""
    now = place.now()
    return Frame(
        office=place.papers.office(item),
        dated=now.astimezone(CHINA).date(),
        made_at=now,
        no=f"{item.code}-{item.version}",
        check=PublicCheck(f"{place.papers.public}{ITEM_PAGE}/{item.code}"),
        licensing=item.category == "licence",
        language=language,
    )


def _rows(guide: ItemGuide, said: Texts, counter: str) -> tuple[tuple[str, str], ...]:
    """Return the facts of an item as labels and values; what an item has not is left out."""
    row, years = guide.detail.row, guide.certificate_years
    result = guide.detail.certificate or ""
    if result and years is not None:
        result = said.t("guide.certificate_years", name=result, years=years)
    values = {
        "department": row.department,
        "place": said.t("guide.at", hall=guide.hall, counter=counter),
        "category": said.t(f"item_category.{guide.category}"),
        "kind": said.t(f"item_kind.{row.kind}"),
        "promised": _said(said, row.promised),
        "statutory": _said(said, row.statutory),
        "fee": _said(said, guide.fee),
        "result": result,
        "extension": _said(said, guide.extension) if guide.extension else "",
    }
    return tuple((said.t(f"guide.label.{name}"), value) for name, value in values.items() if value)


def _need(row: MaterialRow) -> str:
    if row.minor:
        return "owed"
    return "yes" if row.required else "no"


def _flow_line(step: ChartStep, said: Texts) -> FlowLine:
    name = step.name
    if not name and said.has(f"chart.{step.step}"):
        name = said.t(f"chart.{step.step}")
    return FlowLine(
        step=name or said.t(f"step.{step.step}"),
        limit=_said(said, step.limit) if step.limit else "",
        counted=not step.pause,
    )


def _said(said: Texts, words: Words) -> str:
    """Return words as a sentence; words among their arguments are said first."""
    args = {
        name: _said(said, value) if isinstance(value, Words) else value
        for name, value in words.args.items()
    }
    return said.t(words.key, **args)
