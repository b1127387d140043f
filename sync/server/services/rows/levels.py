"""Rows of lower centres: how far each scope has come, its lines, its cases as folded here."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class LowerScopeRow:
    """One scope of a lower centre.

    `size` lines are here, of which `proven` stand under `sth`; frontiers are packed. `folded`: how
    many are counted into cases. `at`: when it was heard of last, ms.
    """

    centre: str
    scope: str
    size: int
    frontier: bytes = field(repr=False)
    proven: int
    proven_frontier: bytes = field(repr=False)
    sth: str = field(repr=False)
    folded: int
    at: int


@dataclass(frozen=True, slots=True)
class LowerLineRow:
    """One line of a lower centre's log, exactly as it was logged and answered there."""

    centre: str
    scope: str
    n: int
    event: str
    kind: str
    case_no: str
    person: str
    verdict: str
    recv: int
    jws: str = field(repr=False)
    body: str = field(repr=False)
    act: str | None = field(repr=False)
    outcome: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class LowerHeldRow:
    """A case that waits: its line `n` could not be counted in when it was last tried, `at` ms."""

    centre: str
    scope: str
    case_no: str
    n: int
    at: int


@dataclass(frozen=True, slots=True)
class LowerCaseRow:
    """One case of a lower centre as folded here: bookkeeping, made again from its lines."""

    centre: str
    number: str
    scope: str
    hall: str
    department: str
    item: str
    item_name: str
    applicant: str
    state: str
    closed: bool
    due: int | None
    warn: int | None
    paused: bool
    updated: int
    body: str = field(repr=False)
