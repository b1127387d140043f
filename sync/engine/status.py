"""The one model of the line's state, shown the same in every place that shows it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Phase(StrEnum):
    """The line in one word; its text stands under `sync.<phase>`."""

    OFFLINE = "offline"
    CONNECTING = "connecting"
    SYNCING = "syncing"
    SYNCED = "synced"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """What a person may know about the line; changes are told by `on_status`.

    `problem` is a failure code (text `error.<code>`, remedy `error.<code>.do`); it can stand beside
    any phase: a fork of the centre does not stop the rest.
    """

    phase: Phase = Phase.CONNECTING
    pending: int = 0  # own events without an answer, those that wait for a person included
    uploads: int = 0  # attachments that the centre lacks
    last_ok_ms: int | None = None  # UTC by this machine's clock: when the centre last answered
    problem: str | None = None
    clock_offset_ms: int = 0  # centre minus this machine
    lease_until_ms: int | None = None  # UTC by the centre's clock
    live: bool = False  # news arrive by themselves
    distrusted: tuple[str, ...] = ()  # scopes with two histories: no longer pulled
    outbox_only: bool = False  # the line came back to a session opened without it: card again
