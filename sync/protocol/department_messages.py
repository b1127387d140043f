"""The bodies of the departments' routes (docs/DEPARTMENTS.md).

No `from __future__ import annotations` here: msgspec reads these annotations.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from sync.protocol.records import (
    CaseNumber,
    Count,
    Hash,
    LogEntry,
    Ms,
    Name,
    Receipt,
    Record,
    Scope,
    Text64,
)

#: Steps in one request, numbers lent at once, lines read at once.
STEPS_MAX, NUMBERS_MAX, LINES_MAX = 100, 50, 500

NumberKind = Literal["case", "certificate"]


class DepartmentsHello(Struct, frozen=True, kw_only=True):
    """GET /departments/v1/hello: which centre this is, and what time it has (ms)."""

    aud: Name
    name: str
    t: Ms
    catalogue: str
    calendar: str


class SystemHead(Struct, frozen=True, kw_only=True):
    """POST /departments/v1/head: where the system's own chain stands, and where it writes."""

    dev: Name
    inc: Count
    seq: Count
    hash: Hash
    scope: Scope
    kinds: list[str]


class StepsCall(Struct, frozen=True, kw_only=True):
    """POST /departments/v1/steps: signed steps in the order of the system's chain."""

    steps: Annotated[list[Record], Meta(max_length=STEPS_MAX)]


class StepResult(Struct, frozen=True, kw_only=True):
    """What became of one step.

    `expect`: the number wanted, of a step that did not get one. `last`: hash of the case's newest
    step, for `cprev` of the next.
    """

    id: str | None
    verdict: Literal["accepted", "refused", "disputed", "duplicate", "rejected"]
    code: str | None = None
    receipt: Receipt | None = None
    expect: Count | None = None
    last: Hash | None = None


class StepsAnswer(Struct, frozen=True, kw_only=True):
    """One result for each step, in the order sent."""

    results: list[StepResult]


class NumbersCall(Struct, frozen=True, kw_only=True):
    """POST /departments/v1/numbers: how many numbers of a kind."""

    kind: NumberKind
    count: Annotated[int, Meta(ge=1, le=NUMBERS_MAX)]


class NumbersAnswer(Struct, frozen=True, kw_only=True):
    """Numbers that nobody else has; each opens one case, or stands on one certificate."""

    numbers: list[Text64]


class LinesCall(Struct, frozen=True, kw_only=True):
    """POST /departments/v1/lines: what was logged in the department's scope after a number."""

    after: Count
    limit: Annotated[int, Meta(ge=1, le=LINES_MAX)]


class LinesAnswer(Struct, frozen=True, kw_only=True):
    """Lines in order; `sth` is the signed head over exactly `next` lines, null while `more`."""

    entries: list[LogEntry]
    next: Count
    size: Count
    sth: str | None
    more: bool


class CaseCall(Struct, frozen=True, kw_only=True):
    """POST /departments/v1/case: which case."""

    case: CaseNumber


class CaseAnswer(Struct, frozen=True, kw_only=True):
    """How a case of the department stands; `due` in ms."""

    case: CaseNumber
    item: str
    state: str
    light: str
    due: Ms | None
    last: Hash
