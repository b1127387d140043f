"""Rows of reports to leaders, their instructions and the replies to them (docs/adr/031)."""

from __future__ import annotations

from dataclasses import dataclass, field

LEADER = "leader"
COPY = "copy"


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One report of the monitoring centre; times are ms UTC, 0 while it did not happen.

    `number` is "" of a draft; `case_no` may be ""; `closing` says how it ended.
    """

    id: str
    number: str
    scope: str
    case_no: str
    title: str
    text: str = field(repr=False)
    author: str
    made: int
    sent: int = 0
    closed: int = 0
    closed_by: str = ""
    closing: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ReportReaderRow:
    """Whom a report goes to: a person as "leader", a unit's scope as "copy"."""

    report: str
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class InstructionRow:
    """What a leader wrote on a report, for whom and until when.

    `unit` is a scope; `person` of it, or "" for whoever leads it; `state` is an InstructionState.
    """

    id: str
    report: str
    leader: str
    at: int
    text: str = field(repr=False)
    unit: str
    person: str
    due: int
    state: str


@dataclass(frozen=True, slots=True)
class TurnRow:
    """A reply to an instruction, or how it was judged; `kind` is a Turn."""

    id: str
    instruction: str
    kind: str
    person: str
    at: int
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ReportReach:
    """Which reports somebody may see: see sync.domain.reports.reads."""

    person: str
    writes: tuple[str, ...]
    leads: tuple[str, ...]
    units: tuple[str, ...]
