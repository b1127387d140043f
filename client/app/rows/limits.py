"""How long something may take, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from client.app.rows.words import Words
from sync.domain.catalogue import Unit

if TYPE_CHECKING:
    from sync.domain.catalogue import Limit

_PARTS = {Unit.HALF: 2, Unit.QUARTER: 4}  # exact: halves and quarters have short decimals


def limit_words(limit: Limit | None) -> Words:
    """Return a limit in words: "5 working days", "on the spot", "none set"."""
    if limit is None:
        return Words("limit.none")
    if limit.unit is Unit.AT_ONCE:
        return Words("limit.at_once")
    if limit.unit in _PARTS:
        return Words("limit.wd", {"amount": f"{limit.amount / _PARTS[limit.unit]:g}"})
    return Words(f"limit.{limit.unit.value}", {"amount": limit.amount})
