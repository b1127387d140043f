"""Bytes of requests and answers: limits before reading, zstd both ways, msgspec in between."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, TypeVar

import msgspec
import zstandard
from fastapi import Response

from sync.protocol.codec import read_message, write_message
from sync.protocol.errors import WireError
from sync.protocol.limits import BODY_BYTES_PER_S

if TYPE_CHECKING:
    from fastapi import Request

M = TypeVar("M", bound=msgspec.Struct)

JSON = "application/json"
_ZSTD = "zstd"
_WORTH = 1024  # bytes below which compressing costs more than it saves
_LEVEL = 1  # as small as level 3 leaves an answer of receipts, in two thirds of its time
_WINDOW = 8 << 20  # what level 3 needs at most; a frame that asks for more memory is refused


class _Packer(threading.local):
    """A compressor for each thread, kept: a fresh one is half a megabyte of fresh pages."""

    def __init__(self) -> None:
        self.compressor = zstandard.ZstdCompressor(level=_LEVEL)


_packer = _Packer()


async def read_bytes(request: Request, limit: int, *, too_large: str = "wire.too_large") -> bytes:
    """Return the body as sent, refused by its declared length first, by what comes second.

    Whoever sends slower than a telephone line has the app's `state.patience_s` in all.

    Raises:
        WireError: `too_large`; too_slow.
    """
    declared = request.headers.get("content-length", "0")
    if not declared.isdecimal() or int(declared) > limit:
        raise WireError(too_large, limit=limit)
    parts, size = [], 0
    patient_until = asyncio.get_running_loop().time() + request.app.state.patience_s
    try:
        async with asyncio.timeout_at(patient_until) as time:
            async for part in request.stream():
                size += len(part)
                if size > limit:
                    raise WireError(too_large, limit=limit)
                parts.append(part)
                time.reschedule(patient_until + size / BODY_BYTES_PER_S)
    except TimeoutError as error:
        raise WireError("wire.too_slow") from error
    return b"".join(parts)


def plain(data: bytes, encoding: str | None, limit: int) -> bytes:
    """Return a body uncompressed; what would become larger than the limit is not unpacked.

    Raises:
        WireError: encoding, too_large, malformed.
    """
    if encoding is None or encoding == "identity":
        return data
    if encoding != _ZSTD:
        raise WireError("wire.encoding", encoding=encoding[:32])
    try:
        unpacker = zstandard.ZstdDecompressor(max_window_size=_WINDOW)
        if 0 <= zstandard.frame_content_size(data) <= limit:  # it says so, and is held to it
            return unpacker.decompress(data)
        unpacked = unpacker.stream_reader(data).read(limit + 1)
    except zstandard.ZstdError as error:
        raise WireError("wire.malformed") from error
    if len(unpacked) > limit:
        raise WireError("wire.too_large", limit=limit)
    return bytes(unpacked)


def decoded(request: Request, data: bytes, form: type[M], limit: int) -> M:
    """Return a body as its form.

    Raises:
        WireError: encoding, too_large, malformed.
    """
    return read_message(plain(data, request.headers.get("content-encoding"), limit), form, limit)


def answered(request: Request, message: msgspec.Struct) -> Response:
    """Return an answer, compressed when the window takes it and it is worth it."""
    data = write_message(message)
    headers = {"Cache-Control": "no-store"}
    if len(data) >= _WORTH and _ZSTD in request.headers.get("accept-encoding", ""):
        data = _packer.compressor.compress(data)
        headers["Content-Encoding"] = _ZSTD
        headers["Vary"] = "Accept-Encoding"
    return Response(data, media_type=JSON, headers=headers)
