"""A request's head, bounded in size and in time: uvicorn's own protocol bounds neither.

Nobody keeps a connection, and memory, by beginning a request that never comes to its body. What
comes after the head is bounded where it is read (sync.server.api.bodies).
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from sync.protocol.codec import write_message
from sync.protocol.limits import HEAD_MAX
from sync.protocol.messages import Problem

if TYPE_CHECKING:
    import asyncio
    from asyncio.events import TimerHandle


class BoundedHeads(HttpToolsProtocol):
    """Answers 431 or 408 in the middle of a head, and hangs up.

    Attributes:
        patience_s: how long a head may take, from its first byte, the first one of a connection
            from the connection's begin.
    """

    patience_s: ClassVar[float]
    _timer: TimerHandle | None = None
    _head = 0  # bytes of an unfinished head; -1 while there is none

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a first head."""
        super().connection_made(transport)
        self._expect(begun=0)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._reached()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count what comes of a head, and refuse it when it grows too large."""
        if self._head >= 0:
            self._head += len(data)
        super().data_received(data)
        if self._head > HEAD_MAX:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "wire.too_large")

    def on_message_begin(self) -> None:
        """Begin to wait for the head of a later request."""
        super().on_message_begin()
        if self._head < 0:
            self._expect(begun=1)

    def on_headers_complete(self) -> None:
        """Go on with a head that is whole."""
        self._reached()
        super().on_headers_complete()

    def _expect(self, begun: int) -> None:
        self._head = begun
        self._timer = self.loop.call_later(self.patience_s, self._give_up)

    def _reached(self) -> None:
        self._head = -1
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _give_up(self) -> None:
        if self._head:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT, "wire.too_slow")
        else:
            self.transport.close()  # nothing was asked: there is nothing to answer

    def _refuse(self, status: HTTPStatus, code: str) -> None:
        self._reached()
        if self.transport.is_closing():
            return
        body = write_message(Problem(code, {}))
        head = (
            f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        self.transport.write(head.encode("ascii") + body)
        self.transport.close()


def bounded(patience_s: float) -> type[BoundedHeads]:
    """Return the protocol of a server with that patience, as uvicorn takes it."""
    return type("BoundedHeads", (BoundedHeads,), {"patience_s": patience_s})
