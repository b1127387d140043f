"""News on their way in: which scopes are behind, when to look round, and the live stream."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sync.engine.pace import Pace
    from sync.engine.signals import Poked, Pulled


class Incoming:
    """Know what to ask for next.

    A *round* asks in all scopes at once; it is due at the beginning, after whatever may have hidden
    a poke, and in any case from time to time, so that a lost poke is harmless. In between, a poke
    asks in its own scope only.
    """

    def __init__(self, pace: Pace) -> None:
        self.distrusted: tuple[str, ...] = ()
        self.begun = False  # a first page was taken in this session
        self._pace = pace
        self._cursors: Mapping[str, int] = {}
        self._wanted: dict[str, int] = {}
        self._left_out: frozenset[str] = frozenset()
        self._round_wanted = True
        self._round_shown = True
        self._round_running = False
        self._round_at = 0
        self._live_since: int | None = None
        self._short_lives = 0
        self._polling_until = 0

    @property
    def live(self) -> bool:
        """Say whether news arrive by themselves."""
        return self._live_since is not None

    @property
    def behind(self) -> bool:
        """Say whether the centre has something that we know we lack."""
        return bool(self._wanted or self._left_out)

    @property
    def visibly_behind(self) -> bool:
        """Say whether a person should see that news are being fetched."""
        return self.behind or self._round_shown

    def open(self, cursors: Mapping[str, int]) -> None:
        """Begin at these cursors."""
        self._cursors = dict(cursors)

    # ---------------------------------------------------------------- pulling

    def pull_at(self) -> int:
        """When to pull next."""
        if self._wanted or self._left_out or self._round_wanted:
            return 0
        return self._round_at + (self._pace.heartbeat_ms if self.live else self._pace.poll_ms)

    def want_round(self, *, shown: bool = False) -> None:
        """Look round at the next opportunity; `shown`: a person waits for it."""
        self._round_wanted = True
        self._round_shown = self._round_shown or shown

    def start(self, now: int) -> tuple[str, ...] | None:
        """Return the scopes to ask in, None for all."""
        wanted = self._left_out.union(self._wanted)
        self._round_running = self._round_wanted or not wanted
        if not self._round_running:
            return tuple(sorted(wanted))
        self._round_wanted = False
        self._round_at = now
        return None

    def pulled(self, event: Pulled) -> bool:
        """Take an answer; False when something was expected and nothing moved."""
        self.begun = True
        self.distrusted = event.distrusted
        self._cursors = dict(event.cursors)
        if self._round_running:
            self._round_shown = self._round_wanted and self._round_shown
        wanted = {s: n for s, n in self._wanted.items() if n > self._cursors.get(s, n)}
        if event.code is not None:
            # A scope whose page does not hold is asked again by rounds only; the others go on.
            wanted = {}
        wanted.update({s: self._cursors.get(s, 0) + 1 for s in event.more})
        self._left_out = event.left_out
        self._wanted = {s: n for s, n in wanted.items() if s not in self.distrusted}
        return event.moved > 0 or not self._wanted

    def failed(self) -> None:
        """No answer: ask again, and for everything, since time has passed."""
        self._round_wanted = True

    # ---------------------------------------------------------------- live

    def listen_at(self) -> int:
        """When to open the live stream."""
        return self._polling_until

    def listening(self, now: int) -> None:
        """The stream is open; what happened before was not poked."""
        self._live_since = now
        self._round_wanted = True

    def poked(self, event: Poked) -> None:
        """Note what a scope has reached; strangers' scopes and old news are nothing to us."""
        known = self._cursors.get(event.scope)
        if known is not None and event.n > known and event.scope not in self.distrusted:
            self._wanted[event.scope] = max(event.n, self._wanted.get(event.scope, 0))

    def live_ended(self, now: int) -> bool:
        """The stream ended; True when it had lived.

        Three short lives in a row: some proxy on the way buffers or cuts streams, so the window
        polls for a while; then one more short life sends it back to polling.
        """
        since, self._live_since = self._live_since, None
        self._round_wanted = True  # finds out whether the line itself is gone
        if since is not None and now - since >= self._pace.short_life_ms:
            self._short_lives = 0
            return True
        self._short_lives += 1
        if self._short_lives >= self._pace.short_lives:
            self._short_lives = self._pace.short_lives - 1
            self._polling_until = now + self._pace.polling_ms
        return False

    def try_live(self) -> None:
        """Give the stream another chance now."""
        self._polling_until = 0
