"""Rows of the log: lines, heads and nodes of a scope, what is known of an event."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ScopeHead:
    """Where a scope stands: its size, its tree's frontier (packed), its newest signed head."""

    scope: str
    size: int
    frontier: bytes = field(repr=False)
    sth: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Grown:
    """What one commit added to a scope, whose head it moved."""

    head: ScopeHead
    rows: tuple[LogRow, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class TreeNode:
    """The root of one complete subtree: `idx` counts subtrees of 2^level leaves from the left."""

    scope: str
    level: int
    idx: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class LogRow:
    """One line of the log: exact bytes as received, exact outcome as answered."""

    scope: str
    n: int
    event: str
    dev: str
    inc: int
    seq: int
    hash: str
    kind: str
    case_no: str | None
    person: str
    jws: str = field(repr=False)
    body: str = field(repr=False)
    act: str | None = field(repr=False)
    outcome: str = field(repr=False)
    verdict: str
    code: str | None
    recv: int


@dataclass(frozen=True, slots=True)
class CountedRow:
    """What statistics need of a line of a case; `item` is "" where no case was opened."""

    event: str
    kind: str
    case_no: str
    item: str
    person: str
    dev: str
    verdict: str
    code: str | None
    outcome: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class EventKey:
    """Where an event stands: found by id, by hash, or by device number."""

    event: str
    hash: str
    dev: str
    inc: int
    seq: int
    scope: str
    n: int
    case_no: str | None
    lo: int
