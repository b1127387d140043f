"""The way into a hall's network: one GET at a time, to addresses that policy names.

No redirects, no proxies, no names to look up; size and time are bounded, and nothing of an answer
but its bytes goes on. An address that gave no answer is left alone for a moment: a dead camera
with many viewers must not take the threads of those that live.
"""

from __future__ import annotations

import asyncio
import http.client
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from sync.domain.failures import Failure, FailureKind

PATIENCE_S = 6.0  # for the whole of an answer
REST_S = 2.0
_THREADS = 8
_PIECE = 64 * 1024
_MOST_RESTING = 1000


class HallLine:
    """See services.ports.cameras.CameraLine.

    Args:
        patience_s: how long one answer may take as a whole.
        rest_s: how long an address that gave none is not asked again.
    """

    def __init__(self, patience_s: float = PATIENCE_S, rest_s: float = REST_S) -> None:
        self._patience_s = patience_s
        self._rest_s = rest_s
        self._resting: dict[str, float] = {}
        self._pool = ThreadPoolExecutor(_THREADS, "hall-line")

    async def get(self, url: str, most: int) -> bytes:
        """Return what lies at an address.

        Raises:
            Failure: camera.away, camera.answer.
        """
        place = urlsplit(url).netloc
        if self._resting.get(place, 0.0) > time.monotonic():
            raise Failure("camera.away", FailureKind.RETRIABLE)
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._pool, self._ask, url, most
            )
        except (OSError, http.client.HTTPException, ValueError) as error:
            self._rest(place)
            raise Failure("camera.away", FailureKind.RETRIABLE) from error

    def close(self) -> None:
        """Begin nothing more; what is under way ends within its patience."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _rest(self, place: str) -> None:
        if len(self._resting) >= _MOST_RESTING:
            self._resting.clear()
        self._resting[place] = time.monotonic() + self._rest_s

    def _ask(self, url: str, most: int) -> bytes:
        parts, end = urlsplit(url), time.monotonic() + self._patience_s
        https = http.client.HTTPSConnection if parts.scheme == "https" else None
        kind = https or http.client.HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=self._patience_s / 2)
        try:
            path = f"{parts.path}?{parts.query}" if parts.query else parts.path
            connection.request("GET", path)
            return self._read(connection, most, end)
        finally:
            connection.close()

    @staticmethod
    def _read(connection: http.client.HTTPConnection, most: int, end: float) -> bytes:
        """Read the answer; each piece gets what is left of the time, so a trickle ends too."""
        _wait(connection, end)
        with connection.getresponse() as answer:
            if answer.status != http.client.OK:
                raise Failure("camera.away", FailureKind.RETRIABLE)  # it lives: no rest for it
            data = bytearray()
            while piece := answer.read1(_PIECE):
                data += piece
                if len(data) > most:
                    raise Failure("camera.answer")
                _wait(connection, end)
            if answer.length:
                raise OSError("cut off")
        return bytes(data)


def _wait(connection: http.client.HTTPConnection, end: float) -> None:
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError
    if connection.sock is not None:
        connection.sock.settimeout(left)
