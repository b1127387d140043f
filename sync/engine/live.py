"""The live stream's reader: server-sent events in, pokes out; pure.

A poke says "scope S has reached N" (architecture.md §8), and may bring what a pull would say of
it. Whatever cannot be read is skipped: a lost poke is harmless, a stream that breaks for one bad
line is not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.domain.failures import Failure
from sync.engine.faults import NONSENSE, Fault, LineFailure
from sync.protocol.codec import read_message
from sync.protocol.limits import LIVE_PAGE_LINE_MAX
from sync.protocol.messages import Poke

if TYPE_CHECKING:
    from collections.abc import Iterator

LINE_MAX = LIVE_PAGE_LINE_MAX + 8  # "data: " and the end of the line


class PokeReader:
    """Read the lines of a `text/event-stream` as they come, in whatever pieces."""

    def __init__(self) -> None:
        self._rest = b""
        self._data: list[bytes] = []

    def feed(self, chunk: bytes) -> Iterator[Poke]:
        """Yield the pokes that the chunk completes; comments are heartbeats.

        Raises:
            LineFailure: line.nonsense when a line has no end.
        """
        *lines, self._rest = (self._rest + chunk).replace(b"\r\n", b"\n").split(b"\n")
        if len(self._rest) > LINE_MAX:
            raise LineFailure(NONSENSE, Fault.UNABLE)
        for line in lines:
            if not line:
                yield from self._dispatch()
            elif line.startswith(b"data:") and len(line) <= LINE_MAX:
                self._data.append(line[5:].removeprefix(b" "))

    def _dispatch(self) -> Iterator[Poke]:
        data, self._data = b"\n".join(self._data), []
        if not data:
            return
        try:
            yield read_message(data, Poke, LINE_MAX)
        except Failure:
            return  # a newer centre may say more than we understand
