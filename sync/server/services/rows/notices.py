"""Rows of short messages."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A short message to one person about one event; `via` says by which way it went."""

    event: str
    person: str
    scope: str
    case_no: str
    phone: str = field(repr=False)
    text: str
    at: int
    taken: int | None = None
    sent: int | None = None
    via: str | None = None
