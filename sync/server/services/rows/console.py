"""Rows of the console: codes, visits, looks."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ConsoleCodeRow:
    """A single-use code that opens the console, by its hash."""

    hash: str = field(repr=False)
    person: str
    dlg: str
    exp: int


@dataclass(frozen=True, slots=True)
class ConsoleSessionRow:
    """A supervisor's browser, by the hash of its cookie."""

    hash: str = field(repr=False)
    person: str
    dlg: str
    created: int
    seen: int


@dataclass(frozen=True, slots=True)
class AccessRow:
    """What a supervisor looked at."""

    person: str
    at: int
    what: str
    subject: str
