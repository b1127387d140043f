"""Rows of letters that applicants wrote (咨询、投诉)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class LetterRow:
    """A letter that this person may answer."""

    number: str
    kind: str  # "inquiry" | "complaint": text under letter.kind.<kind>
    department: str  # its name, "" the hall's
    case: str  # as its writer named it, "" for none
    text: str = field(repr=False)
    made: datetime
    due: datetime
    late: bool
