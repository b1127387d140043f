"""Rows of the figures: folded counters, times, and facts that scores are made of."""

from __future__ import annotations

from dataclasses import dataclass, field

from sync.domain.figures.counters import Counts


@dataclass(frozen=True, slots=True)
class FoldedRow:
    """How many lines of a scope have been counted, and how many of them all sums contain.

    A process of an older version moves `n` alone where it does not know of every sum.
    """

    scope: str
    n: int
    summed: int


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


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRow(Counts):
    """Counters of one key; `period` is a day or a month, ISO."""

    period: str
    scope: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TallyRow(CountRow):
    """Counters of all that is told apart; every other kind of row sums these up."""

    item: str
    dev: str
    person: str
    applicant: str
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TotalRow(CountRow):
    """Counters without window and person."""

    item: str
    applicant: str
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowRow(CountRow):
    """Counters by window."""

    dev: str
    applicant: str
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow(CountRow):
    """Counters by person."""

    person: str
    applicant: str
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeRow(CountRow):
    """Counters by nothing else."""

    applicant: str
    channel: str


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
