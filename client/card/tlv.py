"""BER-TLV as cards use it (ISO 7816-4 §5.2.2): pure, strict, definite lengths only."""

from __future__ import annotations

_LONGEST_TAG = 3
_LONGEST_LENGTH = 3


class TlvError(ValueError):
    """Bytes that are no sequence of data objects."""


def encode(tag: int, value: bytes) -> bytes:
    """Return one data object with the shortest form of its length."""
    name = tag.to_bytes(max((tag.bit_length() + 7) // 8, 1), "big")
    size = len(value)
    if size < 0x80:
        return name + bytes((size,)) + value
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return name + bytes((0x80 | len(length),)) + length + value


def decode(data: bytes) -> tuple[tuple[int, bytes], ...]:
    """Read all data objects, in order.

    Raises:
        TlvError: cut short, an indefinite length, or a tag or length of more than 3 bytes.
    """
    objects = []
    place = 0
    while place < len(data):
        tag, place = _tag(data, place)
        size, place = _length(data, place)
        if place + size > len(data):
            raise TlvError(place)
        objects.append((tag, data[place : place + size]))
        place += size
    return tuple(objects)


def only(data: bytes, tag: int) -> bytes:
    """Return the value of the one object with this tag.

    Raises:
        TlvError: malformed, or the tag is missing or there twice.
    """
    found = [value for name, value in decode(data) if name == tag]
    if len(found) != 1:
        raise TlvError(tag)
    return found[0]


def _tag(data: bytes, place: int) -> tuple[int, int]:
    tag = data[place]
    place += 1
    if tag & 0x1F != 0x1F:
        return tag, place
    for _ in range(_LONGEST_TAG - 1):
        if place >= len(data):
            raise TlvError(place)
        part = data[place]
        tag, place = tag << 8 | part, place + 1
        if not part & 0x80:
            return tag, place
    raise TlvError(place)


def _length(data: bytes, place: int) -> tuple[int, int]:
    if place >= len(data):
        raise TlvError(place)
    first = data[place]
    place += 1
    if first < 0x80:
        return first, place
    width = first & 0x7F
    if not 1 <= width <= _LONGEST_LENGTH or place + width > len(data):
        raise TlvError(place)
    return int.from_bytes(data[place : place + width], "big"), place + width
