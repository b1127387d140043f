"""Bytes and plain values into values of a type: the one way to msgspec's readers, on any thread.

msgspec gives a struct or dataclass its table of members before the table is filled. Two threads
that read a type for the first time at once end the process: one finds an empty place in what the
other is still making (0.22; a null dereference in `convert`). So types are made ready by one thread
at a time, here; what is ready is read without a lock.
"""

from __future__ import annotations

from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

T = TypeVar("T")

_preparing = Lock()
_json: dict[object, msgspec.json.Decoder[Any]] = {}
_msgpack: dict[object, msgspec.msgpack.Decoder[Any]] = {}


def json_reader(form: type[T]) -> msgspec.json.Decoder[T]:
    """Return the reader of a type's JSON.

    Its `decode` raises msgspec.ValidationError for another form, msgspec.DecodeError for no JSON,
    UnicodeDecodeError for no UTF-8.
    """
    reader = _json.get(form)
    if reader is None:
        with _preparing:
            reader = _json[form] = msgspec.json.Decoder(form)
    return reader


def from_json(data: bytes | str, form: type[T]) -> T:
    """Read JSON as a type; raises what `json_reader` says."""
    return json_reader(form).decode(data)


def from_msgpack(data: bytes, form: type[T]) -> T:
    """Read MessagePack as a type; raises as JSON's reader does."""
    reader = _msgpack.get(form)
    if reader is None:
        with _preparing:
            reader = _msgpack[form] = msgspec.msgpack.Decoder(form)
    value: T = reader.decode(data)
    return value


def from_plain(value: object, form: type[T]) -> T:
    """Turn dicts, lists and scalars into a type.

    Raises:
        msgspec.ValidationError: they are not of that form.
    """
    json_reader(form)  # made ready
    return msgspec.convert(value, form)


@contextmanager
def preparing() -> Iterator[None]:
    """Keep other threads from making types ready: around what of msgspec's does so by itself."""
    with _preparing:
        yield
