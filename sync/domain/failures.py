"""The one tree of failures: a stable code, its kind and named details; the text comes later.

    Failure
    ├── (sync.domain)    rule violations are values, not failures: see violations.py
    ├── ReaderError      sync.proof: a malformed or wrongly signed record
    ├── WireError        sync.protocol: what the centre answers to a request it will not take
    ├── CardFailure      client.card
    ├── StoreFailure     client.store, client.vault
    ├── DocumentFailure  client.documents
    └── AppFailure       client.app

The text of `code` stands under `error.<code>` in the message catalogues, the remedy under
`error.<code>.do`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class FailureKind(StrEnum):
    """What a caller can do about a failure."""

    REFUSED = "refused"  # a rule or a right says no; trying again changes nothing
    RETRIABLE = "retriable"  # card, line or lock; the same act may succeed later
    CANCELLED = "cancelled"  # the person said no
    BROKEN = "broken"  # ours: a defect or a damaged file


class Failure(Exception):  # noqa: N818  its leaves are named by room
    """Say what went wrong by code; never by a sentence that somebody would have to parse.

    Args:
        code: stable dotted code, e.g. "card.pin_wrong".
        kind: what can be done about it.
        details: named values for the text; never secrets or citizens' data.
    """

    def __init__(
        self,
        code: str,
        kind: FailureKind = FailureKind.REFUSED,
        /,  # a rule's details may well be called "kind"
        **details: str | int,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.kind = kind
        self.details: Mapping[str, str | int] = details

    def __str__(self) -> str:
        """Return the code with its details: fit for a log."""
        named = " ".join(f"{name}={value}" for name, value in self.details.items())
        return f"{self.code} {named}".strip()
