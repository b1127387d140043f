"""Rows of scores, of faults that people entered, and of weekly bulletins."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ScoreRunRow:
    """One computation of a period by one set of rules.

    Attributes:
        period: "2026-03", "2026-H1" or "2026".
        code: of the rules.
        rules_hash: SHA-256 of the rule file's bytes, hex; `rules` are those bytes as text.
        heads: JSON, scope → {size, root}: over what it was computed.
        before: the same of the month before; what was counted there is not counted again.
        state: "draft", "reviewed" or "published".
        cut: ms; judgements and faults later than this are not in it.
    """

    period: str
    code: str
    rules_hash: str
    rules: str = field(repr=False)
    heads: str = field(repr=False)
    before: str = field(repr=False)
    state: str
    cut: int
    made: int
    reviewed_by: str = ""
    reviewed: int = 0
    published_by: str = ""
    published: int = 0


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One subject's score: hundredths of a point, and the whole score as JSON."""

    period: str
    code: str
    kind: str  # "hall", "department", "window", "person"
    subject: str
    total: int
    body: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class FaultRow:
    """A fault that a supervisor entered, in force when another one confirmed it."""

    id: str
    month: str
    kind: str
    subject: str
    code: str
    case_no: str
    text: str = field(repr=False)
    entered_by: str
    entered: int
    confirmed_by: str = ""
    confirmed: int = 0


@dataclass(frozen=True, slots=True)
class BulletinRow:
    """One week's bulletin: its figures as JSON as they were on Monday, and the remark."""

    week: str  # its Monday, ISO
    body: str = field(repr=False)
    remark: str = field(repr=False)
    made: int
    remarked_by: str = ""
    released_by: str = ""
    released: int = 0
