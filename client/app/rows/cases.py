"""Cases as lists and the case page show them. A screen formats, it never computes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from client.app.rows.flow import FlowRow
    from client.app.rows.joint import JointView
    from client.app.rows.lights import LightView
    from client.app.rows.materials import MaterialRow
    from client.app.rows.words import Words
    from sync.domain.lights import Light


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One line of a case list."""

    number: str
    applicant: str
    item: str
    state: str  # code; text under state.<code>
    light: LightView
    holder: str  # name of who has it, or ""
    updated_at: datetime
    mine: bool
    fast_track: bool
    pending: bool  # its last step is not yet answered by the centre
    found: str = ""  # by which number a search found it: text under found.<code>; "" by what shows


class Tab(StrEnum):
    """The tabs of the workbench."""

    MINE = "mine"
    SOON = "soon"  # yellow
    OVERDUE = "overdue"  # red
    ALL = "all"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class CasePage:
    """A slice of a list by keyset; `after` goes into the next query, None at the end.

    `total` is counted for a search only, None otherwise. `many`: there are more than `total`; they
    were not counted.
    """

    rows: tuple[CaseRow, ...]
    after: str | None
    total: int | None
    many: bool = False


@dataclass(frozen=True, slots=True)
class TabCounts:
    """The numbers on the tabs and at the foot of the rail."""

    mine: int
    soon: int
    overdue: int
    all: int
    messages: int
    exceptions: int


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One step of a case as the timeline tells it."""

    event: str
    kind: str  # text under step.<kind>
    person: str  # name
    role: str  # in which the step was made: text under role.<role>; "" where none is known
    counter: str
    at: datetime
    width_s: int  # hi - lo of the proven interval
    light: Light  # of the case when the step was made
    signed_by_card: bool
    late: bool  # entered after the fact
    verdict: str  # "pending" | "accepted" | "refused" | "disputed" | "unanswered"
    code: str | None
    note: str
    findings: tuple[Words, ...] = ()
    passed: bool = False  # the statutory limit had passed
    happened_at: datetime | None = None  # of a late record: when, as its writer says
    offline: bool = False  # no answer of the centre bounds its time closely
    acting_for: str = ""  # name of the person for whom a deputy (AB岗) made it


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A paper of the case: what it is, its number, and where its bytes are."""

    kind: str  # text under paper.<kind>
    no: str
    sha256: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StepOption:
    """A step that this person could take now, or why not."""

    kind: str
    primary: bool
    blocked: Words | None = None


@dataclass(frozen=True, slots=True)
class ProofRow:
    """One line of the proof page: what is proven about a step, in words."""

    event: str
    what: Words
    holds: bool


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who takes the certificate away."""

    name: str
    id_no: str
    relation: str  # "self" | "agent" | "legal_representative"


@dataclass(frozen=True, slots=True)
class CaseDetail:
    """Everything that the case page shows."""

    row: CaseRow
    applicant_kind: str  # "person" | "org"
    applicant_id: str  # masked: first 6, last 4
    phone: str  # masked: first 3, last 4; `cases.phone` gives it whole to whoever calls
    agent: str | None
    project: str | None
    department: str
    scope: str
    materials: tuple[MaterialRow, ...]
    timeline: tuple[TimelineRow, ...]
    papers: tuple[PaperRow, ...]
    people: tuple[tuple[str, str], ...]  # (role or step key, name)
    proofs: tuple[ProofRow, ...]
    options: tuple[StepOption, ...]
    due_lines: tuple[Words, ...]  # the explanation of the due time, line by line
    flags: tuple[str, ...]
    complete: bool  # every required material is given
    receiver: Receiver | None = None  # who took the certificate
    joint: JointView | None = None  # of a joint case and its children
    flow: tuple[FlowRow, ...] = ()  # the item's own, step by step

    @property
    def next_by(self) -> tuple[str, ...]:
        """Return the names of those whom the case waits for, each once (ST06)."""
        waited = [name for row in self.flow if row.place == "now" for name in row.may]
        return tuple(dict.fromkeys(waited))
