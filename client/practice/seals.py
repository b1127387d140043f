"""Seals of practice and demonstration: red ring, five-pointed star, the name along the arc.

They are pictures for the appearance of a signature, nothing more: what binds a paper is the
signature (docs/THREATS.md says so, too). A made-up county's seal imitates nobody's.
"""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    from pathlib import Path

_SIZE = 480  # pixels: 42 mm at 290 dpi, the diameter of a county department's seal
_OVERSAMPLE = 2
_LEVELS = 16  # steps of ink at the edges; keeps the file to a few kilobytes
_INK = (200, 16, 24)
_ARC_DEGREES = 250.0


def draw_seal(name: str, purpose: str, font: Path | None) -> bytes:
    """Return a square PNG with a clear ground.

    Args:
        name: the department, set along the upper arc.
        purpose: one line under the star.
        font: a TrueType font with Chinese glyphs; None leaves the words out.
    """
    side = _SIZE * _OVERSAMPLE
    ink = Image.new("L", (side, side), 0)
    draw = ImageDraw.Draw(ink)
    edge = side // 40
    draw.ellipse(
        (edge // 2, edge // 2, side - edge // 2, side - edge // 2), outline=255, width=edge
    )
    draw.polygon(_star(side / 2, side / 2, side * 0.16), fill=255)
    if font is not None:
        _arc_text(ink, name, ImageFont.truetype(str(font), int(side * 0.105)), side * 0.385)
        line = ImageFont.truetype(str(font), int(side * 0.078))
        draw.text((side / 2, side * 0.79), purpose, fill=255, font=line, anchor="mm")
    return _inked(ink.resize((_SIZE, _SIZE), Image.Resampling.LANCZOS))


def _star(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    """Return the ten corners of a five-pointed star that stands upright."""
    inner = radius * math.sin(math.radians(18)) / math.sin(math.radians(54))
    corners = []
    for step in range(10):
        reach = radius if step % 2 == 0 else inner
        angle = math.radians(-90 + step * 36)
        corners.append((x + reach * math.cos(angle), y + reach * math.sin(angle)))
    return corners


def _arc_text(ink: Image.Image, text: str, font: ImageFont.FreeTypeFont, radius: float) -> None:
    """Set the characters round the centre, upright towards it, evenly over the arc."""
    middle = ink.width / 2
    spread = min(_ARC_DEGREES, 26.0 * (len(text) - 1))
    tile = int(font.size * 1.5)
    for index, character in enumerate(text):
        turn = -spread / 2 + spread * index / max(len(text) - 1, 1)
        glyph = Image.new("L", (tile, tile), 0)
        centre = (tile / 2, tile / 2)
        ImageDraw.Draw(glyph).text(centre, character, fill=255, font=font, anchor="mm")
        glyph = glyph.rotate(-turn, resample=Image.Resampling.BICUBIC)
        angle = math.radians(turn - 90)
        left = round(middle + radius * math.cos(angle) - tile / 2)
        top = round(middle + radius * math.sin(angle) - tile / 2)
        ink.paste(255, (left, top), glyph)


def _inked(ink: Image.Image) -> bytes:
    """Turn a map of ink into a palette PNG: one colour, `_LEVELS` degrees of cover."""
    step = 255 // (_LEVELS - 1)
    picture = ink.point([round(value / step) for value in range(256)]).convert("P")
    picture.putpalette(list(_INK) * _LEVELS)
    out = io.BytesIO()
    cover = bytes(min(level * step, 255) for level in range(_LEVELS))
    picture.save(out, "PNG", transparency=cover, optimize=True, bits=4)
    return out.getvalue()
