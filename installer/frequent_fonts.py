# /// script
# requires-python = ">=3.11"
# dependencies = ["fonttools==4.68.0"]
# ///
"""Make resources/fonts/*-Frequent.ttf: of both Noto fonts, what nearly every paper needs.

    uv run installer/frequent_fonts.py [OUT]

Typst keeps a font's whole file in memory once one character of it is set, and the window keeps
typst. With these first in a template's list (`resources/templates/look.typ`) a paper whose
ideographs are all of GB 2312 takes 7 MB of fonts into memory instead of 25; the whole fonts stand
behind them for the others. Outlines and widths are the same, so is the PostScript name that a PDF
says; the family's name is another one, as a list finds a font by it.

Run by hand when the fonts are exchanged; equal input gives equal bytes.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset  # type: ignore[import-not-found]

FONTS = Path(__file__).resolve().parent.parent / "resources" / "fonts"
IDEOGRAPHS = (range(0x3400, 0xA000), range(0xF900, 0xFB00), range(0x20000, 0x32000))
# Family, full name, typographic family; 3 is the identifier, which says what file it was.
NAMES = (1, 3, 4, 16)


def gb2312() -> set[int]:
    """Return the code points of GB 2312's two levels of ideographs: rows 16 to 87."""
    pairs = (bytes([row + 0xA0, cell + 0xA0]) for row in range(16, 88) for cell in range(1, 95))
    return {ord(char) for pair in pairs for char in pair.decode("gb2312", "ignore")}


def main(out: Path) -> None:
    """Make both."""
    for kind in ("Sans", "Serif"):
        options = subset.Options(
            hinting=False, glyph_names=False, notdef_outline=True, layout_features=["*"]
        )
        font = subset.load_font(str(FONTS / f"Noto{kind}SC-Regular.ttf"), options)
        rare = {c for part in IDEOGRAPHS for c in part} - gb2312()
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=set(font.getBestCmap()) - rare)
        subsetter.subset(font)
        for name in font["name"].names:
            if name.nameID in NAMES:
                name.string = f"{name.toUnicode()} Frequent"
        font.recalcTimestamp = False
        target = out / f"Noto{kind}SC-Frequent.ttf"
        font.save(target)
        print(
            f"{target.name}  {len(font.getBestCmap())} characters  {target.stat().st_size:,} bytes"
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FONTS)
