"""Materials as screens show them and as steps are given them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from client.app.rows.words import PageRow


@dataclass(frozen=True, slots=True)
class SharedResult:
    """A result of another department that stands for a material: never asked for again (PL15)."""

    serial: str
    name: str  # of the certificate
    at: datetime  # sealed


@dataclass(frozen=True, slots=True)
class Compared:
    """One page that was held against its original: attachment, page from 0, when (ms UTC)."""

    sha256: str
    page: int
    at: int


@dataclass(frozen=True, slots=True)
class ComparedBy:
    """How many pages of a material were held against the original, by whom, and when last."""

    pages: int
    person: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MaterialRow:
    """One line of the materials checklist."""

    code: str
    name: str
    required: bool
    minor: bool  # may be owed (容缺)
    note: str
    pages: tuple[PageRow, ...] = ()
    missing_reason: str | None = None  # of the last correction notice
    unscanned: bool = False  # here without pages: an original, in the shared store, or waived
    paper_only: bool = False  # stays on paper, like drawings: nothing is scanned (IN22)
    keep_original: bool = False  # pictures are kept as they come, never made smaller
    part: str = ""  # the folder of the item's package that it lies in (IN18)
    shared: SharedResult | None = None  # here to be taken
    taken: str = ""  # number of the shared result that was taken for it
    compared: ComparedBy | None = None  # paper and picture (IN09)

    @property
    def given(self) -> bool:
        """Say whether it is here, with pages or without."""
        return self.unscanned or bool(self.pages)


@dataclass(frozen=True, slots=True)
class Given:
    """What is given for one material: pages, the original looked at, or a shared result."""

    material: str
    pages: tuple[PageRow, ...]
    original: bool = True
    shared: str = ""  # number of the result that stands for it
