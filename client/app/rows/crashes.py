"""What the page of reports shows: all that a report says, and nothing besides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class CrashRow:
    """One report.

    Args:
        id: names it at the centre too.
        kind: "error", "qt" or "died"; words under crashes.kind.<kind>.
        at: when the fault came last.
        leaves: a person let it go; it waits for the line.
        facts: (name, value) of what is one value; words under crashes.fact.<name>.
        traces: (class and code, places) of each error.
        log: lines of the log before it.
        note: what the person wrote, starred.
    """

    id: str
    kind: str
    at: datetime
    leaves: bool
    facts: tuple[tuple[str, str], ...]
    traces: tuple[tuple[str, tuple[str, ...]], ...]
    log: tuple[str, ...]
    note: str
