"""QR codes of slips and certificates (ISO/IEC 18004), as SVG: sharp at any size."""

from __future__ import annotations

import io
from functools import lru_cache

from client.documents.failures import DocumentFailure

# Version 12 at level M is 65 modules: 0.3 mm each on the 21 mm print, which a phone still reads.
_LARGEST_VERSION = 12


def forget_codes() -> None:
    """Forget what was drawn: an address opens the state of somebody's case."""
    qr_svg.cache_clear()


@lru_cache(maxsize=32)
def qr_svg(payload: str) -> bytes:
    """Draw `payload` as an SVG with its quiet zone of four modules, error level M or better.

    The papers of a case bear the same, and so does the slip of each: the eight masks of the
    standard are weighed once for all of them (three quarters of what a code takes).

    Raises:
        DocumentFailure: document.qr_too_long.
    """
    import segno  # noqa: PLC0415 - 10 ms at start-up, paid with the first paper instead

    try:
        code = segno.make_qr(payload, error="m")
    except segno.DataOverflowError as cause:
        raise DocumentFailure("document.qr_too_long") from cause
    if isinstance(code.version, int) and code.version > _LARGEST_VERSION:
        raise DocumentFailure("document.qr_too_long")
    out = io.BytesIO()
    code.save(out, kind="svg", border=4, xmldecl=False, light="white", omitsize=True)
    return out.getvalue()
