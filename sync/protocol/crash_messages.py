"""A window's report of a fault, and the route that takes it (docs/PROTOCOL.md §11, ADR 038).

No `from __future__ import annotations` here: msgspec reads these annotations. Every member has a
form and a bound: a report is read by people, on screens and terminals, so nothing in it can steer
either. What a person wrote is the only text in it that a program did not choose.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from sync.protocol.records import Ms, Uuid7

RAISED_MOST = 4
PLACES_MOST = 40
LINES_MOST = 60
LINE_MAX = 300
NOTE_MAX = 500

Word = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_.:/<>()+ -]{0,160}\Z")]
Line = Annotated[str, Meta(pattern=r"^[ -~]{0,300}\Z")]
Page = Annotated[str, Meta(pattern=r"^[a-z_]{0,32}(/[a-z_]{1,32})?\Z")]
Fingerprint = Annotated[str, Meta(pattern=r"^[0-9a-f]{16}\Z")]
#: No control characters, nothing that turns the direction of writing.
Note = Annotated[
    str,
    Meta(
        max_length=NOTE_MAX,
        pattern=r"^[^\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]*\Z",
    ),
]


class Raised(Struct, frozen=True, kw_only=True):
    """One error of a chain: its class, a failure's code, and where it went; no sentence of it."""

    name: Word
    code: Word = ""
    places: Annotated[list[Word], Meta(max_length=PLACES_MOST)] = []


class CrashReport(Struct, frozen=True, kw_only=True):
    """POST /v1/crashes: one fault of a window's program. The same id again is the same report.

    Attributes:
        kind: "error": nobody caught it; "qt": Qt called it critical; "died": the process ended.
        fingerprint: the same for the same fault, whatever the line of code.
        first, last, count: when it happened, and how often, until the report was sent.
        page: the kind of page that was open, and of step; no case.
        said: how the process died, or Qt's sentence, starred.
        log: the newest lines of the log before it, starred.
        note: what the person wrote, starred.
    """

    id: Uuid7
    kind: Literal["error", "qt", "died"]
    fingerprint: Fingerprint
    first: Ms
    last: Ms
    count: Annotated[int, Meta(ge=1, le=1_000_000_000)]
    version: Word
    build: Word
    versions: Annotated[dict[Word, Word], Meta(max_length=24)]
    page: Page
    raised: Annotated[list[Raised], Meta(max_length=RAISED_MOST)] = []
    said: Line = ""
    memory_mb: Annotated[int, Meta(ge=0, le=1_000_000_000)] = 0
    uptime_s: Annotated[int, Meta(ge=0, le=1_000_000_000)] = 0
    log: Annotated[list[Line], Meta(max_length=LINES_MOST)] = []
    note: Note = ""


class CrashAnswer(Struct, frozen=True, kw_only=True):
    """The centre keeps the report of this id."""

    id: Uuid7
