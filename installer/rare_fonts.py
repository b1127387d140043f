# /// script
# requires-python = ">=3.11"
# dependencies = ["fonttools==4.68.0"]
# ///
"""Make resources/fonts/HanRare-*.ttf: the ideographs of citizens' names that Noto lacks.

    uv run installer/rare_fonts.py FOLDER [OUT]

FOLDER holds HanaMinA.ttf and HanaMinB.ttf of Debian's package fonts-hanazono 20170904-2.1. Run by
hand when the pieces must be made anew; equal input gives equal bytes, so nothing of it stands in
a lock and no check needs it.

Why pieces: the window and the browser load only the one that a name needs. Why simplified: the
source draws its curves as dense polylines; points within two units of 1024 of the line that stays
(0.01 mm at 14 pt, a quarter of a dot at 600 dpi) take a quarter of its 31 MB.
"""

from __future__ import annotations

import hashlib
import sys
from math import hypot
from pathlib import Path
from typing import Any

from fontTools import subset  # type: ignore[import-not-found]
from fontTools.pens.ttGlyphPen import TTGlyphPen  # type: ignore[import-not-found]

Point = tuple[int, int]

SOURCES = {
    "HanaMinA.ttf": "7ca87559414474848fc513a8d8eb42d5b0f8194c30c2abdfbfedff5398ec88d7",
    "HanaMinB.ttf": "829543436cdf7b4c6730e2af5806fa406f8ddf0d4b656e0cd49c58d4db1c8d3c",
}
TOLERANCE = 2.0  # font units; 1024 make an em
SIZE = 0x2000  # code points of a piece
COMPATIBILITY = (range(0xF900, 0xFB00), range(0x2F800, 0x2FA20))
OUT = Path(__file__).resolve().parent.parent / "resources" / "fonts"
LICENCE = (
    "Made from HanaMinA and HanaMinB (GlyphWiki Project). Unlimited permission is granted to use, "
    "copy, and distribute it, with or without modification, either commercially and "
    'noncommercially. THIS FONT IS PROVIDED "AS IS" WITHOUT WARRANTY.'
)
DROPPED = ["BASE", "FFTM", "GDEF", "GSUB", "gasp", "prop", "vhea", "vmtx"]


def main(folder: Path, out: Path) -> None:
    """Make all pieces.

    HanaMinB has all of CJK Extensions B to F (GB 18030-2022, level 3); HanaMinA the compatibility
    ideographs.
    """
    for name, digest in SOURCES.items():
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != digest:
            sys.exit(f"{name} is not the one of fonts-hanazono 20170904-2.1")
    parts = [(first, range(first, first + SIZE)) for first in range(0x20000, 0x2F000, SIZE)]
    for first, points in parts:
        piece(folder / "HanaMinB.ttf", f"{first:05X}", set(points), out)
    piece(folder / "HanaMinA.ttf", "F900", {p for part in COMPATIBILITY for p in part}, out)


def piece(source: Path, name: str, points: set[int], out: Path) -> None:
    """Write one piece."""
    options = subset.Options(
        hinting=False, glyph_names=False, notdef_outline=True, layout_features=[]
    )
    options.drop_tables += DROPPED
    font = subset.load_font(str(source), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=points)
    subsetter.subset(font)
    for glyph in font.getGlyphOrder():
        thin(font, glyph)
    label(font, name)
    font.recalcTimestamp = False
    target = out / f"HanRare-{name}.ttf"
    font.save(target)
    print(f"{target.name}  {len(font.getBestCmap())} characters  {target.stat().st_size:,} bytes")


def thin(font: Any, name: str) -> None:
    """Take out of a glyph the points that nobody can see; curves and composites stay."""
    outlines = font["glyf"]
    glyph = outlines[name]
    if glyph.numberOfContours <= 0:
        return
    coordinates, ends, flags = glyph.getCoordinates(outlines)
    if not all(flag & 1 for flag in flags):
        return
    pen = TTGlyphPen(None)
    start = 0
    for end in ends:
        contour = [(int(x), int(y)) for x, y in coordinates[start : end + 1]]
        start = end + 1
        kept = simplified(contour)
        pen.moveTo(kept[0])
        for point in kept[1:]:
            pen.lineTo(point)
        pen.closePath()
    made = pen.glyph()
    made.recalcBounds(outlines)
    outlines[name] = made


def simplified(contour: list[Point]) -> list[Point]:
    """Return a closed contour without needless points (Ramer, Douglas, Peucker)."""
    if len(contour) < 4:
        return contour
    x, y = contour[0]
    far = max(range(len(contour)), key=lambda n: hypot(contour[n][0] - x, contour[n][1] - y))
    kept = {0, far} | _needed(contour, 0, far) | _needed([*contour, contour[0]], far, len(contour))
    kept.discard(len(contour))
    return [contour[n] for n in sorted(kept)] if len(kept) > 2 else contour


def _needed(points: list[Point], first: int, last: int) -> set[int]:
    found: set[int] = set()
    open_ends = [(first, last)]
    while open_ends:
        a, b = open_ends.pop()
        if b - a < 2:
            continue
        worst = max(range(a + 1, b), key=lambda n: _off(points[n], points[a], points[b]))
        if _off(points[worst], points[a], points[b]) > TOLERANCE:
            found.add(worst)
            open_ends += [(a, worst), (worst, b)]
    return found


def _off(point: Point, a: Point, b: Point) -> float:
    """Return how far a point lies from the segment a–b."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    long = dx * dx + dy * dy
    along = ((point[0] - a[0]) * dx + (point[1] - a[1]) * dy) / long if long else 0.0
    along = min(max(along, 0.0), 1.0)
    return hypot(point[0] - a[0] - along * dx, point[1] - a[1] - along * dy)


def label(font: Any, name: str) -> None:
    """Name the piece: its own family (the source's names are reserved), its licence."""
    table = font["name"]
    table.names = []
    texts = {
        1: f"Han Rare {name}",
        2: "Regular",
        3: f"Han Rare {name} 20170904",
        4: f"Han Rare {name}",
        5: "Version 20170904",
        6: f"HanRare-{name}",
        13: LICENCE,
    }
    for number, text in texts.items():
        table.setName(text, number, 3, 1, 0x409)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else OUT)
