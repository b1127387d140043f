"""Make the page that a person asked for out of the picture that was handed in. Crunch lane.

Pillow alone: an angle is found by projection profiles in some 60 ms, which OpenCV (50 MB more in
every window) would not do visibly better.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from client.documents.edits import WHOLE, PageEdit
from client.documents.failures import DocumentFailure
from client.documents.jpeg import PageRule, a4_page
from client.documents.kinds import kind_of
from client.documents.pages import IntakePolicy, Page, page_of, take_in
from client.documents.pixels import IMAGES, decoded, useful_side
from client.documents.preview import Picture

if TYPE_CHECKING:
    from PIL.Image import Image

_SMALL = 500  # long side, in pixels, on which an angle is looked for: 22 lines of text still part
_WIDEST = 8  # degrees; whoever lays a page askew by more turns it by hand
_BY_TENTHS = 10
_CLEARER = 1.02  # so much sharper must the lines become before an angle is proposed
_KEEPS_FORM = 30  # tenths of a degree up to which a straightened sheet keeps its own form


_SMALL_ENOUGH = IntakePolicy(rule=PageRule(max_long=2 * _SMALL))


def edited(original: bytes, edit: PageEdit, policy: IntakePolicy | None = None) -> Image:
    """Return the edited picture, as large as is of use for a page; nothing is compressed yet.

    Raises:
        DocumentFailure: document.not_a_picture, .image_broken, .image_too_many_pixels,
            .image_many_pages.
    """
    policy = policy or IntakePolicy()
    kind = kind_of(original)
    if kind not in IMAGES:
        raise DocumentFailure("document.not_a_picture")
    left, top, right, bottom = edit.crop
    part = max(right - left, bottom - top) / 1000
    useful = useful_side(policy.rule) if part == 1 else round(policy.rule.max_long / part)
    return _shaped(decoded(original, kind, policy.max_pixels, useful), edit)


def edited_page(
    original: bytes, edit: PageEdit, policy: IntakePolicy | None = None, name: str = ""
) -> Page:
    """Return the page that is kept: edited, then made to keep the rule.

    Raises:
        DocumentFailure: as `edited`; document.page_too_small, .page_too_dense.
    """
    policy = policy or IntakePolicy()
    if edit.plain:
        return take_in(original, policy, name)
    kept = a4_page(edited(original, edit, policy), policy.rule)
    return page_of(kept, original, name)


def uncropped(original: bytes, edit: PageEdit, width: int) -> Picture:
    """Draw the turned and straightened picture whole, for a frame to be laid over it."""
    image = edited(original, PageEdit(edit.turn, edit.tilt, WHOLE))
    image.thumbnail((width, 2 * width))
    pixels = image.convert("RGB")
    return Picture(pixels.width, pixels.height, pixels.tobytes())


def proposed_tilt(original: bytes, turn: int = 0) -> int:
    """Return by how many tenths of a degree, clockwise, a page should be straightened.

    0 where the lines of its text become no clearer by any angle up to eight degrees: a picture
    without lines is left alone.

    Raises:
        DocumentFailure: as `edited`.
    """
    ink = _ink(edited(original, PageEdit(turn), _SMALL_ENOUGH))
    found = max(range(-_WIDEST, _WIDEST + 1), key=lambda degrees: _parted(ink, degrees))
    around = range((found - 1) * _BY_TENTHS, (found + 1) * _BY_TENTHS + 1)
    tilt = max(around, key=lambda tenths: _parted(ink, tenths / _BY_TENTHS))
    if _parted(ink, tilt / _BY_TENTHS) <= _CLEARER * _parted(ink, 0):
        return 0
    return tilt


def _shaped(image: Image, edit: PageEdit) -> Image:
    from PIL import Image as Pillow  # noqa: PLC0415 - paid with the first page

    if edit.turn:
        turns = Pillow.Transpose.ROTATE_270, Pillow.Transpose.ROTATE_180, Pillow.Transpose.ROTATE_90
        image = image.transpose(turns[edit.turn - 1])
    width, height = _straight(image.size, edit.tilt)
    left, top, right, bottom = (
        round(side * across / 1000)
        for side, across in zip(edit.crop, (width, height) * 2, strict=True)
    )
    if not edit.tilt:
        return image.crop((left, top, right, bottom))
    # Only what is cut out is turned: twelve megapixels would take a second.
    angle = math.radians(edit.tilt / _BY_TENTHS)
    cos, sin = math.cos(angle), math.sin(angle)
    across, down = left - width / 2, top - height / 2
    return image.transform(
        (right - left, bottom - top),
        Pillow.Transform.AFFINE,
        (
            *(cos, sin, cos * across + sin * down + image.width / 2),
            *(-sin, cos, cos * down - sin * across + image.height / 2),
        ),
        resample=Pillow.Resampling.BICUBIC,
        fillcolor=_paper(image),
    )


def _straight(size: tuple[int, int], tilt: int) -> tuple[int, int]:
    """Return how large a picture is once it is straightened.

    A sheet a little askew keeps its form; laid far askew it keeps its corners instead.
    """
    if abs(tilt) <= _KEEPS_FORM:
        return size
    angle = math.radians(abs(tilt) / _BY_TENTHS)
    cos, sin = math.cos(angle), math.sin(angle)
    width, height = size
    return math.ceil(width * cos + height * sin), math.ceil(height * cos + width * sin)


def _paper(image: Image) -> int | tuple[int, int, int]:
    return 255 if image.mode == "L" else (255, 255, 255)


def _ink(image: Image) -> Image:
    """Return what is darker than its surroundings, light or shadow: small, in floats."""
    from PIL import ImageChops, ImageFilter  # noqa: PLC0415

    grey = image.convert("L")
    grey.thumbnail((_SMALL, _SMALL))
    ground = grey.filter(ImageFilter.BoxBlur(_SMALL // 40))
    return ImageChops.subtract(ground, grey)


def _parted(ink: Image, degrees: float) -> float:
    """Return how sharply lines and gaps part when the page is turned by so much."""
    from PIL import Image as Pillow  # noqa: PLC0415

    turned = ink.rotate(-degrees, resample=Pillow.Resampling.BILINEAR)
    column = turned.convert("F").resize((1, ink.height), Pillow.Resampling.BOX)
    rows = memoryview(column.tobytes()).cast("f")
    return sum((below - above) ** 2 for above, below in pairwise(rows))
