"""Rows of the departments' systems: what each message was worth."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SystemMessageRow:
    """One message of a system and its answer; times in ms, `at` as the system claims."""

    dev: str
    scope: str
    recv: int
    event: str
    kind: str
    at: int
    verdict: str
    code: str


@dataclass(frozen=True, slots=True)
class AlikeRow:
    """Messages of one system that were answered alike in the same minutes, added up."""

    dev: str
    scope: str
    verdict: str
    code: str
    late: int
    minute: int
    count: int
    longest_ms: int
    last: int
