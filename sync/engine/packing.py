"""Bodies on a slow line: zstd both ways, and never more unpacked than was agreed.

On events zstd-1 leaves as much as zstd-3, a quarter, in two thirds of its time; a small body gains
nothing.
"""

from __future__ import annotations

import zstandard

from sync.engine.faults import NONSENSE, Fault, LineFailure

LEVEL = 1
SMALL = 512
ENCODING = "zstd"
_WINDOW = 8 << 20  # more than level 3 needs; a frame that asks for more memory is refused


def pack(body: bytes) -> tuple[bytes, str | None]:
    """Return the body as it goes out and its Content-Encoding, None when it goes as it is."""
    if len(body) < SMALL:
        return body, None
    packed = zstandard.ZstdCompressor(level=LEVEL).compress(body)
    return (packed, ENCODING) if len(packed) < len(body) else (body, None)


def unpack(body: bytes, encoding: str, limit: int) -> bytes:
    """Return an answer as it was before packing.

    Args:
        body: as received.
        encoding: its Content-Encoding, "" or "identity" for none.
        limit: bytes after unpacking; a packed bomb is never unfolded beyond it.

    Raises:
        LineFailure: line.nonsense for another encoding, bytes that do not unpack, or too many.
    """
    if encoding in {"", "identity"}:
        plain = body
    elif encoding == ENCODING:
        plain = _unzstd(body, limit)
    else:
        raise LineFailure(NONSENSE, Fault.UNABLE)
    if len(plain) > limit:
        raise LineFailure(NONSENSE, Fault.UNABLE, details={"limit": limit})
    return plain


def _unzstd(body: bytes, limit: int) -> bytes:
    unpacker = zstandard.ZstdDecompressor(max_window_size=_WINDOW)
    try:
        if 0 <= zstandard.frame_content_size(body) <= limit:  # it says so, and is held to it
            return unpacker.decompress(body)
        with unpacker.stream_reader(body) as reader:  # room for all that may come: 64 MB at once
            return reader.read(limit + 1)
    except zstandard.ZstdError as error:
        raise LineFailure(NONSENSE, Fault.UNABLE) from error
