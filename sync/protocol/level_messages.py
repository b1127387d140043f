"""The bodies of the routes between centres (docs/PROTOCOL.md §11, docs/adr/025).

No `from __future__ import annotations` here: msgspec reads these annotations.
"""

from typing import Annotated

from msgspec import Meta, Struct

from sync.protocol.records import Count, Envelope, LogEntry, Name, Scope

#: Lines in one report.
LINES_MAX = 300


class Mark(Struct, frozen=True, kw_only=True):
    """How far one scope of a centre has arrived: `size` lines, of which `folded` are counted in."""

    centre: Name
    scope: Scope
    size: Count
    folded: Count


class MarksAnswer(Struct, frozen=True, kw_only=True):
    """POST /levels/v1/marks: every scope of the caller and of what lies below it."""

    marks: list[Mark]


class ReportCall(Struct, frozen=True, kw_only=True):
    """POST /levels/v1/report: lines of one scope as they stand, from `after` + 1 on.

    `centre`: whose they are, the caller's or one below it. `sth`: the signed head over exactly
    these and everything before them; null while more follow.
    """

    centre: Name
    scope: Scope
    after: Count
    entries: Annotated[list[LogEntry], Meta(max_length=LINES_MAX)]
    sth: Envelope | None
