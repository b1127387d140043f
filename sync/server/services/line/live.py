"""Who waits for news of which scope. A poke says "scope s has reached n": none need arrive.

To a stream that asked for pages it brings what a small commit added, so that nobody has to ask.

Everything here happens on the loop's thread; the writer's thread hands its news over by
`loop.call_soon_threadsafe`.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from sync.protocol.codec import write_message
from sync.protocol.limits import LIVE_PAGE_LINE_MAX
from sync.protocol.messages import Poke
from sync.server.services.line.pulling import Pulling

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sync.server.services.rows.log import Grown

_LINES_MAX = 16
_FEW = 100  # streams that are told at once; more are told so many at a time
_ROUND_S = 0.1  # and at most so often: telling one costs some 50 µs of the loop


class Subscription:
    """One stream's news: the newest number of each scope that moved since it was last asked.

    Args:
        scopes: what this stream may hear of.
        dlg: the session it belongs to; it ends with it.
        pages: it asked for pages.
    """

    def __init__(self, scopes: Iterable[str], dlg: str, *, pages: bool = False) -> None:
        self.dlg = dlg
        self.scopes = frozenset(scopes)
        self.pages = pages
        self._news: dict[str, int] = {}
        self._lines: dict[str, list[bytes]] = {}
        self._moved = False
        self._waiting: asyncio.Future[None] | None = None
        self.ended = False

    def tell(self, scope: str, n: int, line: bytes | None = None) -> None:
        """Note that a scope has reached n; scopes of others are ignored.

        Args:
            scope: which.
            n: its size.
            line: the poke with its page, where there is one.
        """
        if scope not in self.scopes:
            return
        self._news[scope] = max(n, self._news.get(scope, 0))
        lines = self._lines.setdefault(scope, [])
        if line is not None:
            lines.append(line)
        if line is None or len(lines) > _LINES_MAX:
            lines.clear()  # whoever misses one of them asks for the rest
        self._wake()

    def lines(self, scope: str) -> list[bytes]:
        """Return the pokes of a scope that lead to its news with their pages, once."""
        return self._lines.pop(scope, [])

    def end(self) -> None:
        """Let the stream end at its next breath."""
        self.ended = True
        self._wake()

    def _wake(self) -> None:
        self._moved = True
        if self._waiting is not None:
            _set(self._waiting)

    async def next(self, wait_s: float) -> dict[str, int]:
        """Return what moved; empty after `wait_s` seconds of silence, or at the end."""
        if not self._moved:
            loop = asyncio.get_running_loop()
            self._waiting = loop.create_future()
            # An Event and a timeout's scope would cost three times this, for each stream and poke.
            silence = loop.call_later(wait_s, _set, self._waiting)
            try:
                await self._waiting
            finally:
                silence.cancel()
                self._waiting = None
        self._moved = False
        news, self._news = self._news, {}
        return news


class LiveHub:
    """Every open stream of this process.

    Few are told at once. Of many, some are told in each turn of the loop, so that requests are
    answered in between, and the next round waits: in a burst several commits are told together.
    """

    def __init__(self) -> None:
        self._open: set[Subscription] = set()
        self._closed = False
        self._resting = False  # a round goes on, or the pause after it
        self._sizes: dict[str, int] = {}  # what the next round tells
        self._grown: list[Grown] = []

    def __len__(self) -> int:
        return len(self._open)

    def subscribe(self, scopes: Iterable[str], dlg: str, *, pages: bool = False) -> Subscription:
        """Open a stream; after `close` it ends at once."""
        subscription = Subscription(scopes, dlg, pages=pages)
        if self._closed:
            subscription.end()
        self._open.add(subscription)
        return subscription

    def leave(self, subscription: Subscription) -> None:
        """Forget a stream: it is over."""
        self._open.discard(subscription)
        subscription.end()

    def tell(self, sizes: dict[str, int], grown: Sequence[Grown] = ()) -> None:
        """Pass news on to every stream that may hear it; pages to those that asked for them."""
        for scope, n in sizes.items():
            self._sizes[scope] = max(n, self._sizes.get(scope, 0))
        self._grown += grown
        if not self._resting:
            self._round()

    def _round(self) -> None:
        sizes, self._sizes = self._sizes, {}
        grown, self._grown = self._grown, []
        paged = any(each.pages for each in self._open)
        lines = [(g.head.scope, g.head.size, _line(g) if paged else None) for g in grown]
        streams = list(self._open)
        if len(streams) <= _FEW:
            _tell(streams, sizes, lines)
            return
        self._resting = True
        loop = asyncio.get_running_loop()
        loop.call_later(_ROUND_S, self._rested)
        _turn(loop, streams, sizes, lines)

    def _rested(self) -> None:
        self._resting = False
        if self._sizes:
            self._round()

    def drop(self, dlg: str) -> None:
        """End the streams of a session that is over."""
        for subscription in self._open:
            if subscription.dlg == dlg:
                subscription.end()

    def close(self) -> None:
        """End every stream: the centre is going down."""
        self._closed = True
        for subscription in self._open:
            subscription.end()


def _turn(
    loop: asyncio.AbstractEventLoop,
    streams: list[Subscription],
    sizes: dict[str, int],
    lines: list[tuple[str, int, bytes | None]],
) -> None:
    """Tell the first streams now, the rest in the loop's next turns."""
    _tell(streams[:_FEW], sizes, lines)
    if rest := streams[_FEW:]:
        loop.call_soon(_turn, loop, rest, sizes, lines)


def _tell(
    streams: Iterable[Subscription],
    sizes: dict[str, int],
    lines: Iterable[tuple[str, int, bytes | None]],
) -> None:
    told = {scope for scope, _, _ in lines}
    for subscription in streams:
        if subscription.pages:
            for scope, n, line in lines:
                subscription.tell(scope, n, line)
        for scope, n in sizes.items():
            if not (subscription.pages and scope in told):
                subscription.tell(scope, n)


def _set(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


def _line(grown: Grown) -> bytes | None:
    """Return the poke of a commit with its page; None where that would be too long."""
    page = Pulling.grown(grown)
    line = write_message(Poke(grown.head.scope, grown.head.size, page))
    return line if page is not None and len(line) <= LIVE_PAGE_LINE_MAX else None
