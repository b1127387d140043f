"""A window that logs in, works, and locks, told by its parent when: run as a program.

    python -m tests.faults.window.forgetful STAGE CENTRE CARD_SOCKET

The card itself is in the parent: this process holds of PIN and keys only what a real window would.
The PIN comes over the socket as a person's keys would. Prints a word when each stage is reached and
goes on when it is told to.
"""

from __future__ import annotations

import asyncio
import gc
import os
import socket
import struct
import sys
from pathlib import Path

import msgspec

from client.app.rows.session import CardPresence
from client.bootstrap import build_window
from client.card.simulator import _Stay
from sync.domain.secret import Secret
from tests.helpers.hall import Hall, StandingStage

RESET, APDU, PIN = range(3)


class CardElsewhere:
    """The chip of a card that is in another process."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line

    def reset(self) -> None:
        self._ask(RESET, b"")

    def transmit(self, sent: bytes) -> tuple[bytes, int]:
        answer = self._ask(APDU, sent)
        return answer[2:], int.from_bytes(answer[:2], "big")

    def pin(self) -> Secret[str]:
        """Return what the person types."""
        return Secret(self._ask(PIN, b"").decode())

    def _ask(self, what: int, data: bytes) -> bytes:
        self._line.sendall(struct.pack(">BI", what, len(data)) + data)
        (length,) = struct.unpack(">I", read(self._line, 4))
        return read(self._line, length)


def read(line: socket.socket, length: int) -> bytes:
    """Return exactly so many bytes."""
    data = b""
    while len(data) < length:
        more = line.recv(length - len(data))
        if not more:
            raise EOFError
        data += more
    return data


async def live(folder: Path, centre: str, line: socket.socket) -> None:
    """Log in, make a step, lock; stop after each for the parent to look."""
    stage = StandingStage(folder)
    settings = msgspec.structs.replace(stage.settings(), centre=centre)
    window = build_window(stage.places.window, settings, print)
    chip = CardElsewhere(line)
    async with asyncio.TaskGroup() as tasks:
        life = tasks.create_task(window.desk.run())
        hall = Hall(stage, window)
        reader = hall.reader
        reader._stay = _Stay(chip, mute=False)
        reader._told.put_in(reader.name)
        await hall.until(lambda: hall.desk.door.card.presence is CardPresence.READY, "card")
        await hall.desk.door.log_in(chip.pin())
        await hall.register()
        await hall.synced()
        await asyncio.to_thread(pause, "in")
        reader.pull()
        await hall.locked()
        gc.collect()
        await asyncio.to_thread(pause, "locked")
        life.cancel()


def pause(word: str) -> None:
    """Say where we are and wait for the parent."""
    os.write(1, word.encode() + b"\n")
    os.read(0, 1)


if __name__ == "__main__":
    asyncio.run(live(Path(sys.argv[1]), sys.argv[2], socket.socket(fileno=int(sys.argv[3]))))
