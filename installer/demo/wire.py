"""The demonstration's cable: a relay on loopback between window and centre that can be cut.

It knows nothing of what goes through it. Cut, nobody listens there and every connection is gone,
as when somebody trips over the cable; restored, the same address answers again. It runs in a thread
of its own, so that a busy screen does not look like a slow line.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Coroutine

HOST = "127.0.0.1"
_PIECE = 65536


class Wire:
    """A cable to a centre; laid once, then cut and restored at will. Methods may block shortly.

    Args:
        port: where it is dialled; 0 finds a free one.
    """

    def __init__(self, port: int = 0) -> None:
        self.whole = True
        self._port = port
        self._target = 0
        self._loop = asyncio.new_event_loop()
        self._thread: threading.Thread | None = None
        self._server: asyncio.Server | None = None
        self._ends: set[asyncio.StreamWriter] = set()

    def lay(self, target: int) -> str:
        """Lead to a port on this machine; return the address to dial, the same each time."""
        self._target = target
        if self._thread is None:
            self._port = self._port or free_port()
            self._thread = threading.Thread(target=self._turn, name="wire", daemon=True)
            self._thread.start()
            self._do(self._listen())
        return f"https://{HOST}:{self._port}"

    def cut(self) -> None:
        """Cut it: what is on its way is lost."""
        self.whole = False
        self._do(self._break())

    def restore(self) -> None:
        """Mend it."""
        if not self.whole:
            self.whole = True
            self._do(self._listen())

    def turn(self) -> bool:
        """Cut it if it is whole, mend it if it is not; return whether it is whole now."""
        if self.whole:
            self.cut()
        else:
            self.restore()
        return self.whole

    def take_up(self) -> None:
        """End the thread; the wire is gone."""
        if self._thread is not None:
            self.cut()
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._thread = None

    # ------------------------------------------------------------ the wire's own thread

    def _turn(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()
        left = asyncio.all_tasks(self._loop)
        for task in left:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        self._loop.run_until_complete(asyncio.sleep(0))  # what they aborted closes a turn later
        self._loop.close()

    def _do(self, work: Coroutine[object, object, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._relay, HOST, self._port)

    async def _break(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for end in list(self._ends):
            end.transport.abort()

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ends = {writer}
        with contextlib.suppress(OSError):
            there, back = await asyncio.open_connection(HOST, self._target)
            ends.add(back)
        self._ends |= ends
        try:
            if len(ends) > 1:
                ways = [_copy(reader, back), _copy(there, writer)]
                tasks = [asyncio.ensure_future(way) for way in ways]
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                for task in tasks:
                    task.cancel()
        finally:
            self._ends -= ends
            for end in ends:
                end.transport.abort()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(_PIECE):
            writer.write(data)
            await writer.drain()


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
