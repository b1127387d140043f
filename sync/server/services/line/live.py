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
        self._moved = asyncio.Event()
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
        self._moved.set()

    def lines(self, scope: str) -> list[bytes]:
        """Return the pokes of a scope that lead to its news with their pages, once."""
        return self._lines.pop(scope, [])

    def end(self) -> None:
        """Let the stream end at its next breath."""
        self.ended = True
        self._moved.set()

    async def next(self, wait_s: float) -> dict[str, int]:
        """Return what moved; empty after `wait_s` seconds of silence, or at the end."""
        try:
            async with asyncio.timeout(wait_s):
                await self._moved.wait()
        except TimeoutError:
            return {}
        self._moved.clear()
        news, self._news = self._news, {}
        return news


class LiveHub:
    """Every open stream of this process."""

    def __init__(self) -> None:
        self._open: set[Subscription] = set()
        self._closed = False

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
        for each in grown:
            scope = each.head.scope
            asked = [s for s in self._open if s.pages and scope in s.scopes]
            line = _line(each) if asked else None
            for subscription in asked:
                subscription.tell(scope, each.head.size, line)
        told = {each.head.scope for each in grown}
        for subscription in self._open:
            for scope, n in sizes.items():
                if not (subscription.pages and scope in told):
                    subscription.tell(scope, n)

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


def _line(grown: Grown) -> bytes | None:
    """Return the poke of a commit with its page; None where that would be too long."""
    page = Pulling.grown(grown)
    line = write_message(Poke(grown.head.scope, grown.head.size, page))
    return line if page is not None and len(line) <= LIVE_PAGE_LINE_MAX else None
