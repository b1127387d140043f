"""What the screens of the catalogue are given: one item whole, its chart, its departments.

Words as keys with arguments where the rules write them; texts of the catalogue as they stand there,
in the language that was asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from client.app.rows.items import ItemDetail
    from client.app.rows.words import Words


@dataclass(frozen=True, slots=True)
class Shelf:
    """One department of the catalogue, with how many items it has; code "" is all of them."""

    code: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Branch:
    """Where a chart leaves its way: why, and to what; `back`: and comes back."""

    why: Words
    to: Words
    back: bool = False


@dataclass(frozen=True, slots=True)
class ChartStep:
    """One step of an item's flow chart (运行流程图, ST21).

    Args:
        step: its code, e.g. "handle"; "apply" and "end" are where it begins and ends.
        level: of a review, 0 for other steps.
        who: codes of the roles that may make it; text under role.<code>.
        limit: how long it may take, None where nothing says.
        pause: the decision limit does not run meanwhile (LW23).
        branches: the ways out at its side.
        name: what the item's own field calls it; "" for the general name.
    """

    step: str
    level: int = 0
    who: tuple[str, ...] = ()
    limit: Words | None = None
    pause: bool = False
    branches: tuple[Branch, ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True)
class Edition:
    """One version of an item that is known here: the one in force, or one that a case names."""

    version: int
    in_force: bool
    promised: Words
    statutory: Words
    materials: int


@dataclass(frozen=True, slots=True)
class MaterialNote:
    """What the catalogue says of a material besides its name."""

    code: str
    original: bool
    paper_only: bool
    pages_most: int
    form: str  # the blank form that is handed out (CH06), "" for none
    shared: str  # name of the item whose result stands in for it (PL15), "" for none
    condition: str
    exemption: str


@dataclass(frozen=True, slots=True)
class ItemGuide:
    """One item with everything that may be told of it before anything is filed (IN04, ST21).

    Sources: 行政许可法 Art. 30 (what an office must publish), LW03.
    """

    detail: ItemDetail
    hall: str
    category: str  # text under item_category.<category>
    version: int
    catalogue: str  # the catalogue's own version
    extension: Words | None
    fee: Words
    fee_basis: str
    correction: str  # this item's own law on corrections, "" for none
    excluded: tuple[tuple[Words, str], ...]  # what is not counted, by which law
    notes: tuple[MaterialNote, ...]
    certificate_years: int | None
    hearing: bool
    chart: tuple[ChartStep, ...]
    editions: tuple[Edition, ...]

    def note(self, material: str) -> MaterialNote:
        """Return the note on a material of this item."""
        return next(note for note in self.notes if note.code == material)
