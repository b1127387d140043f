"""The named flow of an item as a case goes through it: who did a step, whose right the next is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class FlowRow:
    """One step of the flow.

    Args:
        step: its code in the catalogue; text under flow.step.<step>.
        level: of a review, counted from 1; 0 for other steps.
        place: "done", "now" or "ahead".
        done_by: name of whoever did it last, "" while nobody has.
        at: when.
        may: names of those with the right to do it now, in the roster's order (本级权限人).
        name: what the item's own field calls it, in the language asked for; "" for the general.
    """

    step: str
    level: int
    place: str
    done_by: str = ""
    at: datetime | None = None
    may: tuple[str, ...] = ()
    name: str = ""
