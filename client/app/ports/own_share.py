"""What only this window holds, as values: what a backup is made of (docs/adr/037).

No `from __future__ import annotations` here: msgspec reads these annotations.
"""

from typing import NamedTuple

from msgspec import Struct


class DraftRow(NamedTuple):
    """What was typed and is no step yet."""

    key: str
    saved_ms: int
    text: str


class BankRow(NamedTuple):
    """A line of a bank's statement, as it is kept, and what was written about it."""

    key: str
    day: str
    line: str
    note: str


class ValueRow(NamedTuple):
    """A person's or the window's own small value."""

    key: str
    value: bytes


class UnsentStep(NamedTuple):
    """An own step that had no answer: told, and never sent again by itself."""

    event: str
    case: str
    kind: str
    at_ms: int
    body: bytes


class SharePage(Struct, frozen=True):
    """A page that the centre lacks, with the cases that it was given to."""

    sha256: str
    type: str
    cases: list[str]
    data: bytes


class PagePlace(NamedTuple):
    """Where a page that the centre lacks lies, sealed under its own key."""

    sha256: str
    size: int
    type: str
    cases: tuple[str, ...]
    path: str
    key: bytes


ShareRow = DraftRow | BankRow | ValueRow | UnsentStep
"""A row of one of the parts, found by its first member."""


class OwnShare(Struct, frozen=True, kw_only=True):
    """Everything of a store that no centre has; `left_out` pages were too much for a backup."""

    drafts: list[DraftRow] = []
    bank: list[BankRow] = []
    values: list[ValueRow] = []
    steps: list[UnsentStep] = []
    pages: list[SharePage] = []
    settings: dict[str, str] = {}
    left_out: int = 0


class ShareHead(Struct, frozen=True, kw_only=True):
    """What a backup says of itself in plain, and every piece of it is bound to."""

    v: int = 1
    dev: str
    inc: int
    n: int
    at_ms: int
    salt: bytes
    slots: bytes
