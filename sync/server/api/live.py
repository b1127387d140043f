"""GET /v1/live: pokes as server-sent events; ends with the window, the session, or the centre.

A handler that only waits for news never learns that its window has gone, and then holds up the
shutdown (facts: sse-starlette 73, 124, 128): so the wait for news races with `receive()`.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING

from fastapi import Response

from sync.protocol.codec import write_message
from sync.protocol.limits import LIVE_HEARTBEAT_MS
from sync.protocol.messages import Poke

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from starlette.types import Receive, Scope, Send

    from sync.server.clock import Clock
    from sync.server.services.line.live import LiveHub, Subscription

_HEARTBEAT = b": \n\n"
_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


class LiveStream(Response):
    """One open stream.

    Args:
        hub: where it is subscribed.
        subscription: its news.
        clock: the centre's.
        exp: when the token runs out, ms: the stream closes with it.
        allowed: the scopes whose pages may be sent now; asked each time, as a pull is.
    """

    def __init__(
        self,
        hub: LiveHub,
        subscription: Subscription,
        clock: Clock,
        exp: int,
        allowed: Callable[[], frozenset[str]] = frozenset,
    ) -> None:
        super().__init__()
        self._hub = hub
        self._subscription = subscription
        self._clock = clock
        self._exp = exp
        self._allowed = allowed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until somebody ends it."""
        del scope
        try:
            with suppress(OSError):  # the window has gone: there is nobody to tell
                await self._stream(receive, send)
        finally:
            self._hub.leave(self._subscription)

    async def _stream(self, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        # At once, so that proxies and windows see a stream that lives.
        await send({"type": "http.response.body", "body": _HEARTBEAT, "more_body": True})
        async with asyncio.TaskGroup() as group:
            watching = group.create_task(self._until_gone(receive))
            with suppress(OSError):
                await self._speak(send)
            watching.cancel()
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _until_gone(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self._subscription.end()

    async def _speak(self, send: Send) -> None:
        while not self._subscription.ended:
            left_s = (self._exp - self._clock.now_ms()) / 1000
            if left_s <= 0:
                return
            news = await self._subscription.next(min(LIVE_HEARTBEAT_MS / 1000, left_s))
            body = b"".join(b"data: " + line + b"\n\n" for line in self._lines(news))
            if not self._subscription.ended:
                chunk = body or _HEARTBEAT
                await send({"type": "http.response.body", "body": chunk, "more_body": True})

    def _lines(self, news: dict[str, int]) -> Iterator[bytes]:
        allowed: frozenset[str] | None = None
        for scope, n in sorted(news.items()):
            lines = self._subscription.lines(scope)
            if lines and allowed is None:
                allowed = self._allowed()
            if lines and scope in (allowed or ()):
                yield from lines
            else:
                yield _poke(scope, n)


@lru_cache(64)  # as many streams hear the same
def _poke(scope: str, n: int) -> bytes:
    return write_message(Poke(scope, n))
