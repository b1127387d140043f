"""Rows of online filings (网上申请)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from client.app.rows.steps import PreregisterForm, StepDone
    from client.app.rows.words import PageRow


@dataclass(frozen=True, slots=True)
class FilingFileRow:
    """A file that came along: its material by name, what its owner calls it, KiB."""

    material: str
    code: str
    name: str
    kib: int
    sha256: str


@dataclass(frozen=True, slots=True)
class FilingRow:
    """One filing, with everything that its pre-registration needs."""

    number: str
    item: str
    state: str  # text under filing.state.<state>
    filed: datetime
    due: datetime
    late: bool
    form: PreregisterForm = field(repr=False)
    files: tuple[FilingFileRow, ...] = ()
    person: str = ""


@dataclass(frozen=True, slots=True)
class FilingsView:
    """The filings that this hall owes an answer, the oldest first."""

    rows: tuple[FilingRow, ...]


@dataclass(frozen=True, slots=True)
class Registered:
    """What became of a filing: the step, and its pages by material, sealed here.

    `refused` names the files that no page could be made of; they are brought on paper.
    """

    done: StepDone | None
    case: str
    pages: tuple[tuple[str, tuple[PageRow, ...]], ...] = ()
    refused: tuple[str, ...] = ()
