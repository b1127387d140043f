"""What the result codes of PC/SC mean to us (pcsclite.h, winerror.h); pure, no driver needed."""

from __future__ import annotations

from client.card.failures import CardProblem

SUCCESS = 0
CANCELLED = 0x80100002
UNKNOWN_READER = 0x80100009
NOT_TRANSACTED = 0x80100016
READER_UNAVAILABLE = 0x80100017
NO_READERS = 0x8010002E

_PROBLEMS = {
    0x80100003: CardProblem.SERVICE_DOWN,  # invalid handle: the service was restarted under us
    UNKNOWN_READER: CardProblem.NO_READER,
    0x8010000B: CardProblem.BUSY,  # sharing violation
    0x8010000C: CardProblem.NO_CARD,  # no smart card
    0x8010000F: CardProblem.MUTE,  # protocol mismatch
    0x80100013: CardProblem.SERVICE_DOWN,  # communications error with the service
    NOT_TRANSACTED: CardProblem.REMOVED,  # where the card is still in, it is a fault
    READER_UNAVAILABLE: CardProblem.NO_READER,
    0x8010001D: CardProblem.SERVICE_DOWN,  # no service
    0x8010001E: CardProblem.SERVICE_DOWN,  # service stopped
    NO_READERS: CardProblem.NO_READER,
    0x80100031: CardProblem.SERVICE_DOWN,  # server too busy
    0x80100065: CardProblem.MUTE,  # unsupported card
    0x80100066: CardProblem.MUTE,  # unresponsive card
    0x80100067: CardProblem.MUTE,  # unpowered card
    0x80100068: CardProblem.RESET,
    0x80100069: CardProblem.REMOVED,
}


def unsigned(result: int) -> int:
    """Return a result code as the headers write it; drivers hand it out with or without sign."""
    return result & 0xFFFFFFFF


def problem_of(result: int, *, connecting: bool = False) -> CardProblem:
    """Return what a failed call means.

    Args:
        result: anything but SUCCESS, signed or not.
        connecting: no card was held yet, so one that is gone was never there.
    """
    problem = _PROBLEMS.get(unsigned(result), CardProblem.FAULT)
    return CardProblem.NO_CARD if connecting and problem is CardProblem.REMOVED else problem
