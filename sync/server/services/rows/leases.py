"""Rows of leases and of the numbers that they lend."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class LeaseRow:
    """A lease as issued; one is live for each (dev, inc)."""

    id: str
    hash: str
    dev: str
    inc: int
    jws: str = field(repr=False)
    exp: int
    live: bool


@dataclass(frozen=True, slots=True)
class LeaseName:
    """Which device a lease belongs to."""

    id: str
    dev: str


@dataclass(frozen=True, slots=True)
class BlockRow:
    """Numbers first..last of one pool (a hall's case numbers, …) reserved for one device.

    `since`: the device's chain number when they were lent; `given`: when the next lease took their
    place, None before. `told`: when (ms) it was found that nobody gave them back; `settled`: when
    every one of them was accounted for.
    """

    kind: str
    pool: str
    first: int
    last: int
    dev: str
    inc: int
    lease: str
    since: int = 0
    given: int | None = None
    told: int | None = None
    settled: int | None = None


@dataclass(frozen=True, slots=True)
class UsedRow:
    """A number that an event has spent, once for ever."""

    kind: str
    number: str
    dev: str
    event: str
