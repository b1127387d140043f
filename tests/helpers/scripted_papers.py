"""Pictures of papers and scans for scripted screens: drawn, so that no fixture file is needed."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from PIL import Image, ImageDraw, ImageFont

Picture = tuple[int, int, bytes]
_INK = (40, 40, 44)
_RED = (200, 40, 36)


@lru_cache(maxsize=64)
def _font(size: int, serif: bool) -> ImageFont.FreeTypeFont:
    name = "NotoSerifSC-Regular.ttf" if serif else "NotoSansSC-Regular.ttf"
    return ImageFont.truetype(str(files("resources") / "fonts" / name), size)


@lru_cache(maxsize=64)
def paper(title: str, lines: tuple[str, ...], width: int, sealed: bool) -> Picture:
    """Draw an official-looking page."""
    height = round(width * 1.414)
    unit = width / 1000
    image = Image.new("RGB", (width, height), (255, 255, 255))
    draw = ImageDraw.Draw(image)
    big, small = _font(round(44 * unit), True), _font(round(26 * unit), True)
    draw.text((width / 2, 130 * unit), title, font=big, fill=_INK, anchor="mm")
    draw.line(
        (100 * unit, 190 * unit, 900 * unit, 190 * unit), fill=_RED, width=max(1, round(3 * unit))
    )
    for place, line in enumerate(lines):
        draw.text((110 * unit, (250 + place * 58) * unit), line, font=small, fill=_INK)
    _qr(draw, 110 * unit, 1180 * unit, 150 * unit)
    if sealed:
        box = (640 * unit, 1060 * unit, 860 * unit, 1280 * unit)
        draw.ellipse(box, outline=_RED, width=max(2, round(7 * unit)))
        draw.text(
            (750 * unit, 1170 * unit),
            "★",
            font=_font(round(70 * unit), True),
            fill=_RED,
            anchor="mm",
        )
    return width, height, image.tobytes()


def scan(name: str, width: int) -> Picture:
    """Draw a page as a scanner gives it."""
    height = round(width * 1.414)
    unit = width / 1000
    image = Image.new("RGB", (width, height), (250, 249, 246))
    draw = ImageDraw.Draw(image)
    font = _font(max(6, round(36 * unit)), False)
    draw.text((width / 2, 120 * unit), name[:20], font=font, fill=_INK, anchor="mm")
    for place in range(20):
        y = (220 + place * 54) * unit
        draw.line(
            (120 * unit, y, (880 - place % 4 * 90) * unit, y),
            fill=(120, 120, 126),
            width=max(1, round(5 * unit)),
        )
    return width, height, image.tobytes()


def _qr(draw: ImageDraw.ImageDraw, x: float, y: float, size: float) -> None:
    cell = size / 21
    for row in range(21):
        for column in range(21):
            if (row * 7 + column * 13 + row * column) % 3 == 0:
                left, top = x + column * cell, y + row * cell
                draw.rectangle((left, top, left + cell, top + cell), fill=_INK)
