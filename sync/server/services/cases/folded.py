"""A case as its row holds it: the one place that reads what `Casework` writes there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from sync.domain.case import Case, Child, ChildRole
from sync.typed import json_reader

if TYPE_CHECKING:
    from sync.server.services.rows.cases import CaseRow

_DECODER = json_reader(Case)


class Ties(msgspec.Struct, frozen=True):
    """What binds a case to others: a lead's children, or a child's part in its lead's case.

    Of a body only this is read: most cases have neither, and need not be read whole to know it.
    """

    children: tuple[Child, ...] = ()
    child: ChildRole | None = None


_TIES = json_reader(Ties)


def read_case(row: CaseRow) -> Case:
    """Return the case that a row holds folded."""
    return _DECODER.decode(row.body)


def read_ties(row: CaseRow) -> Ties:
    """Return what binds the case that a row holds to others."""
    return _TIES.decode(row.body)
