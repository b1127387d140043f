"""Where the fonts and templates that ship with the program lie on disk."""

from __future__ import annotations

from resources.folder import FOLDER

FONTS = FOLDER / "fonts"
TEMPLATES = FOLDER / "templates"
# Noto first; then the pieces with the rare ideographs, which typst falls back to by itself.
FONT_FILES = (
    FONTS / "NotoSerifSC-Regular.ttf",
    FONTS / "NotoSansSC-Regular.ttf",
    *sorted(FONTS.glob("HanRare-*.ttf")),
)
