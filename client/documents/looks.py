"""By what a page is known again though its bytes differ: scanned twice, saved anew, made smaller.

A difference hash (dHash) of 16 × 16: each bit says whether a field is lighter than its right
neighbour. It says "looks alike", never "is the same": a person decides.
"""

from __future__ import annotations

import io

_SIDE = 16
NEAR = 16  # measured: a page saved anew 6, laid on the glass again 10, another page of text 41


def looks(page: bytes) -> str:
    """Return 256 bits in hexadecimal for a picture; "" for what is none. Crunch lane."""
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 - paid with the first page

    try:
        with Image.open(io.BytesIO(page)) as image:
            image.draft("L", (8 * _SIDE, 8 * _SIDE))
            small = image.convert("L").resize((_SIDE + 1, _SIDE), Image.Resampling.BOX)
    except UnidentifiedImageError:
        return ""
    levels = small.tobytes()
    bits = 0
    for row in range(0, len(levels), _SIDE + 1):
        for at in range(row, row + _SIDE):
            bits = bits << 1 | (levels[at] > levels[at + 1])
    return f"{bits:064x}"


def near(one: int, other: int) -> bool:
    """Say whether two pages look alike."""
    return (one ^ other).bit_count() <= NEAR
