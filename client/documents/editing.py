"""Make the page that a person asked for out of the picture that was handed in. Crunch lane.

Pillow alone: an angle is found by projection profiles in some 60 ms, which OpenCV (50 MB more in
every window) would not do visibly better.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from client.documents.edits import WHOLE, PageEdit
from client.documents.failures import DocumentFailure
from client.documents.jpeg import a4_page
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
    useful = round(useful_side(policy.rule) / part)
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
    ink = _ink(edited(original, PageEdit(turn)))
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
    if edit.tilt:
        # A sheet a little askew keeps its form; laid far askew it keeps its corners instead.
        image = image.rotate(
            -edit.tilt / _BY_TENTHS,
            resample=Pillow.Resampling.BICUBIC,
            expand=abs(edit.tilt) > _KEEPS_FORM,
            fillcolor=_paper(image),
        )
    if edit.crop != WHOLE:
        left, top, right, bottom = edit.crop
        across, down = image.width / 1000, image.height / 1000
        image = image.crop(
            (round(left * across), round(top * down), round(right * across), round(bottom * down))
        )
    return image


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
