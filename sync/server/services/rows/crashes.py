"""Rows of reports of faults of windows' programs (docs/adr/038)."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class CrashRow:
    """One report; times are ms UTC, first and last by the window's own clock.

    `name` is the class of its first error; `body` the report as it came, as JSON.
    """

    dev: str
    id: str
    hall: str
    fingerprint: str
    kind: str
    version: str
    name: str
    recv: int
    count: int
    first: int
    last: int
    body: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CrashGroup:
    """One fault of one version: how many reports, times and windows; when one came last."""

    fingerprint: str
    version: str
    kind: str
    name: str
    reports: int
    times: int
    windows: int
    came: int
