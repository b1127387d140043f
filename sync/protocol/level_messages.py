"""The bodies of the routes between centres (docs/PROTOCOL.md §11, docs/adr/025).

No `from __future__ import annotations` here: msgspec reads these annotations.
"""

from typing import Annotated

from msgspec import Meta, Struct

from sync.protocol.records import Count, Envelope, Hash, LogEntry, Name, Scope

#: Lines in one report, and in one answer that hands them back; leaves in one answer.
LINES_MAX, LEAVES_MAX = 300, 10_000


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


class KeptCall(Struct, frozen=True, kw_only=True):
    """POST /levels/v1/leaves and /levels/v1/lines: of a scope of the caller's own, after a line."""

    scope: Scope
    after: Count


class KeptLeaves(Struct, frozen=True, kw_only=True):
    """The leaves of the caller's own lines from `after` + 1 on, as its head stands over them.

    `sth`: the newest head that came with its reports, over `size` lines; null where none did.
    """

    size: Count
    sth: Envelope | None
    leaves: Annotated[list[Hash], Meta(max_length=LEAVES_MAX)]


class KeptLines(Struct, frozen=True, kw_only=True):
    """The caller's own lines from `after` + 1 on, as it reported them; none beyond its head."""

    entries: Annotated[list[LogEntry], Meta(max_length=LINES_MAX)]
