"""Rows of the log: lines, heads and nodes of a scope, what is known of an event."""

from __future__ import annotations

from dataclasses import dataclass, field

from sync.server.services.rows.row import Row


class ScopeHead(Row, frozen=True):
    """Where a scope stands: its size, its tree's frontier (packed), its newest signed head."""

    scope: str
    size: int
    frontier: bytes
    sth: str | None = None


@dataclass(frozen=True, slots=True)
class Grown:
    """What one commit added to a scope, whose head it moved."""

    head: ScopeHead
    rows: tuple[LogRow, ...] = field(repr=False)


class TreeNode(Row, frozen=True):
    """The root of one complete subtree: `idx` counts subtrees of 2^level leaves from the left."""

    scope: str
    level: int
    idx: int
    hash: bytes


class LogRow(Row, frozen=True):
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
    jws: str
    body: str
    act: str | None
    outcome: str
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


class EventKey(Row, frozen=True):
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
