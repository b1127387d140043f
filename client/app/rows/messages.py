"""What waits for a person: urges, orders, and steps that the centre refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from client.app.rows.words import Words


@dataclass(frozen=True, slots=True)
class MessageRow:
    """An urge or order addressed to this window."""

    event: str
    case: str
    kind: str  # "urge" | "order" | …; text under message.<kind>
    level: str  # "yellow" | "red"
    at: datetime
    reply_by: datetime | None
    text: Words
    read: bool
    ways: tuple[str, ...] = ("case",)  # "explain", "reply_order", "cure", "case": first first
    state: str = "told"  # "told", "owed", "late", "answered": text under message.state.<state>
    note: str = ""  # what a supervisor wrote


@dataclass(frozen=True, slots=True)
class OwedExplanation:
    """An overdue step's explanation that this window owes (超时说明, TM06)."""

    urge: str  # the event that asks for it
    at: datetime
    reply_by: datetime | None


@dataclass(frozen=True, slots=True)
class ExceptionRow:
    """A step that the centre refused, or that has no answer: what happened, what can be done."""

    event: str
    case: str | None
    kind: str
    at: datetime
    code: str
    what: Words | None  # why, with its particulars; None where only the code is known
    remedy: Words
    verdict: str = "refused"  # or "disputed": no effect until somebody else confirms it
    ways: tuple[str, ...] = ("case",)  # "cure", "case", "again": what can be done, first first


@dataclass(frozen=True, slots=True)
class CureOwed:
    """A refused step that had handed a paper out: what the chief representative judges."""

    event: str
    kind: str
    code: str
    at: datetime
    paper: str  # its kind, "" where the step named none
    paper_no: str
