"""Lines that windows saw and this centre does not have: it runs on an older state of its record.

Each pull says how much of a scope its window has. More than there is here means that the
database was brought back from a backup, or that a second site took over which had not received
everything (PL17). What windows say is no proof: they hold the signed heads that are one, and give
the lines back under them (`services.line.returning`).
"""

from __future__ import annotations

import threading

import structlog
from msgspec import Struct

log = structlog.get_logger(__name__)

_MOST = 10_000  # windows and scopes remembered


class Missing(Struct, frozen=True):
    """What is missing here.

    Attributes:
        windows: how many windows say so.
        scope: where most lines are missing.
        seen: the greatest number of that scope that a window has.
        here: how many lines it had here when the window said so.
    """

    windows: int
    scope: str
    seen: int
    here: int


class Forgotten:
    """Remembers what windows have that the centre has not; any thread, one process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._heard: dict[tuple[str, str], tuple[int, int]] = {}  # (scope, window): (seen, here)

    def hear(self, dev: str, scope: str, seen: int, here: int) -> None:
        """Take what a window says.

        Args:
            dev: the window.
            scope: of which scope.
            seen: how many of its lines the window has; more than `here`.
            here: how many there are.
        """
        with self._lock:
            new = (scope, dev) not in self._heard
            if new and len(self._heard) >= _MOST:
                return
            self._heard[scope, dev] = (seen, here)
        if new:
            found = {"scope": scope, "dev": dev, "seen": seen, "here": here}
            log.error("lines are missing", code="centre.lines_missing", **found)

    def came(self, scope: str, size: int) -> None:
        """Take it that a scope has so many lines again.

        Args:
            scope: which.
            size: how many there are.
        """
        if not self._heard:
            return
        with self._lock:
            for key in [
                k for k, heard in self._heard.items() if k[0] == scope and heard[0] <= size
            ]:
                del self._heard[key]

    def missing(self) -> Missing | None:
        """Return what windows said since the start that has not come back; None for nothing."""
        with self._lock:
            heard = dict(self._heard)
        if not heard:
            return None
        scope, dev = max(heard, key=lambda key: heard[key][0] - heard[key][1])
        seen, here = heard[scope, dev]
        return Missing(len({window for _, window in heard}), scope, seen, here)
