"""A line that breaks when told: bytes go through, until an answer is swallowed half-way.

It knows no TLS: once the centre has done what a test waits for, it swallows whatever comes back
next, with the connection, so the window never hears of it.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.helpers.centre import RunningCentre


class WireCutter:
    """A TCP relay on loopback before a centre; the window dials `url`."""

    def __init__(self, centre: RunningCentre) -> None:
        self._centre = centre
        self._target = int(centre.origin.rpartition(":")[2])
        self._scheme = centre.origin.partition(":")[0]
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._left = 0
        self._done: Callable[[], bool] = lambda: False
        self.cuts = 0
        self.url = ""

    def cut_once(self, done: Callable[[], bool], count: int) -> None:
        """Swallow the next so many answers that come back once `done` says so."""
        self._done, self._left = done, count

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._relay, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        self.url = f"{self._scheme}://127.0.0.1:{port}"
        # Proofs name the public origin: the relay stands where a reverse proxy would.
        desk = self._centre.desk
        object.__setattr__(desk, "settings", desk.settings.model_copy(update={"origin": self.url}))
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        there, back = await asyncio.open_connection("127.0.0.1", self._target)
        try:
            async with asyncio.TaskGroup() as group:
                up = group.create_task(self._copy(reader, back, cutting=False))
                await self._copy(there, writer, cutting=True)
                up.cancel()
        except (asyncio.CancelledError, ConnectionError, ExceptionGroup):
            return
        finally:
            self._tasks.discard(task)
            for end in (writer, back):
                end.transport.abort()
                with contextlib.suppress(OSError, asyncio.CancelledError):
                    await end.wait_closed()

    async def _copy(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, cutting: bool
    ) -> None:
        while data := await reader.read(65536):
            if cutting and self._left > 0 and self._done():
                self._left -= 1
                self.cuts += 1
                return
            writer.write(data)
            await writer.drain()
