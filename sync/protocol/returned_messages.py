"""The bodies by which a window gives back what a centre lost (docs/PROTOCOL.md §11, docs/adr/032).

No `from __future__ import annotations` here: msgspec reads these annotations.
"""

from typing import Annotated

from msgspec import Meta, Struct, field

from sync.protocol.messages import PushResult
from sync.protocol.records import Count, Envelope, Hash, LogEntry, Receipt, Record, Scope, Uuid7

#: Lines of one scope in one request.
LINES_MAX = 300
#: Own steps in one request; and how many a window asks about at once.
STEPS_MAX, LOOK_MAX = 100, 500


class ReturnedLines(Struct, frozen=True, kw_only=True):
    """POST /v1/returned/lines: lines of one scope as they stood, without a gap.

    The first may stand at the centre already. `sth`: a head that the centre signed over at least
    these. `tail`: what leads from the last of them to that head: the roots of the full subtrees
    over the lines that follow, in order (none where the head stands over exactly these).
    """

    scope: Scope
    entries: Annotated[list[LogEntry], Meta(min_length=1, max_length=LINES_MAX)]
    tail: Annotated[list[Hash], Meta(max_length=128)] = field(default_factory=list)
    sth: Envelope


class ReturnedTo(Struct, frozen=True, kw_only=True):
    """How far the scope has come, and how many of the lines were taken."""

    scope: Scope
    size: Count
    took: Count


class ReturnedLook(Struct, frozen=True, kw_only=True):
    """POST /v1/returned/look: own answered events; and the lease that the window holds."""

    events: Annotated[list[Uuid7], Meta(max_length=LOOK_MAX)]
    lease: str | None = None


class ReturnedMissing(Struct, frozen=True, kw_only=True):
    """Those of them that the centre does not have."""

    missing: list[Uuid7]


class ReturnedStep(Struct, frozen=True, kw_only=True):
    """An own event as it was sent, with the receipt by which the centre took it then."""

    record: Record
    receipt: Receipt


class ReturnedSteps(Struct, frozen=True, kw_only=True):
    """POST /v1/returned/steps: own events in device order."""

    steps: Annotated[list[ReturnedStep], Meta(min_length=1, max_length=STEPS_MAX)]


class ReturnedResults(Struct, frozen=True, kw_only=True):
    """One result for each, in the order of the request.

    duplicate: it stands where it stood, or in its old place again, under its old outcome.
    accepted, refused, disputed: its place was given to another; `receipt` is of the new one.
    rejected, `wire.lines_missing`: not yet; lines between may still come from other windows.
    """

    results: list[PushResult]
