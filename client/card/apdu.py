"""ISO 7816-4 commands and their conversation, pure: bytes in, bytes out, nothing sent from here.

The four cases of a command (no data, data back, data out, both), short and extended lengths,
command chaining, GET RESPONSE after 61xx and the corrected length after 6Cxx. Both ends use it:
the session encodes and converses, the simulator parses.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator

Answer = tuple[bytes, int]  # response data, status word

OK = 0x9000
SHORT_DATA = 255  # bytes of data in a short command
SHORT_ANSWER = 256
EXTENDED_ANSWER = 65536
_CHAIN = 0x10
_GET_RESPONSE = 0xC0
_LARGEST_RESPONSE = 65536  # the largest object of a card is a few kilobytes; more is a fault


class ApduError(ValueError):
    """Bytes that are no command, or an answer that no card may give."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command; `data` is kept out of the repr, for it may be a PIN.

    Args:
        cla: class byte, chaining bit clear.
        ins: instruction.
        p1: first parameter.
        p2: second parameter.
        data: what goes to the card, up to 65,535 bytes.
        le: how much may come back, 1 to 65,536; None expects no data.
    """

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes = field(default=b"", repr=False)
    le: int | None = None

    def header(self) -> bytes:
        """Return the first four bytes."""
        return bytes((self.cla, self.ins, self.p1, self.p2))


def encode(command: Command, *, extended: bool = False) -> bytes:
    """Return the command's bytes.

    Args:
        command: what to say.
        extended: use three-byte lengths; without it longer data must have been split.

    Raises:
        ApduError: data or le do not fit the form.
    """
    size, le = len(command.data), command.le
    if le is not None and not 1 <= le <= (EXTENDED_ANSWER if extended else SHORT_ANSWER):
        raise ApduError(le)
    if size > (65535 if extended else SHORT_DATA):
        raise ApduError(size)
    if extended:
        return command.header() + _extended_body(command.data, le)
    body = bytes((size,)) + command.data if size else b""
    tail = b"" if le is None else bytes((le & 0xFF,))
    return command.header() + body + tail


def _extended_body(data: bytes, le: int | None) -> bytes:
    if not data:
        return b"" if le is None else b"\0" + (le & 0xFFFF).to_bytes(2, "big")
    tail = b"" if le is None else (le & 0xFFFF).to_bytes(2, "big")
    return b"\0" + len(data).to_bytes(2, "big") + data + tail


def parse(apdu: bytes) -> Command:
    """Read a command's bytes back, chaining bit included in `cla`.

    Raises:
        ApduError: the lengths do not agree with the bytes.
    """
    if len(apdu) < 4:
        raise ApduError(len(apdu))
    cla, ins, p1, p2 = apdu[:4]
    data, le = _read_body(apdu[4:])
    return Command(cla, ins, p1, p2, data, le)


def _read_body(body: bytes) -> tuple[bytes, int | None]:
    if not body:
        return b"", None
    if len(body) == 1:
        return b"", body[0] or SHORT_ANSWER
    if body[0]:
        return _split(body[1:], body[0], 1, SHORT_ANSWER)
    if len(body) == 3:
        return b"", int.from_bytes(body[1:], "big") or EXTENDED_ANSWER
    size = int.from_bytes(body[1:3], "big")
    if len(body) < 3 or not size:
        raise ApduError(len(body))
    return _split(body[3:], size, 2, EXTENDED_ANSWER)


def _split(rest: bytes, size: int, width: int, zero: int) -> tuple[bytes, int | None]:
    """Divide what follows the length into data and an optional Le of `width` bytes."""
    if len(rest) == size:
        return rest, None
    if len(rest) == size + width:
        return rest[:size], int.from_bytes(rest[size:], "big") or zero
    raise ApduError(len(rest))


def chain(command: Command) -> tuple[Command, ...]:
    """Split a command into pieces of at most 255 bytes; all but the last have the chaining bit."""
    starts = range(0, max(len(command.data), 1), SHORT_DATA)
    pieces = [command.data[start : start + SHORT_DATA] for start in starts]
    linked = [
        Command(command.cla | _CHAIN, command.ins, command.p1, command.p2, piece)
        for piece in pieces[:-1]
    ]
    last = Command(command.cla, command.ins, command.p1, command.p2, pieces[-1], command.le)
    return (*linked, last)


def converse(command: Command, *, extended: bool = False) -> Generator[bytes, Answer, Answer]:
    """Hold the whole conversation for one command: yield APDUs, be sent answers, return the sum.

    Args:
        command: of any size; it is chained unless `extended`.
        extended: send long data in one extended command.

    Returns:
        All response data and the last status word; a piece of a chain that is not answered 9000
        ends the conversation with its status.

    Raises:
        ApduError: the card goes on for ever, or corrects a length twice.
    """
    whole = extended and len(command.data) > SHORT_DATA
    *linked, final = (command,) if whole else chain(command)
    for piece in linked:
        answer = yield encode(piece)
        if answer[1] != OK:
            return answer
    data, status = yield encode(final, extended=whole)
    if status >> 8 == 0x6C and final.le is not None:
        # Wrong Le: the same again with the length that the card names (ISO 7816-4 §5.6).
        again = replace(final, le=status & 0xFF or SHORT_ANSWER)
        data, status = yield encode(again, extended=whole)
        if status >> 8 == 0x6C:
            raise ApduError(status)
    return (yield from _rest(data, status, final.cla))


def _rest(data: bytes, status: int, cla: int) -> Generator[bytes, Answer, Answer]:
    """Fetch what the card still holds; 61xx says how much, 6100 means 256 or more."""
    whole = bytearray(data)
    while status >> 8 == 0x61:
        more, status = yield encode(Command(cla, _GET_RESPONSE, 0, 0, le=status & 0xFF or 256))
        if status >> 8 == 0x61 and not more:
            raise ApduError(status)
        whole += more
        if len(whole) > _LARGEST_RESPONSE:
            raise ApduError(len(whole))
    return bytes(whole), status
