"""Where the fonts and templates lie on disk: those that ship with the program, a hall's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from resources.folder import FOLDER

if TYPE_CHECKING:
    from pathlib import Path

FONTS = FOLDER / "fonts"
TEMPLATES = FOLDER / "templates"
# Noto first; then the pieces with the rare ideographs, which typst falls back to by itself.
FONT_FILES = (
    FONTS / "NotoSerifSC-Regular.ttf",
    FONTS / "NotoSansSC-Regular.ttf",
    *sorted(FONTS.glob("HanRare-*.ttf")),
)
_OWN: list[Path] = []
_MARKS: dict[str, str] = {}


def use_own_templates(folder: Path) -> None:
    """Prefer a hall's own templates, laid out as ours: papers/<kind>.typ, thermal/<kind>.typ.

    They import look.typ and are given the same values and words as ours. Said once, when the
    window is put together; a template is read at the first paper of its kind.
    """
    _OWN[:] = [folder]


def mark_practice(*, on: bool) -> None:
    """Have every paper that is composed from now on say across that it is for practice, or not.

    Said once, when the window is put together: a practice hall's window makes no other papers.
    """
    _MARKS["practice"] = "yes" if on else ""


def marks() -> dict[str, str]:
    """Return what a template is told besides its values and words."""
    return dict(_MARKS)


def own_template(name: str) -> Path | None:
    """Return the file of the hall's own template of a name, None where it has none."""
    own = (folder / f"{name}.typ" for folder in _OWN)
    return next((path for path in own if path.is_file()), None)
