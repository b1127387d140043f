"""Parts of the desk besides the cases: items, people, sheets, and the doctor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from client.app.doctor import Finding
    from client.app.ports.counter import CounterFailure, IdCard
    from client.app.rows.cases import PaperRow
    from client.app.rows.guide import ItemGuide, Shelf
    from client.app.rows.items import ItemDetail, ItemRow
    from client.app.rows.people import ApplicantDetail, ApplicantRow, EarlierMaterial
    from client.app.rows.steps import Checked, PreregisterForm
    from client.app.rows.words import Words
    from client.host.ending import Ended

    Heard = IdCard | str | CounterFailure


class AtCounter(Protocol):
    """What devices at the counter read is told as news; what a wedge typed comes here."""

    def knows(self, text: str) -> bool:
        """Say whether a text is a code of ours."""

    def read(self, what: str) -> None:
        """Tell what a code means."""

    def overhear(self, trying: Callable[[Heard], None] | None) -> None:
        """Hand everything that comes to who tries the devices; None ends it."""


class Applicants(Protocol):
    """The directory of applicants."""

    async def find(self, text: str = "") -> tuple[ApplicantRow, ...]:
        """Find people by name, pinyin initials, number or the tail of a telephone."""

    async def open(self, who: str) -> ApplicantDetail:
        """Return one person whole."""

    async def known(self, id_kind: str, id_no: str) -> PreregisterForm | None:
        """Return what a registration of this number would begin with."""

    async def last(self) -> PreregisterForm | None:
        """Return whom this window registered last."""

    async def warnings(self, form: PreregisterForm) -> tuple[Words, ...]:
        """Return what looks like a double."""

    async def earlier(self, case: str) -> tuple[EarlierMaterial, ...]:
        """Return what the applicant of a case gave before and that still holds."""


class Doctor(Protocol):
    """Looks at what the window stands on."""

    async def examine(self) -> tuple[Finding, ...]:
        """Look at every part."""

    @property
    def ended(self) -> Ended | None:
        """Return how the program ended last time, None when in order."""

    async def room(self) -> Finding:
        """Look at the room on the disk alone."""

    async def bundle(self, path: Path) -> int:
        """Write the support bundle of the last examination."""


class Handouts(Protocol):
    """Papers that are handed out before anything is filed."""

    async def notification(self, code: str, language: str = "zh_CN") -> PaperRow:
        """Make an item's one-time notification sheet."""

    async def form(self, code: str, *, sample: bool, language: str = "zh_CN") -> PaperRow:
        """Make an item's application form, blank or as an example."""

    async def pages(self, sha256: str) -> int:
        """Return how many pages a paper has."""

    async def image(self, sha256: str, page: int = 0, width: int = 1200) -> tuple[int, int, bytes]:
        """Return width, height and RGB888 of one page."""

    async def save(self, sha256: str, path: Path) -> None:
        """Keep."""


class Catalogue(Protocol):
    """Items and checks; in memory, at once, in the language that the window sets."""

    language: str

    def find(self, text: str, limit: int = 20, department: str = "") -> tuple[ItemRow, ...]:
        """Find items by name, code or pinyin initials, perhaps of one department."""

    def shelves(self) -> tuple[Shelf, ...]:
        """Return all items and each department, counted."""

    def guide(self, code: str) -> ItemGuide:
        """Return everything that may be told of an item."""

    def item(self, code: str) -> ItemDetail:
        """Return one item."""

    def check_identity(self, id_kind: str, text: str) -> Checked:
        """Check a resident ID or credit code."""

    def check_phone(self, text: str) -> Checked:
        """Check a phone number."""

    def check_name(self, text: str) -> Checked:
        """Check a name."""
