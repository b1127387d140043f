"""The pixels of a picture that somebody handed in: hostile until they are decoded. Crunch lane."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from client.documents.failures import DocumentFailure
from client.documents.kinds import FileKind

if TYPE_CHECKING:
    from PIL.Image import Image

    from client.documents.jpeg import PageRule

_MEGA = 1_000_000
IMAGES = {
    FileKind.JPEG: ("JPEG", "MPO"),  # MPO: what two-lens phones call a JPEG
    FileKind.PNG: ("PNG",),
    FileKind.TIFF: ("TIFF",),
    FileKind.BMP: ("BMP",),
    FileKind.WEBP: ("WEBP",),
}


def useful_side(rule: PageRule) -> int:
    """Return the long side, in pixels, above which a picture gains nothing for a page of a rule.

    A fifth more than the page's own is left to the filter that makes it small.
    """
    return rule.max_long * 6 // 5


def decoded(data: bytes, kind: FileKind, max_pixels: int, useful: int) -> Image:
    """Decode a picture fully, upright, in grey or RGB on white, no larger than is of use.

    Args:
        data: of the kind that it begins as.
        kind: one of `IMAGES`.
        max_pixels: a picture that promises more is refused before it is decoded.
        useful: the long side may come out smaller than the picture's own, never below this.

    Raises:
        DocumentFailure: document.image_broken, .image_too_many_pixels, .image_many_pages.
    """
    from PIL import Image as Pillow  # noqa: PLC0415 - 40 ms at start-up, paid with the first page
    from PIL import ImageOps  # noqa: PLC0415

    # Pixels are counted here, before anything is decoded; Pillow's own guard only warns.
    Pillow.MAX_IMAGE_PIXELS = None
    try:
        with Pillow.open(io.BytesIO(data), formats=IMAGES[kind]) as image:
            _require_one_page(image, kind, max_pixels)
            image.draft(None, (useful, useful))
            image.load()
            return _flat(ImageOps.exif_transpose(_reduced(image, useful)))
    except DocumentFailure:
        raise
    except Exception as cause:  # decoders of hostile bytes raise what they like
        raise DocumentFailure("document.image_broken") from cause


def _require_one_page(image: Image, kind: FileKind, max_pixels: int) -> None:
    width, height = image.size
    if width * height > max_pixels:
        raise DocumentFailure("document.image_too_many_pixels", limit_mp=max_pixels // _MEGA)
    frames = int(getattr(image, "n_frames", 1))
    if kind is not FileKind.JPEG and frames > 1:
        raise DocumentFailure("document.image_many_pages", pages=frames)


def _reduced(image: Image, useful: int) -> Image:
    """Shrink by a whole factor before colours are converted, which takes memory several times."""
    factor = max(image.size) // useful
    if factor <= 1 or image.mode not in {"L", "LA", "RGB", "RGBA", "CMYK"}:
        return image
    smaller = image.reduce(factor)
    smaller.info = dict(image.info)
    if "exif" in image.info:
        smaller.getexif().load(image.info["exif"])
    return smaller


def _flat(image: Image) -> Image:
    """Return 8-bit grey or RGB; what is transparent becomes white paper."""
    from PIL import Image as Pillow  # noqa: PLC0415

    if image.mode in {"L", "RGB"}:
        return image.copy()
    if image.mode == "F" or image.mode.startswith("I"):
        deep = image.convert("F")
        _low, high = deep.getextrema()
        scale = 1 / 256 if isinstance(high, float) and high > 255 else 1.0
        return deep.point(lambda level: level * scale).convert("L")
    if image.mode == "1":
        return image.convert("L")
    if "A" in image.mode or "transparency" in image.info:
        clear = image.convert("RGBA")
        paper = Pillow.new("RGBA", clear.size, "white")
        return Pillow.alpha_composite(paper, clear).convert("RGB")
    return image.convert("RGB")
