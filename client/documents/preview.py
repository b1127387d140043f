"""A page of a PDF as pixels, for the screen; no Qt here."""

from __future__ import annotations

import io
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from client.documents.failures import DocumentFailure
from client.documents.pdfium import opened

if TYPE_CHECKING:
    from PIL import Image as Pictures

_LARGEST_SIDE_PX = 6000
_MOST_PIXELS = 40_000_000  # as much as a page that is kept may have
_FORMATS = ("JPEG", "PNG", "TIFF", "BMP", "WEBP")  # others start programs to be drawn


@dataclass(frozen=True, slots=True)
class Picture:
    """Packed RGB, three bytes a pixel, rows of exactly 3 × width bytes, top row first."""

    width: int
    height: int
    rgb: bytes


def page_count(pdf: bytes) -> int:
    """Count the pages.

    Raises:
        DocumentFailure: document.pdf_broken, document.pdf_encrypted.
    """
    with opened(pdf) as document:
        return len(document)


def render(pdf: bytes, page: int, width: int) -> Picture:
    """Draw one page, with its signature's seal, `width` pixels wide.

    Crunch lane: about 20 ms for A4 at 1,000 pixels.

    Args:
        pdf: the very bytes that are signed or printed.
        page: counted from 0.
        width: in device pixels; a very tall page is drawn smaller rather than cut.

    Raises:
        DocumentFailure: document.pdf_broken, document.pdf_encrypted, document.page_unknown.
    """
    from pypdfium2 import PdfiumError  # type: ignore[import-untyped]  # noqa: PLC0415

    with opened(pdf) as document:
        if not 0 <= page < len(document):
            raise DocumentFailure("document.page_unknown", page=page + 1)
        try:
            document.init_forms()
            sheet = document[page]
            across, down = sheet.get_size()
            scale = min(width / across, _LARGEST_SIDE_PX / max(across, down))
            bitmap = sheet.render(scale=scale, rev_byteorder=True, prefer_bgrx=False)
        except (PdfiumError, ZeroDivisionError) as cause:
            raise DocumentFailure("document.pdf_broken") from cause
        with closing(bitmap):  # before another thread is let in: it goes with no document
            rows = bytes(bitmap.buffer)
        tight = 3 * bitmap.width
        rgb = b"".join(
            rows[at : at + tight] for at in range(0, bitmap.stride * bitmap.height, bitmap.stride)
        )
        return Picture(bitmap.width, bitmap.height, rgb)


def draw(data: bytes, page: int, width: int) -> Picture:
    """Draw a page of a PDF, or a picture that was taken in, at most `width` pixels wide.

    Raises:
        DocumentFailure: as `render`; document.image_broken.
    """
    if data.startswith(b"%PDF"):
        return render(data, page, width)
    from PIL import Image  # noqa: PLC0415

    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            _require_drawable(image)
            image.thumbnail((width, _LARGEST_SIDE_PX))
            pixels = image.convert("RGB")
    except DocumentFailure:
        raise
    except Exception as cause:  # a stranger's bytes: decoders raise what they like
        raise DocumentFailure("document.image_broken") from cause
    return Picture(pixels.width, pixels.height, pixels.tobytes())


def _require_drawable(image: Pictures.Image) -> None:
    """Refuse what promises more pixels than any page: laid out in memory it ends the window."""
    if image.width * image.height > _MOST_PIXELS:
        raise DocumentFailure("document.image_too_many_pixels", limit_mp=_MOST_PIXELS // 1_000_000)
