"""What the tab of a joint case is given: its departments, or the lead that a child belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from client.app.rows.lights import LightView


@dataclass(frozen=True, slots=True)
class LackRow:
    """A material that a department misses at its pre-check."""

    material: str  # its name
    reason: str  # code; text under missing.<code>
    text: str


@dataclass(frozen=True, slots=True)
class MergedLack:
    """A line of the lead's one notice, from all departments that miss the material."""

    material: str  # its code
    reason: str  # code; text under missing.<code>
    text: str


@dataclass(frozen=True, slots=True)
class ChildRow:
    """One department's part of a joint case, as its lead sees it (ST11)."""

    helper: str  # code within the bundle
    name: str  # what it decides or gives its opinion on
    department: str
    sort: str  # "opinion" | "licence"; text under joint.sort.<sort>
    stage: int
    number: str  # "" while the stage before has no results
    state: str  # code; text under state.<code>; "" while it is not open
    light: LightView
    person: str  # who has it, or made its newest step; "" for the centre
    step: str  # its newest step; text under step.<kind>
    at: datetime | None
    opinion: str  # "agree", "disagree", "granted", "denied" …; text under joint.said.<code>
    text: str
    silent: bool  # nobody answered: taken as consent
    checked: bool  # the department answered the pre-check
    missing: tuple[LackRow, ...]
    result: str | None  # how it ended; text under joint.result.<code>


@dataclass(frozen=True, slots=True)
class JointView:
    """A joint case: `children` of the lead's own, or `lead` of a child.

    `merged` is what all departments miss, each material once: the lead's one notice begins with it.
    """

    children: tuple[ChildRow, ...] = ()
    merged: tuple[MergedLack, ...] = ()
    lead: str = ""  # number of the lead's case
    lead_department: str = ""
    part: str = ""  # what this child is about
    sort: str = ""

    @property
    def ended(self) -> int:
        """Return how many departments are done."""
        return sum(1 for child in self.children if child.result)
