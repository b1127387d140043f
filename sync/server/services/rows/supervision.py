"""Rows of supervision: what was asked and answered, notes, samples, what a change would do."""

from __future__ import annotations

from dataclasses import dataclass, field

#: A warning about a finding is claimed under this and the finding's name, with the finding's code
#: where other warnings have their calendar. A centre of before gave no code: what it claimed
#: stands for every code of that name, so that processes replaced one by one warn of none twice.
BREACH = "breach "


@dataclass(frozen=True, slots=True)
class PressingRow:
    """One urge or order, and the reply to it.

    `purpose` is "" or "rectify" (TM18); `about` the limit it is about; `person` who ordered it, ""
    for the centre; `level` is raised by escalation; `answer` is the replying step, "" while none.
    """

    event: str
    case_no: str
    scope: str
    kind: str  # "urge" | "order"
    purpose: str
    level: str
    about: str
    person: str
    at: int
    reply_by: int | None
    text: str = field(repr=False)
    answer: str = ""
    answered_at: int | None = None


@dataclass(frozen=True, slots=True)
class PressedRow:
    """An urge or order with how its reply was judged: "", "enough" or "not_enough"."""

    pressing: PressingRow
    verdict: str


@dataclass(frozen=True, slots=True)
class FindingEntry:
    """A finding in the inbox: its number, and how it was judged ("" while open)."""

    id: int
    scope: str
    case_no: str | None
    event: str | None
    dev: str | None
    person: str | None
    code: str
    args: str
    at: int
    verdict: str = ""
    text: str = field(default="", repr=False)
    judge: str = ""

    @property
    def name(self) -> str:
        """Return what judgements and warnings call it: its event, or its own number."""
        return self.event or f"#{self.id}"


@dataclass(frozen=True, slots=True)
class FindingSearch:
    """Which findings a supervisor wants, newest first.

    `devs` are the devices whose findings, which no case's scope has, he may see.
    """

    scopes: tuple[str, ...]
    devs: tuple[str, ...]
    codes: tuple[str, ...] = ()
    judged: bool = False
    skip: int = 0
    limit: int = 100


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A confidential note of supervision on a case (SE12)."""

    id: str
    case_no: str
    scope: str
    person: str
    at: int
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RecomputationRow:
    """What a change of calendar, scheme or switch would do to the open cases.

    `digest` names the proposed event's content; `enacted` is when it was put in force.
    """

    id: str
    person: str
    at: int
    kind: str
    name: str
    digest: str
    cases: int
    moved: int
    left_red: int
    to_red: int
    enacted: int | None = None


@dataclass(frozen=True, slots=True)
class RecomputedRow:
    """One case that a change moves: due time (ms) and light, before and after."""

    id: str
    case_no: str
    scope: str
    due_before: int | None
    due_after: int | None
    light_before: str
    light_after: str


@dataclass(frozen=True, slots=True)
class SampleRow:
    """One drawing of cases for a check by hand; the same seed draws the same cases."""

    id: str
    person: str
    at: int
    phase: str  # "before" | "during" | "after"
    seed: str
    scopes: str  # JSON list
    size: int
    population: int


@dataclass(frozen=True, slots=True)
class SampledRow:
    """One case drawn: its risk, why (JSON list of codes), and what the check found."""

    sample: str
    case_no: str
    scope: str
    risk: int
    why: str
    verdict: str = ""
    person: str = ""
    text: str = field(default="", repr=False)
    judged_at: int | None = None


@dataclass(frozen=True, slots=True)
class InspectionRow:
    """Up to which day and line a scope was looked through for anomalies."""

    scope: str
    day: str
    n: int
