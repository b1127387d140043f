"""The version of the wire: one dated constant, and how two ends agree on it."""

from __future__ import annotations

from sync.protocol.errors import WireError

#: The wire that this program speaks. Raised by a day's date whenever a stranger's window that
#: speaks the former one would no longer be understood.
CURRENT = "2026-11-22"

#: The oldest wire that this program still understands. Never raised without a window of
#: deprecation (architecture.md §8).
OLDEST = "2026-11-22"

#: The header of every request that says which wire the body is written in.
HEADER = "Chuangkou-Wire"

#: The header of a live stream that may bring small pages along, and what it says.
LIVE_HEADER = "Chuangkou-Live"
LIVE_PAGES = "pages"


def agree(oldest: str, current: str) -> str:
    """Return the newest wire that both ends speak.

    Args:
        oldest: the oldest version the other end understands, a date "YYYY-MM-DD".
        current: the newest one it understands.

    Raises:
        WireError: wire.version_too_old or wire.version_too_new, as seen from this end.
    """
    if current < OLDEST:
        raise WireError("wire.version_too_old", theirs=current, ours=OLDEST)
    if oldest > CURRENT:
        raise WireError("wire.version_too_new", theirs=oldest, ours=CURRENT)
    return min(current, CURRENT)
