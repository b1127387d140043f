"""A picture made into the page that the rule asks for: A4, JPEG, within pixels and bytes.

rules.md §6: between 640×480 and 1600×1200, at most 90 KB. A page of text does not fit at full size
with a quality worth reading (measured: a standard 公文 page fits at 1024×724 with quality 53), so
size and quality are searched together and the page shrinks before its quality falls below 38.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from client.documents.failures import DocumentFailure

if TYPE_CHECKING:
    from PIL.Image import Image

A4 = 297 / 210
# Long sides that are tried, in pixels: from the rule's largest to the smallest at which ten-point
# Chinese (11 pixels a character) is still read without a glass.
_LONG_SIDES = (1600, 1448, 1280, 1131, 1024, 960, 905)
_COMFORTABLE_SIDE = 1024
_COMFORTABLE_QUALITY = 50
_LEAST_QUALITY = 38
_LAST_QUALITY = 30
_BEST_QUALITY = 88
_RATIO_SLACK = 0.03  # a scan trimmed by a few pixels is still an A4 page


@dataclass(frozen=True, slots=True)
class PageRule:
    """The limits of one item; the defaults are the general rule.

    `max_bytes` counts a kilobyte as 1,000, the reading that satisfies both.
    """

    max_bytes: int = 90_000
    max_long: int = 1600
    max_short: int = 1200
    min_long: int = 640
    min_short: int = 480


def a4_page(image: Image, rule: PageRule) -> bytes:
    """Return the picture as an A4 page in JPEG, standing or lying as the picture does.

    A picture of another shape (an identity card, a photograph) is set on a white A4 page, never
    stretched, cut or enlarged.

    Raises:
        DocumentFailure: document.page_too_small, document.page_too_dense.
    """
    long, short = max(image.size), min(image.size)
    if long < rule.min_long or short < rule.min_short:
        raise DocumentFailure(
            "document.page_too_small",
            width=image.width,
            height=image.height,
            min_width=rule.min_long,
            min_height=rule.min_short,
        )
    image.info.clear()  # camera, place, comments: nothing but the picture goes on
    sides, tries = _sides(image, rule), _Tries(image, rule.max_bytes)
    for least, tried in (
        (_COMFORTABLE_QUALITY, [side for side in sides if side >= _COMFORTABLE_SIDE]),
        (_LEAST_QUALITY, sides),
        (_LAST_QUALITY, sides[-1:]),
    ):
        found = tries.largest(tried, least)
        if found is not None:
            return tries.best(found, least)
    raise DocumentFailure("document.page_too_dense", limit_kb=rule.max_bytes // 1000)


class _Tries:
    """What was tried of one picture: each size is drawn once, each quality of it made once.

    A smaller page has fewer bytes at an equal quality, and a better one of a size has more; so both
    are searched by halves.
    """

    def __init__(self, image: Image, limit: int) -> None:
        self._image, self._limit = image, limit
        self._pages: dict[int, Image] = {}
        self._made: dict[int, dict[int, bytes]] = {}  # by side, then quality

    def largest(self, sides: list[int], least: int) -> int | None:
        """Return the longest of the sides, longest first, whose page keeps the limit, if any does.

        The first is always asked: most pages fit as they are, and unshrunk a picture can even have
        fewer bytes than a little smaller.
        """
        if not sides or self._fits(sides[0], least):
            return sides[0] if sides else None
        if not self._fits(sides[-1], least):
            return None
        too_long, fits = 0, len(sides) - 1
        while fits - too_long > 1:
            middle = (too_long + fits) // 2
            if self._fits(sides[middle], least):
                fits = middle
            else:
                too_long = middle
        return sides[fits]

    def best(self, side: int, least: int) -> bytes:
        """Return a side's page at the highest quality that fits; the least one is known to."""
        made = self._made[side]
        low = least
        high = min((q - 1 for q in made if not self._fits(side, q)), default=_BEST_QUALITY)
        while low < high:
            middle = (low + high + 1) // 2
            if self._fits(side, middle):
                low = middle
            else:
                high = middle - 1
        return made[low]

    def _fits(self, side: int, quality: int) -> bool:
        made = self._made.setdefault(side, {})
        if quality not in made:
            if side not in self._pages:
                self._pages[side] = _drawn(self._image, side)
            made[quality] = _encoded(self._pages[side], quality)
        return len(made[quality]) <= self._limit


def _sides(image: Image, rule: PageRule) -> list[int]:
    """Return the long sides to try: none larger than the rule or than the picture itself gives."""
    own = _canvas_long(image)
    top = min(own, rule.max_long, int(rule.max_short * A4))
    floor = max(rule.min_long, round(rule.min_short * A4) + 1)
    shrunk = [side for side in _LONG_SIDES if floor <= side < top]
    return [max(top, floor), *shrunk]


def _canvas_long(image: Image) -> int:
    """Return the long side of the smallest A4 page that holds the picture unshrunk."""
    long, short = max(image.size), min(image.size)
    return max(long, round(short * A4))


def _drawn(image: Image, side: int) -> Image:
    """Return the picture on an A4 page whose long side is `side` pixels."""
    from PIL import Image as Pillow  # noqa: PLC0415

    short = round(side / A4)
    page = (side, short) if image.width > image.height else (short, side)
    wanted = page[0] / page[1]
    if abs(image.width / image.height / wanted - 1) <= _RATIO_SLACK:
        return image.resize(page, Pillow.Resampling.LANCZOS, reducing_gap=3.0)
    scale = min(page[0] / image.width, page[1] / image.height, 1.0)
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    sheet = Pillow.new(image.mode, page, "white")
    sheet.paste(
        image.resize(size, Pillow.Resampling.LANCZOS, reducing_gap=3.0),
        ((page[0] - size[0]) // 2, (page[1] - size[1]) // 2),
    )
    return sheet


def _encoded(page: Image, quality: int) -> bytes:
    out = io.BytesIO()
    dots = round(max(page.size) / (297 / 25.4))  # printed at its natural size it fills the sheet
    page.save(out, "JPEG", quality=quality, optimize=True, progressive=True, dpi=(dots, dots))
    return out.getvalue()


def is_plain(data: bytes) -> bool:
    """Say whether a JPEG is nothing but picture: no comments, no camera data, nothing behind it.

    Such a page, if it keeps the rule already, is taken as it is rather than encoded a second time.
    """
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xDA:
            return data.find(b"\xff\xd9", at) == len(data) - 2
        if 0xE1 <= marker <= 0xEF or marker == 0xFE:
            return False
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return False


def keeps(size: tuple[int, int], length: int, rule: PageRule) -> bool:
    """Say whether a picture of this size and length keeps the rule as it stands."""
    long, short = max(size), min(size)
    return (
        length <= rule.max_bytes
        and rule.min_long <= long <= rule.max_long
        and rule.min_short <= short <= rule.max_short
        and abs(long / short / A4 - 1) <= _RATIO_SLACK
    )
