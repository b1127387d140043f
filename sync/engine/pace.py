"""How fast and how patient the engine is: every interval and count of it, in one place."""

from __future__ import annotations

from dataclasses import dataclass

from sync.protocol.limits import ANCHOR_EVERY_MS, PULL_ENTRIES_MAX, PUSH_BYTES_MAX, PUSH_EVENTS_MAX


@dataclass(frozen=True, slots=True)
class Pace:
    """The product's own pace; tests take a shorter one. Milliseconds unless a name says else."""

    batch: int = PUSH_EVENTS_MAX  # events per push
    batch_bytes: int = PUSH_BYTES_MAX * 9 // 10  # room for the heads and the anchor request
    page: int = PULL_ENTRIES_MAX // 2  # leaves per page: what one turn of the store lane may take
    barren: int = 5  # requests without a cursor moving before the loop guard speaks
    anchor_ms: int = ANCHOR_EVERY_MS  # at most one anchor asked for in this time
    heartbeat_ms: int = 50_000  # full round while live; with anchor_ms it keeps one per 60 s
    poll_ms: int = 10_000  # full round while not live
    renew_ms: int = 60_000  # a token is renewed so long before it ends
    short_life_ms: int = 30_000  # two heartbeats: a live stream that ends sooner was no stream
    short_lives: int = 3  # so many in a row, and the window polls
    polling_ms: int = 600_000  # before live is tried again
    unanswered_ms: int = 60_000  # proof.md §6
    drain_ms: int = 2_000  # architecture.md §5
