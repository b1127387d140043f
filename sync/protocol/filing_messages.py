"""The bodies of the routes by which a window takes online filings up (docs/PROTOCOL.md §11).

No `from __future__ import annotations` here: msgspec reads these annotations. Filings are
centre-side state and no events: docs/adr/020 says why.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from sync.protocol.records import CaseNumber, Count, Ms, Text64, Uuid7

FilingAct = Literal["take", "release", "lacks", "registered"]
LACKS_MOST = 40


class FilingFile(Struct, frozen=True, kw_only=True):
    """A file of a filing: for which material, what its owner calls it; fetched by its hash."""

    material: Text64
    sha256: Text64
    name: Annotated[str, Meta(max_length=128)]
    size: Count
    type: Text64


class FilingLack(Struct, frozen=True, kw_only=True):
    """One thing that is missing: a material of the item, "" for the data; and why."""

    material: Text64
    reason: Annotated[str, Meta(max_length=300)]


class Filing(Struct, frozen=True, kw_only=True):
    """One filing that waits for a window, whole: who asks for what, since when, until when."""

    number: Text64
    state: Text64
    item: Text64
    item_version: Count
    department: Text64
    applicant_kind: Text64
    id_kind: Text64
    id_no: Text64
    name: Annotated[str, Meta(max_length=256)]
    phone: Text64
    filed: Ms
    due: Ms
    files: list[FilingFile]
    person: Text64 = ""
    case: Text64 = ""


class FilingsAnswer(Struct, frozen=True, kw_only=True):
    """The hall's filings that a window owes an answer, the oldest first."""

    filings: list[Filing]
    t: Ms


class FilingCall(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """POST /v1/filings/act: take one up, give it back, say what it lacks, or which case it became.

    The same id again is the same act.
    """

    id: Uuid7
    act: FilingAct
    number: Text64
    case: CaseNumber | None = None
    lacks: Annotated[list[FilingLack], Meta(max_length=LACKS_MOST)] = []
    text: Annotated[str, Meta(max_length=1000)] = ""


class FilingAnswer(Struct, frozen=True, kw_only=True):
    """The filing as it stands now."""

    filing: Filing
