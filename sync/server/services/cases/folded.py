"""A case as its row holds it: the one place that reads what `Casework` writes there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from sync.domain.case import Case

if TYPE_CHECKING:
    from sync.server.services.rows.cases import CaseRow

_DECODER = msgspec.json.Decoder(Case)


def read_case(row: CaseRow) -> Case:
    """Return the case that a row holds folded."""
    return _DECODER.decode(row.body)
