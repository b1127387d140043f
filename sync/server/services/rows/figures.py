"""Rows of the figures: folded counters, times, and facts that scores are made of."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class FoldedRow:
    """How many lines of a scope have been counted."""

    scope: str
    n: int


@dataclass(frozen=True, slots=True)
class NewLine:
    """What counting needs of a line; `body` only of urges, orders and findings."""

    n: int
    event: str
    kind: str
    case_no: str
    person: str
    dev: str
    verdict: str
    code: str | None
    outcome: str = field(repr=False)
    body: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class FactRow:
    """One line that scoring may speak of; `signals` joined by blanks, `day` ISO in China."""

    scope: str
    n: int
    event: str
    kind: str
    case_no: str
    item: str
    dev: str
    person: str
    day: str
    signals: str


@dataclass(frozen=True, slots=True)
class TallyRow:
    """Counters of one key; `period` is a day or a month, ISO."""

    period: str
    scope: str
    item: str
    dev: str
    person: str
    applicant: str
    channel: str
    made: int = 0
    received: int = 0
    accepted: int = 0
    declined: int = 0
    steps: int = 0
    closed: int = 0
    early: int = 0
    on_time: int = 0
    extended: int = 0
    late: int = 0
    at_once: int = 0
    errors: int = 0
    overdue_steps: int = 0
    late_records: int = 0


@dataclass(frozen=True, slots=True)
class TotalRow:
    """Counters of one key without window and person; `period` is a day or a month, ISO."""

    period: str
    scope: str
    item: str
    applicant: str
    channel: str
    made: int = 0
    received: int = 0
    accepted: int = 0
    declined: int = 0
    steps: int = 0
    closed: int = 0
    early: int = 0
    on_time: int = 0
    extended: int = 0
    late: int = 0
    at_once: int = 0
    errors: int = 0
    overdue_steps: int = 0
    late_records: int = 0


@dataclass(frozen=True, slots=True)
class WaitRow:
    """How many times of a step fell into a bucket; `owner` is the scope that let wait."""

    period: str
    scope: str
    item: str
    step: str
    owner: str
    bucket: int
    n: int
    total_ms: int


@dataclass(frozen=True, slots=True)
class OriginRow:
    """How many applications of enterprises came from a place (six digits of GB/T 2260)."""

    period: str
    scope: str
    item: str
    place: str
    n: int


@dataclass(frozen=True, slots=True)
class Cut:
    """Which counters are wanted: periods, scopes, and values that a column must have."""

    periods: tuple[str, ...]
    scopes: tuple[str, ...]
    item: str = ""
    dev: str = ""
    person: str = ""
    applicant: str = ""
    channel: str = ""
