"""Rows of cameras: who looked through which, why, until when."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class CameraLookRow:
    """One look that was given its reason.

    `key` seals the references of its stream; it leaves the centre in no page.
    """

    id: str
    person: str
    camera: str
    why: str
    at: int
    until: int
    key: bytes = field(repr=False)
