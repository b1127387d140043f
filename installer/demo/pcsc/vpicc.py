"""Our simulated card behind vsmartcard's vpcd, so that a real card service talks to it.

vpcd's protocol: each message is two bytes of length, big-endian, and a body. A body of one byte
is the reader's: 0 off, 1 on, 2 reset, without an answer; 4 asks for the ATR. Any other body is an
APDU. A connection to the port is an insertion, its end a removal.
"""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from functools import reduce
from operator import xor
from typing import TYPE_CHECKING

from client.card.failures import CardFailure

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.card.cardfile import CardFile
    from client.card.connection import Connection
    from client.card.simulator import SimulatedReader

_OFF, _ON, _RESET, _ASK_ATR = 0, 1, 2, 4
_HISTORICAL = b"DEMOPIV"
_NOTICED_S = 1.0  # a service that was stopped notices nothing


def _atr() -> bytes:
    """Return an answer to reset: T=1 only, seven historical bytes (ISO 7816-3 §8.2)."""
    body = bytes((0x80 | len(_HISTORICAL), 0x01)) + _HISTORICAL
    return b"\x3b" + body + bytes((reduce(xor, body),))


ATR = _atr()
_BROKEN_ATR = b"\x3b"  # a card that is upside down: there, and never answers to power


class VirtualSlot:
    """One slot of vpcd's reader; the simulated reader holds the card and its moods.

    Args:
        reader: where the card is, and what it does.
        port: vpcd's port for this slot, on the loopback.
        changed: called after a card came or went, for a reader that tells of it.
    """

    def __init__(self, reader: SimulatedReader, port: int, changed: Callable[[], None]) -> None:
        self.reader = reader
        self._port = port
        self._changed = changed
        self._line: socket.socket | None = None
        self._mute = False
        self._powered = threading.Event()
        self._lock = threading.Lock()

    def insert(self, content: CardFile, *, mute: bool = False) -> None:
        """Put a card in; one that is in is pulled first. Returns when it has been noticed."""
        self.reader.pull()
        self._mute = mute
        self.reader.insert(content)
        self.connect()

    def connect(self) -> None:
        """Bring the card that is in, if any, to the service, if it runs."""
        if self.reader.present():
            try:
                line = socket.create_connection(("127.0.0.1", self._port))
            except ConnectionRefusedError:
                return  # it is told when it starts
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._line = line
            self._powered.clear()
            threading.Thread(target=self._serve, args=(line,), daemon=True).start()
            self._changed()
            self._powered.wait(_NOTICED_S)

    def hang_up(self) -> None:
        """End the connection, which is what vpcd takes for a removal."""
        with self._lock:
            line, self._line = self._line, None
        if line is not None:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()
            self._changed()

    def _serve(self, line: socket.socket) -> None:
        session: Connection | None = None
        powered = False
        try:
            while True:
                body = _message(line)
                if body in {bytes((_OFF,)), bytes((_ON,)), bytes((_RESET,))}:
                    powered = body != bytes((_OFF,))
                    self._powered.set()
                    _let_go(session)
                    session = None
                elif body == bytes((_ASK_ATR,)):
                    _say(line, _BROKEN_ATR if powered and self._mute else ATR)
                else:
                    session = session or self.reader.connect()
                    data, status = session.transmit(body)
                    _say(line, data + status.to_bytes(2, "big"))
        except (CardFailure, OSError):
            pass  # the card was pulled, or the service is gone
        finally:
            _let_go(session)


def _let_go(session: Connection | None) -> None:
    """Cut the power: the card forgets what it was told."""
    if session is not None:
        session.close()


def _message(line: socket.socket) -> bytes:
    return _bytes(line, int.from_bytes(_bytes(line, 2), "big"))


def _bytes(line: socket.socket, size: int) -> bytes:
    got = b""
    while len(got) < size:
        # vpcd sends length and body apart and waits for the first one's acknowledgement.
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        part = line.recv(size - len(got))
        if not part:
            raise ConnectionResetError
        got += part
    return got


def _say(line: socket.socket, body: bytes) -> None:
    line.sendall(len(body).to_bytes(2, "big") + body)
