"""The words of identity card readers: GA 450 / GA/T 1012 frames over a serial line. Pure.

To the reader: AA AA AA 96 69, length (2), command, parameter, check. From it the same with three
status bytes in the place of command and parameter. The length counts what follows it; the check is
the exclusive or of everything after the five bytes of the head but itself. The text of a card is
256 bytes of UTF-16LE in fields of fixed width; its photograph needs a licensed decoder and is left
alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import xor
from typing import Final

from client.app.ports.counter import CounterFailure, IdCard
from sync.domain.failures import FailureKind

HEAD: Final = b"\xaa\xaa\xaa\x96\x69"
FIND, SELECT, READ = (0x20, 0x01), (0x20, 0x02), (0x30, 0x01)
FOUND, DONE = 0x9F, 0x90
LONGEST: Final = 4096  # text, photograph and fingerprints together stay below it

_TEXT_BYTES: Final = 256
_WIDTHS: Final = (30, 2, 4, 16, 70, 36, 30, 16, 16)
_KIND_AT: Final = 248
_FOREIGN: Final = "I"  # a foreigner's permanent residence card: other fields at other places


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: the third status byte says what came of it."""

    status: int
    data: bytes


def command(words: tuple[int, int]) -> bytes:
    """Return the frame of a command."""
    body = bytes((0x00, 0x03, *words))
    return HEAD + body + bytes((reduce(xor, body),))


def answer(status: int, data: bytes = b"") -> bytes:
    """Return the frame of an answer, as readers give it."""
    body = (len(data) + 4).to_bytes(2, "big") + bytes((0x00, 0x00, status)) + data
    return HEAD + body + bytes((reduce(xor, body),))


def length_of(start: bytes) -> int:
    """Return how many bytes follow the head and length of an answer.

    Raises:
        CounterFailure: counter.rubbish: no such head, or a length that no answer has.
    """
    length = int.from_bytes(start[5:7], "big")
    if len(start) != 7 or start[:5] != HEAD or not 4 <= length <= LONGEST:
        raise _rubbish()
    return length


def read_answer(frame: bytes) -> Answer:
    """Read one whole answer.

    Raises:
        CounterFailure: counter.rubbish: cut, too long, or its check does not hold.
    """
    if len(frame) < 7 or len(frame) != 7 + length_of(frame[:7]) or reduce(xor, frame[5:]) != 0:
        raise _rubbish()
    return Answer(frame[9], frame[10:-1])


def read_card(data: bytes) -> IdCard:
    """Read a card from what the reader answers to READ: two lengths, then text and photograph.

    Raises:
        CounterFailure: counter.rubbish; counter.card_unread for a card of another kind.
    """
    text = data[4 : 4 + _TEXT_BYTES]
    if len(text) != _TEXT_BYTES or int.from_bytes(data[:2], "big") != _TEXT_BYTES:
        raise _rubbish()
    try:
        if text[_KIND_AT : _KIND_AT + 2].decode("utf-16-le") == _FOREIGN:
            raise CounterFailure("counter.card_unread", FailureKind.REFUSED)
        fields, at = [], 0
        for width in _WIDTHS:
            fields.append(text[at : at + width].decode("utf-16-le").strip(" \0"))
            at += width
    except UnicodeDecodeError as error:
        raise _rubbish() from error
    name, _sex, _nation, _birth, address, number, _office, _since, until = fields
    return IdCard(number, name, address, _day(until))


def _day(text: str) -> date | None:
    if text == "长期":
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError as error:
        raise _rubbish() from error


def _rubbish() -> CounterFailure:
    return CounterFailure("counter.rubbish", FailureKind.RETRIABLE)
