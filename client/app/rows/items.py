"""Items of the catalogue as lists and the first page show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from client.app.rows.materials import MaterialRow
    from client.app.rows.words import Words


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item of the catalogue in a picker."""

    code: str
    name: str
    department: str  # name
    kind: str  # text under item_kind.<kind>
    statutory: Words
    promised: Words


@dataclass(frozen=True, slots=True)
class ItemDetail:
    """One item with what a clerk tells the applicant before anything is filed (IN04)."""

    row: ItemRow
    materials: tuple[MaterialRow, ...]
    legal_basis: tuple[str, ...]
    conditions: tuple[str, ...]
    steps: tuple[str, ...]  # names of the flow's steps, in order
    certificate: str | None
    warnings: tuple[Words, ...] = ()
    fast: Words | None = None  # the promise on the fast track: halved, exactly
