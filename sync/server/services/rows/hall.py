"""Rows of a hall's queue."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class QueueRow:
    """What the next numbers of a hall go by: its day, and how often its queue has moved.

    `drawn` is JSON: how many numbers of each class the day has.
    """

    hall: str
    day: str
    rev: int
    streak: int
    drawn: str


@dataclass(frozen=True, slots=True)
class HallActRow:
    """One act on a hall's queue or appointments: who did what to which, once."""

    hall: str
    id: str
    at: int
    kind: str
    number: str
    dev: str
    person: str
