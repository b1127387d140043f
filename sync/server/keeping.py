"""Pages that are the same for everybody, kept for a moment: a county's worth of telephones asks.

Kept are whole answers of addresses below, without a query, in either language, as long as policy
is the same. They hold no personal data: nothing that a number, a code or a cookie opens is here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.requests import Request

from sync.server.pages import language_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from sync.server.clock import Clock

KEPT_MS = 15_000
MOST = 512
_ALONE = frozenset(
    f"/public/{name}"
    for name in ("status", "items", "filing", "letters", "evaluate", "certificate", "open", "touch")
)
_BELOW = ("/public/items/", "/public/apply/", "/public/touch/")


@dataclass(frozen=True, slots=True)
class Kept:
    """One answer as it was given."""

    until: int
    start: Message
    body: bytes


class KeptPages:
    """Middleware: answers from what it keeps, and keeps what is answered.

    Args:
        app: what answers otherwise.
        policy: returns the size of policy's log; another one, and everything is asked anew.
        clock: the centre's.
    """

    def __init__(self, app: ASGIApp, policy: Callable[[], int], clock: Clock) -> None:
        self._app = app
        self._policy = policy
        self._clock = clock
        self._kept: dict[tuple[str, str, int], Kept] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it here."""
        if scope["type"] != "http" or scope["method"] != "GET" or not _may_be_kept(scope):
            await self._app(scope, receive, send)
            return
        key = (scope["path"], language_of(Request(scope)), self._policy())
        held, now = self._kept.get(key), self._clock.now_ms()
        if held is not None and 0 <= held.until - now <= KEPT_MS:
            await send(held.start)
            await send({"type": "http.response.body", "body": held.body})
            return
        begun: list[Message] = []

        async def listening(message: Message) -> None:
            if message["type"] == "http.response.start":
                begun.append(message)
            elif not message.get("more_body") and begun and begun[0]["status"] == 200:
                self._keep(key, Kept(now + KEPT_MS, begun[0], message.get("body", b"")))
            elif message.get("more_body"):
                begun.clear()  # a stream is not kept
            await send(message)

        await self._app(scope, receive, listening)

    def _keep(self, key: tuple[str, str, int], kept: Kept) -> None:
        if len(self._kept) >= MOST:
            self._kept.clear()
        self._kept[key] = kept


def _may_be_kept(scope: Scope) -> bool:
    path: str = scope["path"]
    return not scope["query_string"] and (path in _ALONE or path.startswith(_BELOW))
