"""Rows of what supervisors have to judge, and of how they judged."""

from __future__ import annotations

from dataclasses import dataclass, field

from sync.server.services.rows.row import Row


class FindingRow(Row, frozen=True):
    """Something for a supervisor to judge; `args` is JSON without citizens' data."""

    scope: str
    case_no: str | None
    event: str | None
    dev: str | None
    person: str | None
    code: str
    args: str
    at: int


@dataclass(frozen=True, slots=True)
class JudgementRow:
    """What a supervisor judged of a finding, or of a reply (`code` "reply"), once for ever."""

    case_no: str
    event: str
    code: str
    verdict: str  # "upheld" | "closed"; of a reply "enough" | "not_enough"
    person: str
    text: str = field(repr=False)
    at: int
