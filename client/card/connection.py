"""The one narrow seam to any card: bytes go down, bytes and a status word come up.

Below it stand the simulator and the PC/SC adapter; above it nobody can tell them apart. All of
it is synchronous and belongs to the card lane. Comings and goings are told by client.card.monitor.
"""

from __future__ import annotations

from typing import Protocol


class Connection(Protocol):
    """Exclusive use of one card, from connect() to close().

    Nobody else reaches the card meanwhile, so a verified PIN serves us alone (facts: a PIN
    verified on a shared card serves every program on the machine).
    """

    def transmit(self, apdu: bytes) -> tuple[bytes, int]:
        """Send one command APDU (ISO 7816-4); return the response data and the status word.

        Status words are returned, never raised. Blocks until the card answers: only the card's
        removal ends a hung card's call.

        Raises:
            CardFailure: REMOVED, RESET, SERVICE_DOWN, NO_READER or FAULT.
        """

    def close(self) -> None:
        """Give the card up and reset it, which forgets a verified PIN. Never raises."""


class Reader(Protocol):
    """A place where a card can be."""

    @property
    def name(self) -> str:
        """Return the reader's name as the machine knows it."""

    def present(self) -> bool:
        """Say whether a card is in; False for an unplugged reader or a stopped service."""

    def connect(self) -> Connection:
        """Take the card for exclusive use.

        Raises:
            CardFailure: NO_CARD, MUTE, BUSY, NO_READER or SERVICE_DOWN.
        """


class Readers(Protocol):
    """All readers of this machine, looked up anew at each call."""

    def all(self) -> tuple[Reader, ...]:
        """Return the readers that are plugged in, in a stable order.

        Raises:
            CardFailure: SERVICE_DOWN.
        """

    def named(self, name: str) -> Reader:
        """Return one reader.

        Raises:
            CardFailure: NO_READER when it is gone, or SERVICE_DOWN.
        """
