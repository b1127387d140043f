"""Who waits for news of which scope. A poke says only "scope s has reached n": none need arrive.

Everything here happens on the loop's thread; the writer's thread hands its news over by
`loop.call_soon_threadsafe`.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Subscription:
    """One stream's news: the newest number of each scope that moved since it was last asked.

    Args:
        scopes: what this stream may hear of.
        dlg: the session it belongs to; it ends with it.
    """

    def __init__(self, scopes: Iterable[str], dlg: str) -> None:
        self.dlg = dlg
        self.scopes = frozenset(scopes)
        self._news: dict[str, int] = {}
        self._moved = asyncio.Event()
        self.ended = False

    def tell(self, scope: str, n: int) -> None:
        """Note that a scope has reached n; scopes of others are ignored."""
        if scope in self.scopes:
            self._news[scope] = max(n, self._news.get(scope, 0))
            self._moved.set()

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

    def subscribe(self, scopes: Iterable[str], dlg: str) -> Subscription:
        """Open a stream; after `close` it ends at once."""
        subscription = Subscription(scopes, dlg)
        if self._closed:
            subscription.end()
        self._open.add(subscription)
        return subscription

    def leave(self, subscription: Subscription) -> None:
        """Forget a stream: it is over."""
        self._open.discard(subscription)
        subscription.end()

    def tell(self, sizes: dict[str, int]) -> None:
        """Pass news on to every stream that may hear it."""
        for subscription in self._open:
            for scope, n in sizes.items():
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
