"""The sunshine degree (审批阳光度, PE12): an open formula, each of its parts shown beside it.

The sources name the degree and give no formula. Ours is the mean of parts, each in ‰, weighted as
resources/figures/sunshine.json says: what went by the rules and was entered when it happened, as
the shares of `counters.RATES` that are lacking taken from 1000, and how many of the items are
published in full. A part that has nothing to be counted of is left out with its weight.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sync.domain.fields import Fields
from sync.domain.figures.counters import RATES, per_mille

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sync.domain.catalogue import Item
    from sync.domain.figures.counters import Counts

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the formula: 1000 less the rate `lack`, or the share `share` itself."""

    code: str
    weight: int
    lack: str = ""
    share: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """One part with its value in ‰; None where nothing is counted."""

    part: Part
    value: int | None


@dataclass(frozen=True, slots=True)
class Degree:
    """The degree in ‰ and what it is made of; None where no part has a value."""

    value: int | None
    parts: tuple[Shown, ...]


def formula_of(data: object) -> tuple[Part, ...]:
    """Read the formula's JSON.

    Raises:
        DataFailure: figures.malformed, figures.unknown.
    """
    fields = Fields(data, "figures")
    if fields.integer("schema") != SCHEMA:
        raise fields.fail("unknown", "schema")
    parts = []
    for each in fields.parts("parts"):
        lack, share = each.text("lack", ""), each.text("share", "")
        if (lack not in RATES) == (not share):
            raise each.fail("malformed", "lack")
        parts.append(Part(each.text("code"), each.integer("weight", least=1), lack, share))
    return tuple(parts)


def published(item: Item) -> bool:
    """Say whether an item is published in full: basis, conditions, materials or none, flow."""
    return bool(item.basis and item.conditions and item.flow)


def degree(parts: tuple[Part, ...], counts: Counts, shares: Mapping[str, int | None]) -> Degree:
    """Return the degree of some counters.

    Args:
        parts: the formula.
        counts: what is judged.
        shares: of each share that the formula names: its value in ‰, None where there is none.
    """
    shown = tuple(Shown(part, _value(part, counts, shares)) for part in parts)
    weight = sum(each.part.weight for each in shown if each.value is not None)
    made = sum(each.part.weight * each.value for each in shown if each.value is not None)
    return Degree(made // weight if weight else None, shown)


def _value(part: Part, counts: Counts, shares: Mapping[str, int | None]) -> int | None:
    if part.share:
        return shares.get(part.share)
    lack = per_mille(counts, part.lack)
    return None if lack is None else 1000 - lack
